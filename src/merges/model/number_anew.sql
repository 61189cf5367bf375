-- $1 merge, $2 when it was made. Only articles that were edited since can have two tags at one place.
with edited as (
    select distinct m.article_id
      from tag_merge_articles m
      join articles a on a.id = m.article_id
     where m.merge_id = $1 and a.modified_at >= $2
), numbered as (
    select t.article_id, t.tag_id,
           row_number() over (partition by t.article_id order by t.position, t.tag_id) - 1 as position
      from article_tags t
      join edited e on e.article_id = t.article_id
)
update article_tags a
   set position = n.position
  from numbered n
 where a.article_id = n.article_id
   and a.tag_id = n.tag_id
   and a.position <> n.position

-- $1 articles.
with numbered as (
    select article_id, tag_id,
           row_number() over (partition by article_id order by position, tag_id) - 1 as position
      from article_tags
     where article_id = any($1)
)
update article_tags a
   set position = n.position
  from numbered n
 where a.article_id = any($1)
   and a.article_id = n.article_id
   and a.tag_id = n.tag_id
   and a.position <> n.position

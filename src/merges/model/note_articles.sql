-- $1 merge, $2 target, $3 sources. The best place is the least of those where any of the tags stood.
with noted as (
    insert into tag_merge_articles (merge_id, article_id, tag_id, position, target_position, merged_position)
    select $1, s.article_id, s.tag_id, s.position, t.position,
           least(t.position, min(s.position) over (partition by s.article_id))
      from article_tags s
      left join article_tags t on t.article_id = s.article_id and t.tag_id = $2
     where s.tag_id = any($3)
    returning article_id, target_position
)
select count(distinct article_id) as articles,
       count(distinct article_id) filter (where target_position is not null) as already_tagged
  from noted

-- $1 merge, $2 target.
with noted as (
    select distinct m.article_id, t.article_id is not null as is_there
      from tag_merge_articles m
      left join article_tags t on t.article_id = m.article_id and t.tag_id = $2
     where m.merge_id = $1
), lost as (
    select article_id from noted where not is_there order by article_id limit 1000
)
select count(*) filter (where is_there) as articles,
       count(*) filter (where not is_there) as lost_count,
       array(select article_id from lost) as lost
  from noted

-- $1 merge, $2 target. Where an editor has moved the target since, it stays.
update article_tags a
   set position = m.target_position
  from (select distinct article_id, target_position, merged_position from tag_merge_articles
         where merge_id = $1 and target_position is not null) m
 where a.article_id = m.article_id
   and a.tag_id = $2
   and a.position = m.merged_position

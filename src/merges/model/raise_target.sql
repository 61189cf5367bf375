-- $1 merge, $2 target. Where the target was carried, it takes the best place.
update article_tags a
   set position = m.merged_position
  from (select distinct article_id, merged_position from tag_merge_articles
         where merge_id = $1 and target_position > merged_position) m
 where a.article_id = m.article_id
   and a.tag_id = $2

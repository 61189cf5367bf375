-- $1 merge, $2 target. Where the target was not carried, the best placed source becomes the target: one row is
-- changed, and not one removed and one added.
update article_tags a
   set tag_id = $2
  from tag_merge_articles m
 where m.merge_id = $1
   and m.target_position is null
   and m.position = m.merged_position
   and a.article_id = m.article_id
   and a.tag_id = m.tag_id

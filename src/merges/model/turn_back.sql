-- $1 merge, $2 target. Where the target was not carried, the best placed source stands again where the target stands
-- now, which an editor may have moved: one row is changed, and not one removed and one added.
update article_tags a
   set tag_id = m.tag_id
  from tag_merge_articles m
 where m.merge_id = $1
   and m.target_position is null
   and m.position = m.merged_position
   and a.article_id = m.article_id
   and a.tag_id = $2

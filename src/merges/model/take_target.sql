-- $1 merge, $2 target. Who did not carry the target before does not carry it any more.
delete from article_tags a
 using (select distinct article_id from tag_merge_articles where merge_id = $1 and target_position is null) m
 where a.article_id = m.article_id
   and a.tag_id = $2

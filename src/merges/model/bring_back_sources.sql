-- $1 merge, $2 target. The best placed source stands where the target stands now, which an editor may have moved.
insert into article_tags (article_id, tag_id, position, listed_at)
select m.article_id, m.tag_id,
       case when m.target_position is null and m.position = m.merged_position then t.position else m.position end,
       t.listed_at
  from tag_merge_articles m
  join article_tags t on t.article_id = m.article_id and t.tag_id = $2
 where m.merge_id = $1
on conflict do nothing

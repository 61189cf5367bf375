-- $1 merge, $2 target. The best placed source of an article that did not carry the target takes its row back later.
insert into article_tags (article_id, tag_id, position, listed_at)
select m.article_id, m.tag_id, m.position, t.listed_at
  from tag_merge_articles m
  join article_tags t on t.article_id = m.article_id and t.tag_id = $2
 where m.merge_id = $1
   and (m.target_position is not null or m.position <> m.merged_position)
on conflict do nothing

-- $1 merge, $2 target. The best placed source of an article that did not carry the target takes its row back later. Few
-- articles have others: each is looked up, where the planner would read all articles of the target.
insert into article_tags (article_id, tag_id, position, listed_at)
select m.article_id, m.tag_id, m.position, t.listed_at
  from tag_merge_articles m
 cross join lateral (
       select listed_at from article_tags where article_id = m.article_id and tag_id = $2 offset 0
       ) t
 where m.merge_id = $1
   and (m.target_position is not null or m.position <> m.merged_position)
on conflict do nothing

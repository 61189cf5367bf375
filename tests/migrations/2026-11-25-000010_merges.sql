insert into tag_merges (id, target_id, sources, counts, moved, merged_at, merged_by)
values ('0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4caa', 1, '{2}', '{}', '{}', now(), null);
insert into tag_merge_articles (merge_id, article_id, tag_id, position, target_position, merged_position)
values ('0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4caa', '0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10', 2, 1, 0, 0);
update tags set merged_into = 1 where id = 2;

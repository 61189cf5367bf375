drop table tag_usage;
drop table tag_external_ids;
alter table tags drop constraint tags_kind_slug_fkey;
drop table tag_keys;
drop table tags;
-- pg_trgm stays: others may have made it, or use it.

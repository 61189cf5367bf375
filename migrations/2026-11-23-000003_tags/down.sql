drop table tag_usage;
drop table tag_external_ids;
alter table tags drop constraint tags_kind_slug_fkey;
drop table tag_keys;
drop table tags;
drop extension pg_trgm;

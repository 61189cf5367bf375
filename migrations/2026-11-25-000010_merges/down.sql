drop table tag_merge_articles;
drop table tag_merges;
alter table tags drop column merged_into;

drop table article_external_ids;
drop table article_tags;
drop table articles;
drop function article_was_public;
drop function article_settles_at;
drop function article_visibility;
drop function article_is_live;

alter table articles drop constraint articles_short_domain_short_code_fkey;
update articles set short_domain = null, short_code = null;
drop table short_links;
drop function refuse_freeing_codes;

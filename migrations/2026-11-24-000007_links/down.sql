alter table changes drop column diff;

alter table short_links
    drop constraint short_links_kind_check,
    drop constraint short_links_status_check,
    drop constraint short_links_code_check,
    drop column not_before,
    drop column forward_query,
    drop column replacement_url;

-- The former shape knows neither of these words. No code is freed: its row stays.
update short_links set kind = 'alias' where kind = 'legacy';
update short_links set status = 'disabled' where status = 'blocked';

alter table short_links
    add constraint short_links_kind_check   check (kind in ('generated', 'alias')),
    add constraint short_links_status_check check (status in ('active', 'disabled', 'gone')),
    add constraint short_links_code_check   check (code = lower(code) and char_length(code) between 1 and 64);

comment on column short_links.kind   is 'generated: ends in a check character; alias: chosen by people, in a disjoint grammar.';
comment on column short_links.status is null;

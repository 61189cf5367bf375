alter table short_links
    add column not_before      timestamptz,
    add column forward_query   text not null default 'utm' check (forward_query in ('utm', 'all', 'none')),
    add column replacement_url text check (octet_length(replacement_url) <= 2048),
    drop constraint short_links_kind_check,
    add  constraint short_links_kind_check   check (kind in ('generated', 'alias', 'legacy')),
    drop constraint short_links_status_check,
    add  constraint short_links_status_check check (status in ('active', 'disabled', 'blocked', 'gone')),
    drop constraint short_links_code_check,
    add  constraint short_links_code_check   check (code = lower(code) and char_length(code) between 1 and 64),
    add check (not_before < expires_at);

alter table changes add column diff jsonb check (jsonb_typeof(diff) = 'object');

comment on column short_links.kind            is 'generated: ends in a check character; alias: chosen by people, in a disjoint grammar; legacy: imported as it was.';
comment on column short_links.status          is 'active; disabled for a while; blocked for legal reasons; gone.';
comment on column short_links.not_before      is 'Until then the link answers like a code that was never given out.';
comment on column short_links.forward_query   is 'Which parameters of the reader''s query are passed on to the target.';
comment on column short_links.replacement_url is 'What is named to readers of a link that leads nowhere any more.';
comment on column changes.diff                is 'What changed, {"field": {"from": …, "to": …}}; null where the noun keeps no history.';

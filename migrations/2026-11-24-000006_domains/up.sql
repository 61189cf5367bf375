create table domains (
    name           text        primary key check (name = lower(name) and char_length(name) between 1 and 255),
    version        integer     not null default 1 check (version >= 1),
    base_url       text        not null check (octet_length(base_url) between 1 and 300),
    is_default     boolean     not null,
    root_url       text        check (octet_length(root_url) <= 2048),
    unknown_url    text        check (octet_length(unknown_url) <= 2048),
    legacy_lengths smallint[]  not null default '{}',
    created_at     timestamptz not null,
    modified_at    timestamptz not null
);

create unique index domains_is_default_key on domains (is_default) where is_default;

-- Every domain that has links is known, whatever the settings name today.
insert into domains (name, base_url, is_default, created_at, modified_at)
select distinct domain, 'https://' || domain, false, now(), now() from short_links;

create function refuse_freeing_domains() returns trigger language plpgsql as $$
begin
    raise exception 'a short domain keeps its name' using errcode = 'restrict_violation';
end
$$;

create trigger domains_are_never_freed before delete or update of name on domains
    for each row execute function refuse_freeing_domains();

alter table changes
    drop constraint changes_noun_check,
    add  constraint changes_noun_check check (noun in ('article', 'tag', 'short_link', 'key', 'domain'));

comment on table  domains                is 'The short domains, each with a code space of its own.';
comment on column domains.name           is 'Host, with its port where that is not the default.';
comment on column domains.base_url       is 'The domain as it is printed before a code, without a slash at the end.';
comment on column domains.is_default     is 'Whether links that name no domain get this one.';
comment on column domains.root_url       is 'Where the domain without a code leads; null answers 404.';
comment on column domains.unknown_url    is 'Where an unknown code leads; null answers 404.';
comment on column domains.legacy_lengths is 'Lengths of imported codes: of such a length every code is looked up, whatever its check character.';

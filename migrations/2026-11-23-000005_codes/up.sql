create table short_links (
    id          bigint      generated always as identity primary key,
    version     integer     not null default 1 check (version >= 1),
    domain      text        not null check (char_length(domain) between 1 and 255),
    code        text        not null check (code = lower(code) and char_length(code) between 2 and 64),
    kind        text        not null check (kind in ('generated', 'alias')),
    status      text        not null check (status in ('active', 'disabled', 'gone')),
    -- Deferred: an article and its first link are written in one transaction, and each names the other.
    article_id  uuid        references articles (id) on delete restrict deferrable initially deferred,
    target_url  text        check (octet_length(target_url) <= 2048),
    expires_at  timestamptz,
    created_at  timestamptz not null,
    modified_at timestamptz not null,
    unique (domain, code),
    check (num_nonnulls(article_id, target_url) = 1)
);

create index on short_links (article_id, id) where article_id is not null;

alter table articles
    add foreign key (short_domain, short_code) references short_links (domain, code) on delete restrict;

create function refuse_freeing_codes() returns trigger language plpgsql as $$
begin
    raise exception 'a short code is never freed' using errcode = 'restrict_violation';
end
$$;

create trigger codes_are_never_freed before delete or update of domain, code on short_links
    for each row execute function refuse_freeing_codes();
create trigger codes_are_never_truncated before truncate on short_links
    for each statement execute function refuse_freeing_codes();

comment on table  short_links        is 'Every code that was ever given out, live or dead. Nothing frees one.';
comment on column short_links.domain is 'Host, with its port where that is not the default, of the short domain.';
comment on column short_links.kind   is 'generated: ends in a check character; alias: chosen by people, in a disjoint grammar.';

create extension if not exists pg_trgm;

create table tags (
    id          integer     generated always as identity primary key,
    version     integer     not null default 1 check (version >= 1),
    kind        text        not null check (kind in ('topic', 'person', 'organisation', 'place', 'event', 'series',
                                                     'section', 'contributor', 'publisher', 'genre')),
    slug        text        not null check (char_length(slug) between 1 and 120),
    name        text        not null check (char_length(name) between 1 and 200),
    folded_name text        not null check (octet_length(folded_name) between 1 and 1000),
    description text                 check (char_length(description) <= 2000),
    created_at  timestamptz not null,
    modified_at timestamptz not null,
    deleted_at  timestamptz
);

create index on tags (kind, folded_name) where deleted_at is null;
create index on tags (folded_name, id) where deleted_at is null;
create index on tags using gin (folded_name gin_trgm_ops) where deleted_at is null;

create table tag_keys (
    kind   text    not null,
    slug   text    not null,
    tag_id integer not null references tags (id) on delete restrict,
    primary key (kind, slug)
);

create index on tag_keys (tag_id);

-- Deferred: a tag and its first key are written in one transaction, and each names the other.
alter table tags add foreign key (kind, slug) references tag_keys (kind, slug) deferrable initially deferred;

create table tag_external_ids (
    authority   text    not null check (authority ~ '^[a-z][a-z0-9_]{1,31}$'),
    external_id text    not null check (char_length(external_id) between 1 and 128),
    tag_id      integer not null references tags (id) on delete restrict,
    primary key (authority, external_id)
);

create index on tag_external_ids (tag_id);

create table tag_usage (
    tag_id        integer primary key references tags (id) on delete restrict,
    article_count bigint  not null default 0 check (article_count >= 0),
    last_used_at  timestamptz
);

create index on tag_usage (article_count, tag_id);
create index on tag_usage ((coalesce(last_used_at, '-infinity')), tag_id);

comment on table  tags                      is 'The vocabulary: whatever an article is filed under.';
comment on column tags.folded_name          is 'The name folded for comparison (compatibility forms, case, accents).';
comment on column tags.deleted_at           is 'When the tag was deleted; its keys stay reserved and answer 410.';
comment on table  tag_keys                  is 'Every key that a tag has or had. Rows are never removed, so a key once published always means the same tag.';
comment on table  tag_external_ids          is 'Names that others gave a tag, wikidata:Q851 and the like; each names one tag.';
comment on table  tag_usage                 is 'Kept counts, apart from the tag''s row so that filing an article never waits for an edit of the tag.';
comment on column tag_usage.article_count   is 'Live articles filed under the tag.';
comment on column tag_usage.last_used_at    is 'Latest publication of an article that went live under the tag.';

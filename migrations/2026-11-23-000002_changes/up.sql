create table changes (
    id      bigint      generated always as identity primary key,
    at      timestamptz not null,
    key_id  text        references api_keys (id) on delete restrict,
    action  text        not null check (action ~ '^[a-z_]{1,30}$'),
    noun    text        not null check (noun in ('article', 'tag', 'short_link', 'key')),
    name    text        not null check (char_length(name) between 1 and 400),
    version integer
);

create index on changes (noun, name, id);

comment on table  changes         is 'One ordered row per committed write: who did what to which resource.';
comment on column changes.key_id  is 'The key that wrote; null for the command line.';
comment on column changes.name    is 'The public name of what was written: an article''s id, a tag''s key, domain/code, a key''s id.';
comment on column changes.version is 'The version that the write left behind; null where the noun has none.';

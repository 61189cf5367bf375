create table api_keys (
    id          text        primary key check (id ~ '^[0-9a-z]{12}$'),
    name        text        not null    check (char_length(name) between 1 and 100),
    secret_hash bytea       not null    check (octet_length(secret_hash) = 32),
    scopes      text[]      not null    check (cardinality(scopes) >= 1),
    created_at  timestamptz not null,
    revoked_at  timestamptz
);

comment on table  api_keys             is 'Who may call: one row per key, kept after revocation because changes name it.';
comment on column api_keys.id          is 'The public half of a key, dl_<id>_<secret>.';
comment on column api_keys.secret_hash is 'SHA-256 of the secret half; the secret itself is stored nowhere.';
comment on column api_keys.scopes      is 'What the key may do, in the words of the API (articles:write …).';

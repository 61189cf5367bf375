create table idempotency_keys (
    key_id       text        not null references api_keys (id) on delete cascade,
    key          text        not null check (length(key) between 1 and 255),
    request_hash bytea       not null check (length(request_hash) = 32),
    status       smallint    not null check (status between 200 and 299),
    headers      jsonb       not null,
    body         bytea       not null,
    created_at   timestamptz not null,
    primary key (key_id, key)
);

create index on idempotency_keys (created_at);

comment on table  idempotency_keys              is 'What was answered to requests that may be sent again, for a day.';
comment on column idempotency_keys.key_id       is 'Whose key of the API the request carried: callers do not share their names for requests.';
comment on column idempotency_keys.key          is 'What the caller calls the request: its Idempotency-Key.';
comment on column idempotency_keys.request_hash is 'SHA-256 of method, path, query and body.';

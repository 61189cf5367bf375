insert into api_keys (id, name, secret_hash, scopes, created_at, revoked_at) values
    ('3k9f0q2m7xw1', 'cms',  decode(repeat('ab', 32), 'hex'), '{articles:write,tags:write}', now(), null),
    ('000000000000', 'desk', decode(repeat('cd', 32), 'hex'), '{admin}',                     now(), now());

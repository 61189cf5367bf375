insert into idempotency_keys (key_id, key, request_hash, status, headers, body, created_at)
values ((select id from api_keys limit 1), 'a-1', sha256('x'), 201, '{"location": "/v1/tags/place:elara"}', '{}', now());

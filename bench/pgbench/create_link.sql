-- The rows that a new short link leaves behind. :n is 0 at first, and counts for each client.

\set n :n + 1
\set own :n * 64 + :client_id
begin;
insert into short_links (domain, code, kind, status, target_url, forward_query, created_at, modified_at)
values ('exmp.news', to_hex(:own::bigint) || '-' || to_hex(:random_seed::bigint), 'generated', 'active',
        'https://news.example/offers/' || :own::bigint, 'utm', now(), now());
insert into changes (at, action, noun, name, version, diff)
values (now(), 'create', 'short_link', 'exmp.news/' || to_hex(:own::bigint) || '-' || to_hex(:random_seed::bigint), 1,
        jsonb_build_object('target_url', jsonb_build_object('from', null, 'to', 'https://news.example/offers/' || :own::bigint),
                           'status', '{"from": null, "to": "active"}'::jsonb,
                           'forward_query', '{"from": null, "to": "utm"}'::jsonb));
commit;

-- The rows that a new article with five tags and its short link leave behind, each written once.
-- :first is the first of the tags, of which there are :tags; :n is 0 at first, and counts for each client.
-- `int` rounds to the nearest.

\set n :n + 1
\set own :n * 64 + :client_id
\set part :tags / 5
\set t1 :first + int(:part * pow(random(0, 999999) / 1000000.0, 3) - 0.5)
\set t2 :first + :part + int(:part * pow(random(0, 999999) / 1000000.0, 3) - 0.5)
\set t3 :first + :part * 2 + int(:part * pow(random(0, 999999) / 1000000.0, 3) - 0.5)
\set t4 :first + :part * 3 + int(:part * pow(random(0, 999999) / 1000000.0, 3) - 0.5)
\set t5 :first + :part * 4 + int(:part * pow(random(0, 999999) / 1000000.0, 3) - 0.5)
begin;
insert into short_links (domain, code, kind, status, article_id, forward_query, created_at, modified_at)
values ('exmp.news', to_hex(:own::bigint) || '-' || to_hex(:random_seed::bigint), 'generated', 'active',
        (lpad(to_hex(:random_seed::bigint), 16, '0') || lpad(to_hex(:own::bigint), 16, '0'))::uuid, 'utm', now(), now());
insert into articles (id, status, kind, headline, summary, key_points, dateline, byline, language, canonical_url,
                      normalised_url, external_ids, word_count, related, custom, published_at, short_domain,
                      short_code, created_at, modified_at, is_counted)
values ((lpad(to_hex(:random_seed::bigint), 16, '0') || lpad(to_hex(:own::bigint), 16, '0'))::uuid, 'published',
        'article', 'Story ' || :own::bigint || ' from the harbour of Port Elara',
        'What happened at the quay, told in two sentences. The second of them is a little longer than the first.',
        array['The first point of story ' || :own::bigint, 'The second point, which says more', 'The third'],
        'PORT ELARA', 'By the desk', 'en',
        'https://news.example/2026/' || :random_seed::bigint || '/story-' || :own::bigint || '-of-port-elara',
        'https://news.example/2026/' || :random_seed::bigint || '/story-' || :own::bigint || '-of-port-elara',
        '[]', 400, '{}', '{}', now(), 'exmp.news', to_hex(:own::bigint) || '-' || to_hex(:random_seed::bigint), now(),
        now(), true);
insert into article_tags (article_id, tag_id, position, listed_at)
select (lpad(to_hex(:random_seed::bigint), 16, '0') || lpad(to_hex(:own::bigint), 16, '0'))::uuid, tag_id,
       ordinality - 1, now()
  from unnest(array[:t1::integer, :t2::integer, :t3::integer, :t4::integer, :t5::integer])
       with ordinality as carried (tag_id);
with locked as (
    select tag_id from tag_usage
     where tag_id = any(array[:t1::integer, :t2::integer, :t3::integer, :t4::integer, :t5::integer])
     order by tag_id for update
)
update tag_usage
   set article_count = article_count + 1, last_used_at = greatest(last_used_at, now())
  from locked where tag_usage.tag_id = locked.tag_id;
insert into changes (at, action, noun, name, version, diff)
values (now(), 'create', 'short_link', 'exmp.news/' || to_hex(:own::bigint) || '-' || to_hex(:random_seed::bigint), 1,
        '{"status": {"from": null, "to": "active"}, "forward_query": {"from": null, "to": "utm"}}'),
       (now(), 'create', 'article', lpad(to_hex(:random_seed::bigint), 16, '0') || lpad(to_hex(:own::bigint), 16, '0'), 1,
        null);
commit;

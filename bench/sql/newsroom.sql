-- Articles with tags, each with a generated short link and one that is a number. The table `seed` (n, code) holds
-- the generated codes; :articles is how many there are, :alias the number before the first.

select setseed(0.5);

begin;

insert into tags (kind, slug, name, folded_name, created_at, modified_at)
select 'topic', 'tag-' || n, 'Tag ' || n, 'tag ' || n, now(), now()
from generate_series(1, 500) n;

insert into tag_keys (kind, slug, tag_id) select kind, slug, id from tags;

-- Ids as the service makes them: time first, so that neighbours in time are neighbours in the index. The rest is
-- always the same, so that pgbench can draw them.
create temp table story as
select n, code, now() - interval '1 day' - (:articles - n) * interval '1 minute' as published_at,
       ('0' || to_hex(1700000000000 + n * 60000) || '70008000000000000000')::uuid as id
from seed where n <= :articles;

insert into short_links (domain, code, kind, status, article_id, created_at, modified_at)
select 'exmp.news', code, 'generated', 'active', id, published_at, published_at from story order by n;

insert into short_links (domain, code, kind, status, article_id, created_at, modified_at)
select 'exmp.news', (:alias + n)::text, 'alias', 'active', id, published_at, published_at from story order by n;

insert into articles (id, status, kind, headline, summary, key_points, dateline, byline, language, canonical_url,
                      normalised_url, external_ids, word_count, related, custom, published_at, short_domain,
                      short_code, created_at, modified_at, is_counted)
select id, 'published', 'article', 'Story ' || n || ' from the harbour of Port Elara',
       'What happened at quay ' || n % 40 || ', told in two sentences. The second of them is a little longer than the first.',
       array['The first point of story ' || n, 'The second point, which says more', 'The third'],
       'PORT ELARA', 'By the desk', 'en', address, address, '[]', 400 + n % 900, '{}', '{}', published_at,
       'exmp.news', code, published_at, published_at, true
from (select *, 'https://news.example/2026/harbour/story-' || n || '-of-port-elara' as address from story) addressed
order by n;

insert into article_tags (article_id, tag_id, position, listed_at)
select story.id, (select min(id) from tags) + floor(500 * random() ^ 3)::integer, position, story.published_at
from story cross join generate_series(0, 4) position
on conflict do nothing;

insert into tag_usage (tag_id, article_count, last_used_at)
select tags.id, count(listed_at), max(listed_at)
from tags left join article_tags on tag_id = tags.id group by tags.id;

commit;
analyze;

-- Many articles with tags and a short link each: :stories of them, one in each minute.
-- Of the tags, 600 are general ones, three on each article. `popular-1` to `popular-5` and `rare-1` to `rare-20` have
-- 100 tags below them, in two steps; a tenth of the articles carry one or two of those of each popular one, a
-- thousandth of each rare one, and these very articles also carry `popular-1-plain` and so on. `merge-target` and
-- `merge-source` are carried by a tenth each, both by a two-hundredth. Nothing is filed under :tags more, but Postgres
-- would read a small table of tags from end to end for each page.

set client_min_messages = warning;
set work_mem = '512MB';
set max_parallel_workers_per_gather = 0;
select setseed(0.5);

begin;

-- What refers to what is right because of how it is made; checking each row would take twice the time.
set local session_replication_role = replica;

create temp table story as
select n, now() - interval '1 day' - (:stories - n) * interval '1 minute' as published_at,
       ('0' || to_hex(1700000000000 + n * 60000) || '70008000000000000000')::uuid as id
from generate_series(1::bigint, :stories) n;

-- Codes in no order, as those that the service draws.
insert into short_links (domain, code, kind, status, article_id, created_at, modified_at)
select 'exmp.news', substr(md5(n::text), 1, 16), 'alias', 'active', id, published_at, published_at
from story order by n;

insert into articles (id, status, kind, headline, summary, key_points, dateline, byline, language, canonical_url,
                      normalised_url, external_ids, word_count, related, custom, published_at, short_domain,
                      short_code, created_at, modified_at, is_counted)
select id, 'published', 'article', 'Story ' || n || ' from the harbour of Port Elara',
       'What happened at quay ' || n % 40 || ', told in two sentences. The second of them is a little longer than the first.',
       array['The first point of story ' || n, 'The second point, which says more', 'The third'],
       'PORT ELARA', 'By the desk', 'en', address, address, '[]', 400 + n % 900, '{}', '{}', published_at,
       'exmp.news', substr(md5(n::text), 1, 16), published_at, published_at, true
from (select *, 'https://news.example/2026/harbour/story-' || n || '-of-port-elara' as address from story) addressed
order by n;

-- The roots of the hierarchies, with the share of the articles that they have.
create temp table root as
select 'popular-' || n as slug, 0.1 as share from generate_series(1, 5) n
union all
select 'rare-' || n, 0.001 from generate_series(1, 20) n;

insert into tags (kind, slug, name, folded_name, created_at, modified_at)
select 'topic', slug, replace(slug, '-', ' '), replace(slug, '-', ' '), now(), now()
from (select 'general-' || n as slug from generate_series(1, 600) n
      union all select slug from root
      union all select slug || '-plain' from root
      union all select slug || '-' || n from root cross join generate_series(1, 100) n
      union all select 'other-' || n from generate_series(1, :tags) n
      union all values ('merge-target'), ('merge-source')) named
order by slug;

insert into tag_keys (kind, slug, tag_id) select kind, slug, id from tags;

-- Ten tags below each root, and nine below each of these.
create temp table below as
select root.slug as root, n, tags.id, root_tag.id as root_id, parent.id as parent_id
from root cross join generate_series(1, 100) n
join tags on tags.slug = root.slug || '-' || n
join tags root_tag on root_tag.slug = root.slug
left join tags parent on n > 10 and parent.slug = root.slug || '-' || (n - 11) / 9 + 1;

insert into tag_broader (tag_id, broader_id) select id, coalesce(parent_id, root_id) from below;
insert into tag_ancestors (ancestor_id, tag_id, distance)
select root_id, id, case when parent_id is null then 1 else 2 end from below
union all
select parent_id, id, 1 from below where parent_id is not null;

create temp table filed as
select n, 'general-' || 200 * place + 1 + floor(200 * random() ^ 3) as slug, place
from story cross join generate_series(0, 2) place;

insert into filed select n, 'merge-target', 3 from story where n % 200 < 20;
insert into filed select n, 'merge-source', 4 from story where n % 200 between 19 and 38;

-- Of the hundred, a few have most. A twentieth of the articles carry a second one of them. Drawn before it is
-- compared, for each pair and not for each root.
create temp table member as
select n, slug, 1 + floor(100 * random() ^ 3)::integer as first, random() < 0.05 as has_second
from (select n, slug, share, random() as drawn from story cross join root offset 0) pair
where drawn < share;

insert into filed select n, slug || '-plain', 5 from member;
insert into filed select n, slug || '-' || first, 6 from member;
insert into filed select n, slug || '-' || first % 100 + 1, 7 from member where has_second;

insert into article_tags (article_id, tag_id, position, listed_at)
select story.id, tags.id, row_number() over (partition by n order by place, tags.id) - 1, published_at
from filed join story using (n) join tags using (slug)
order by n;

insert into tag_usage (tag_id, article_count, last_used_at)
select tags.id, count(listed_at), max(listed_at)
from tags left join article_tags on tag_id = tags.id group by tags.id;

-- Triggers take part in what is made of names.
set local session_replication_role = origin;
insert into tag_labels (tag_id, language, role, name, folded) select id, 'en', 'pref', name, folded_name from tags;

commit;
vacuum analyze;

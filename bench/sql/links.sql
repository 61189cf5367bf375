-- More short links, of the codes in `seed` (n, code) from :first on: every other one to an article, the rest to an
-- address of their own.

begin;

create temp table story as
select row_number() over (order by id) - 1 as n, id from articles;

create unique index on story (n);
analyze story;

insert into short_links (domain, code, kind, status, article_id, target_url, created_at, modified_at)
select 'exmp.news', code, 'generated', 'active', case when seed.n % 2 = 0 then story.id end,
       case when seed.n % 2 = 1 then 'https://news.example/offers/' || seed.n end, now(), now()
from seed join story on story.n = seed.n % (select count(*) from articles)
where seed.n >= :first
order by seed.n;

commit;
vacuum analyze short_links;

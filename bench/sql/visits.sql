-- Visits of the last 30 whole days, as detail and as rollups. The first :tested links have 500 each, however many
-- there are of the rest, so that one and the same question is put to databases of any size.

set client_min_messages = warning;
set work_mem = '512MB';
set max_parallel_workers_per_gather = 0;
select setseed(0.25);

do $$
declare
    month date;
begin
    foreach month in array array[date_trunc('month', now() - interval '31 days')::date, date_trunc('month', now())::date]
    loop
        begin
            execute format('create table if not exists %I partition of visits for values from (%L) to (%L)',
                           'visits_' || to_char(month, 'YYYY_MM'), month::text || ' 00:00:00+00',
                           (month + interval '1 month')::date::text || ' 00:00:00+00');
        exception when invalid_object_definition then
            -- The service has made it under another name.
            null;
        end;
    end loop;
end
$$;

create temp table link as
select row_number() over (order by id) - 1 as n, id from short_links order by id limit :links;

create unique index on link (n);
analyze link;

insert into visits (at, link_id, class, channel, referrer, country)
select date_trunc('day', now()) - random() * interval '30 days', id,
       (array['person', 'person', 'person', 'person', 'bot', 'prefetch'])[1 + floor(6 * random())::integer],
       (array['print', 'mail', 'social', null])[1 + floor(4 * random())::integer],
       (array['search.example', 'social.example', null])[1 + floor(3 * random())::integer],
       (array['QA', 'GB', 'IN', null])[1 + floor(4 * random())::integer]
from (
    select id from link cross join generate_series(1, 500) where n < :tested
    union all
    select id
    from (select :tested + floor((:links - :tested) * random() ^ 3)::bigint as n
          from generate_series(1, :visits - 500 * :tested)) drawn
    join link using (n)
) visited;

insert into visit_quarters (link_id, at, people, bots, prefetches)
select link_id, date_bin('15 minutes', at, timestamptz '2000-01-01 00:00:00+00'),
       count(*) filter (where class = 'person'), count(*) filter (where class = 'bot'),
       count(*) filter (where class = 'prefetch')
from visits group by 1, 2 order by 1, 2;

insert into visit_days (link_id, day, people, bots, prefetches)
select link_id, (at at time zone 'UTC')::date, sum(people), sum(bots), sum(prefetches)
from visit_quarters group by 1, 2 order by 1, 2;

insert into visit_totals (link_id, people, bots, prefetches)
select link_id, sum(people), sum(bots), sum(prefetches)
from visit_quarters group by 1 order by 1
on conflict (link_id) do update
set people = visit_totals.people + excluded.people, bots = visit_totals.bots + excluded.bots,
    prefetches = visit_totals.prefetches + excluded.prefetches;

insert into visit_breakdown_days (link_id, dimension, day, value, people, bots, prefetches)
select link_id, dimension, (at at time zone 'UTC')::date, value,
       count(*) filter (where class = 'person'), count(*) filter (where class = 'bot'),
       count(*) filter (where class = 'prefetch')
from visits
cross join lateral (values ('all', ''), ('channel', channel), ('country', country)) divided (dimension, value)
where value is not null
group by 1, 2, 3, 4 order by 1, 2, 3, 4;

vacuum analyze visits, visit_quarters, visit_days, visit_totals, visit_breakdown_days;

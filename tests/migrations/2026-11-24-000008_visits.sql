insert into visit_flushes (instance, sequence, flushed_at) values ('0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10', 1, now());
insert into visit_totals (link_id, people, bots, prefetches) values (1, 1, 0, 0);
insert into visit_journal (link_ids, quarters, people, bots, prefetches, part_link_ids, part_dimensions, part_quarters, part_values, part_people, part_bots, part_prefetches)
values ('{1}', '{1993957}', '{1}', '{0}', '{0}', '{1}', '{channel}', '{1993957}', '{wa}', '{1}', '{0}', '{0}');
insert into visit_quarters (link_id, at, people, bots, prefetches) values (1, '2026-11-24T09:15:00Z', 1, 0, 0);
insert into visit_days (link_id, day, people, bots, prefetches) values (1, '2026-11-24', 1, 0, 0);
insert into visit_breakdown_quarters (link_id, dimension, at, value, people, bots, prefetches) values (1, 'channel', '2026-11-24T09:15:00Z', 'wa', 1, 0, 0);
insert into visit_breakdown_days (link_id, dimension, day, value, people, bots, prefetches) values (1, 'channel', '2026-11-24', 'wa', 1, 0, 0);
create table visits_2026_11 partition of visits for values from ('2026-11-01T00:00:00Z') to ('2026-12-01T00:00:00Z');
insert into visits (at, link_id, class, channel) values ('2026-11-24T09:16:00Z', 1, 'person', 'wa');

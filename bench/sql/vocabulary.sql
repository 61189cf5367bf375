-- A vocabulary. The tables `seed` (n, kind, uses) and `seed_name` (n, place, language, role, name, folded) hold its tags and
-- their names, the first of each tag being the one it is shown by.

set client_min_messages = warning;

begin;

insert into tags (kind, slug, name, folded_name, language, created_at, modified_at)
select kind, 'tag-' || n, name, folded, language, now(), now()
from seed join (select distinct on (n) * from seed_name order by n, place) first using (n)
order by n;

create temp table numbered as select id, substr(slug, 5)::integer as n from tags;

insert into tag_keys (kind, slug, tag_id) select kind, slug, id from tags;

insert into tag_usage (tag_id, article_count, last_used_at)
select id, uses, now() from seed join numbered using (n) order by id;

-- The last: what triggers make of names depends on how much they are used.
insert into tag_labels (tag_id, language, role, name, folded)
select id, language, role, name, folded from seed_name join numbered using (n) order by id;

commit;
vacuum analyze;

-- $1 tags. Step by step, because after an import the planner does not know yet how many names there are.
with own as materialized (
    select tag_id, language, name, folded from tag_labels where tag_id = any($1) and role = 'pref'
)
select t.id, t.kind || ':' || t.slug as key, o.kind || ':' || o.slug as other, min(l.name) as name,
    string_agg(distinct l.language, ', ' order by l.language) as languages
from own l
join tags t on t.id = l.tag_id
cross join lateral (
    select tag_id from tag_labels same
    where same.folded = l.folded and same.role = 'pref' and same.tag_id <> l.tag_id
    offset 0
) same
join tags o on o.id = same.tag_id and o.kind = t.kind
where t.deleted_at is null and o.deleted_at is null
group by t.id, o.id
order by t.id, o.id

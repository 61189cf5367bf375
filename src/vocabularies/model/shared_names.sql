-- $1 tags.
select t.id, t.kind || ':' || t.slug as key, o.kind || ':' || o.slug as other, min(l.name) as name,
    string_agg(distinct l.language, ', ' order by l.language) as languages
from tags t
join tag_labels l on l.tag_id = t.id and l.role = 'pref'
join tag_labels same on same.folded = l.folded and same.role = 'pref' and same.tag_id <> t.id
join tags o on o.id = same.tag_id and o.kind = t.kind
where t.id = any($1) and t.deleted_at is null and o.deleted_at is null
group by t.id, o.id
order by t.id, o.id

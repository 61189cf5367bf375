-- $1 kinds, $2 folded names. Of several tags of one name the oldest that is not retired.
select distinct on (t.kind, l.folded)
    t.kind as prefix, l.folded as rest, t.id, t.kind, t.kind || ':' || t.slug as key, false as is_deleted,
    false as is_merged
from unnest($1::text[], $2::text[]) as given (kind, folded)
join tag_labels l on l.folded = given.folded and l.role = 'pref'
join tags t on t.id = l.tag_id and t.kind = given.kind
where t.deleted_at is null
order by t.kind, l.folded, t.retired_at is not null, t.id

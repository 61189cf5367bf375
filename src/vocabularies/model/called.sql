-- $1 kinds, $2 folded names. Of several tags that are shown by one name the oldest that is not retired; else the one
-- that has it as another name, if there is only one.
with named as (
    select t.kind, l.folded, t.id, t.slug, t.retired_at, bool_or(l.role = 'pref') as is_shown,
        count(*) over (partition by t.kind, l.folded) as bearers
    from unnest($1::text[], $2::text[]) as given (kind, folded)
    join tag_labels l on l.folded = given.folded
    join tags t on t.id = l.tag_id and t.kind = given.kind
    where t.deleted_at is null
    group by t.kind, l.folded, t.id
)
select distinct on (kind, folded)
    kind as prefix, folded as rest, id, kind, kind || ':' || slug as key, false as is_deleted,
    not is_shown as is_aside
from named
where is_shown or bearers = 1
order by kind, folded, not is_shown, retired_at is not null, id

-- $1 kinds and authorities, $2 slugs and identifiers. A word is never both.
with named (prefix, rest) as (
    select distinct * from unnest($1::text[], $2::text[])
), found as (
    select prefix, rest, tag_id from named join tag_keys on (kind, slug) = (prefix, rest)
    union all
    select prefix, rest, tag_id from named join tag_external_ids on (authority, external_id) = (prefix, rest)
)
select f.prefix, f.rest, t.id, t.kind, t.kind || ':' || t.slug as key, t.deleted_at is not null as is_deleted,
    exists (
        select from tag_merges m, jsonb_array_elements((m.moved -> 'keys') || (m.moved -> 'external_ids')) as names (moved)
        where m.target_id = t.id and m.undone_at is null and (names.moved ->> 1, names.moved ->> 2) = (f.prefix, f.rest)
    ) as is_aside
from found f join tags t on t.id = f.tag_id

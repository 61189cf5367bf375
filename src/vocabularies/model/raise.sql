-- $1 tags that changed, $2 when, $3 by whom.
with raised as (
    update tags set version = version + 1, modified_at = $2 where id = any($1)
    returning id, kind, slug, version
)
insert into changes (at, key_id, action, noun, name, version)
select $2, $3, 'update', 'tag', kind || ':' || slug, version from raised order by id

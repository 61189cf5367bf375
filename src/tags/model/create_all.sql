-- Tags whose keys are free, in the order in which they are given; $8 when, $9 by whom.
with given as (
    select *
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
        with ordinality as given (kind, slug, name, folded_name, language, description, retired_at, place)
), made as (
    insert into tags (kind, slug, name, folded_name, language, description, retired_at, created_at, modified_at)
    select kind, slug, name, folded_name, language, description, retired_at, $8, $8
    from given
    where not exists (select from tag_keys known where (known.kind, known.slug) = (given.kind, given.slug))
    order by place
    returning id, kind, slug
), named as (
    insert into tag_keys (kind, slug, tag_id) select kind, slug, id from made
), counted as (
    insert into tag_usage (tag_id) select id from made
), recorded as (
    insert into changes (at, key_id, action, noun, name, version)
    select $8, $9, 'create', 'tag', kind || ':' || slug, 1 from made order by id
)
select id, kind, slug from made

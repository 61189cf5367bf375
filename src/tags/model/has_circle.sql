-- $1 tags. Whether one of them leads back to itself.
with recursive walked (origin, id) as (
    select tag_id, broader_id from tag_broader where tag_id = any($1)
    union
    select w.origin, b.broader_id from walked w join tag_broader b on b.tag_id = w.id
)
select exists (select from walked where origin = id) as is_there

-- $1 tags whose broader ones changed.
with recursive touched (id) as (
    select unnest($1)
    union
    select b.tag_id from tag_broader b join touched t on t.id = b.broader_id
), walked (tag_id, ancestor_id, distance) as (
    select b.tag_id, b.broader_id, 1 from tag_broader b join touched t on t.id = b.tag_id
    union
    select w.tag_id, b.broader_id, w.distance + 1 from walked w join tag_broader b on b.tag_id = w.ancestor_id
)
insert into tag_ancestors (ancestor_id, tag_id, distance)
select ancestor_id, tag_id, min(distance) from walked group by ancestor_id, tag_id

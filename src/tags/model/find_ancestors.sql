-- $1 tags whose broader ones changed. As in forget_ancestors.sql, each step is looked up by itself.
with recursive touched (id) as (
    select unnest($1)
    union
    select b.tag_id
    from touched t
    cross join lateral (select tag_id from tag_broader where broader_id = t.id offset 0) b
), walked (tag_id, ancestor_id, distance) as (
    select tag_id, broader_id, 1 from tag_broader where tag_id = any(array(select id from touched))
    union
    select w.tag_id, b.broader_id, w.distance + 1 from walked w join tag_broader b on b.tag_id = w.ancestor_id
)
insert into tag_ancestors (ancestor_id, tag_id, distance)
select ancestor_id, tag_id, min(distance) from walked group by ancestor_id, tag_id

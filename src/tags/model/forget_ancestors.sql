-- $1 tags whose broader ones changed. What is below them is the same before and after. Each step is looked up by
-- itself: the planner takes a walk for far longer than it is, and would read the whole table instead.
with recursive touched (id) as (
    select unnest($1)
    union
    select b.tag_id
    from touched t
    cross join lateral (select tag_id from tag_broader where broader_id = t.id offset 0) b
)
delete from tag_ancestors where tag_id = any(array(select id from touched))

-- $1 tags whose broader ones changed. What is below them is the same before and after.
with recursive touched (id) as (
    select unnest($1)
    union
    select b.tag_id from tag_broader b join touched t on t.id = b.broader_id
)
delete from tag_ancestors a using touched t where a.tag_id = t.id

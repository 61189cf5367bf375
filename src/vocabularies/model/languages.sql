-- $1 a kind, or null for all. A tag of an earlier version has no other name than that of its row.
select language from tags where deleted_at is null and ($1::text is null or kind = $1)
union
select l.language from tag_labels l join tags t on t.id = l.tag_id
where t.deleted_at is null and ($1::text is null or t.kind = $1)
order by language

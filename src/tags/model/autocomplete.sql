-- $1 pattern of a beginning, $2 pattern of a later word's beginning, $3 the folded text, $4 kind or null, $5 limit.
-- Each way of matching has an index of its own and takes the best of its kind, so that a common beginning reads no more than a rare one.
with matches as (
    (select t.id, 3 as rank, 1.0::real as likeness
       from tags t join tag_usage u on u.tag_id = t.id
      where t.deleted_at is null and t.folded_name like $1 and ($4 is null or t.kind = $4)
      order by u.article_count desc, t.id limit $5)
    union all
    (select t.id, 2, 1.0
       from tags t join tag_usage u on u.tag_id = t.id
      where t.deleted_at is null and t.folded_name like $2 and ($4 is null or t.kind = $4)
      order by u.article_count desc, t.id limit $5)
    union all
    (select t.id, 1, greatest(similarity(t.folded_name, $3), word_similarity($3, t.folded_name) * 0.9)
       from tags t join tag_usage u on u.tag_id = t.id
      where t.deleted_at is null and (t.folded_name % $3 or $3 <% t.folded_name) and ($4 is null or t.kind = $4)
      order by 3 desc, u.article_count desc, t.id limit $5)
), best as (
    select distinct on (id) id, rank, likeness from matches order by id, rank desc, likeness desc
)
select t.kind, t.slug, t.name, u.article_count
  from best join tags t on t.id = best.id join tag_usage u on u.tag_id = t.id
 order by best.rank desc, round(best.likeness::numeric, 1) desc, u.article_count desc, t.folded_name, t.id
 limit $5

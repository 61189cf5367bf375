-- $1 target, $2 sources. The latest use is that of all: it is no sum that could be taken apart again.
with counted as (
    select t.tag_id, count(*) as articles, max(a.published_at) as last_used_at
      from article_tags t
      join articles a on a.id = t.article_id
     where (t.tag_id = $1 or t.tag_id = any($2)) and a.is_counted
     group by t.tag_id
)
update tag_usage u
   set article_count = coalesce(c.articles, 0),
       last_used_at = greatest(u.last_used_at, c.last_used_at)
  from (select id from tags where id = $1 or id = any($2)) t
  left join counted c on c.tag_id = t.id
 where u.tag_id = t.id

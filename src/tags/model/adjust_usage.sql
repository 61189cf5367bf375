-- Behind the ids of tags, what to add to the count of each, and the latest publication of an article that goes live under
-- each. Rows are locked in the order of their ids, so that two writers never wait for each other in a circle.
    ) as change (tag_id, articles, used_at)
), locked as (
    select tag_usage.tag_id from tag_usage join change using (tag_id) order by tag_usage.tag_id for update of tag_usage
)
update tag_usage
   set article_count = tag_usage.article_count + change.articles,
       last_used_at  = greatest(tag_usage.last_used_at, change.used_at)
  from change join locked using (tag_id)
 where tag_usage.tag_id = change.tag_id

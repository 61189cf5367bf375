), best as (
      select b.*
        from asked cross join unnest(asked.kinds) as one (kind)
       cross join lateral (
             select tag_id, beginning, is_later, use_rank from tag_beginnings where kind = one.kind and

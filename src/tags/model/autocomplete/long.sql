) select b.tag_id, b.place, b.slips, name.language, name.role, name.name
    from asked cross join unnest(asked.beginnings, asked.slips) as wanted (beginning, slips)
   cross join lateral (
         select tag_id, beginning, wanted.slips,
                case when is_later then 2 when beginning <> wanted.beginning then 1 else 0 end as place
           from tag_beginnings
          -- Like wanted.beginning || '%', which finds no index where the pattern is a column.
          where beginning ~>=~ wanted.beginning and beginning ~<~ (wanted.beginning || chr(1114111))
            and kind = any (asked.kinds)
          order by is_later, beginning <> wanted.beginning, use_rank desc
          limit (select most from asked)
         ) as b
    join tag_beginnings as name on name.tag_id = b.tag_id and name.beginning = b.beginning

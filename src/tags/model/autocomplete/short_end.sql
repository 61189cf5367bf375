 = asked.beginning
              order by is_later, use_rank desc
              limit (select most from asked)
             ) as b
       order by is_later, use_rank desc
       limit (select most from asked)
) select best.tag_id, case when best.is_later then 2 else 1 end, 0, name.language, name.role, name.name
    from best join tag_beginnings as name on name.tag_id = best.tag_id and name.beginning = best.beginning

), pairs as (
    select one.id as one_id, pair.*
      from asked cross join tags as one
     cross join lateral (
           select other.id as other_id,
                  array_agg(distinct found.reason) as reasons,
                  (array_agg(found.names order by found.reason desc))[1:1] as names
             from (
                  select b.tag_id, 'same_name' as reason, array[a.name, b.name] as names
                    from tag_labels as a join tag_labels as b on b.folded = a.folded
                   where a.tag_id = one.id and b.tag_id > one.id and (a.role = 'pref' or b.role = 'pref')
                  union all
                  select b.tag_id, 'near_name', array[a.name, b.name]
                    from tag_labels as a join tag_labels as b on b.skeleton = a.skeleton
                   where a.tag_id = one.id and b.tag_id > one.id and (a.role = 'pref' or b.role = 'pref')
                     and b.folded <> a.folded
                  union all
                  select b.tag_id, 'near_identifier',
                         array[a.authority || ':' || a.external_id, b.authority || ':' || b.external_id]
                    from tag_external_ids as a
                    join tag_external_ids as b on b.authority = a.authority and lower(b.external_id) = lower(a.external_id)
                   where a.tag_id = one.id and b.tag_id > one.id
                  ) as found
             join tags as other on other.id = found.tag_id
            where other.deleted_at is null
              and (other.kind = one.kind or found.reason = 'near_identifier')
            group by other.id
           ) as pair
     where one.deleted_at is null and one.id between asked.one_id and asked.last_id and (asked.kind is null or one.kind = asked.kind)
       and (one.id, pair.other_id) > (asked.one_id, asked.other_id)
       and (asked.reason is null or asked.reason = any (pair.reasons))
     order by one.id, pair.other_id
     limit (select most from asked)
) select one_id, other_id, reasons, names[1][1], names[1][2] from pairs order by one_id, other_id

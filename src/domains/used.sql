select 1
  from (select canonical_url from articles
        union all select target_url from short_links
        union all select replacement_url from short_links
        union all select root_url from domains
        union all select unknown_url from domains) as addresses (address)
 where split_part(split_part(split_part(split_part(lower(address), '://', 2), '/', 1), '?', 1), '#', 1) in ($1, $1 || '.')
 limit 1

-- Links whose codes were never given out, in the order in which they are given; $11 of which kind, $12 when, $13 by whom.
with given as (
    select *
    from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[],
                $8::text[], $9::text[], $10::text[])
        with ordinality as given (domain, code, status, article_id, target_url, not_before, expires_at,
                                  forward_query, replacement_url, diff, place)
), made as (
    insert into short_links (domain, code, kind, status, article_id, target_url, not_before, expires_at,
                             forward_query, replacement_url, created_at, modified_at)
    select domain, code, $11, status, article_id, target_url, not_before, expires_at, forward_query, replacement_url,
           $12, $12
    from given
    order by place
    on conflict (domain, code) do nothing
    returning domain, code
), recorded as (
    insert into changes (at, key_id, action, noun, name, version, diff)
    select $12, $13, 'create', 'short_link', domain || '/' || code, 1, diff::jsonb
    from made join given using (domain, code)
    order by place
)
select domain, code from made

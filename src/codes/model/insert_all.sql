-- Links whose codes were never given out, in the order in which they are given; behind what kind they are, who makes them
-- when (act), and themselves.
        ) as (domain text, code text, status text, article_id uuid, target_url text, not_before timestamptz,
              expires_at timestamptz, forward_query text, replacement_url text, diff jsonb)
    ) with ordinality as given (domain, code, status, article_id, target_url, not_before, expires_at, forward_query,
                                replacement_url, diff, place)
), made as (
    insert into short_links (domain, code, kind, status, article_id, target_url, not_before, expires_at, forward_query,
                             replacement_url, created_at, modified_at)
    select domain, code, kind, status, article_id, target_url, not_before, expires_at, forward_query, replacement_url, at, at
    from given, act
    order by place
    on conflict (domain, code) do nothing
    returning domain, code
), recorded as (
    insert into changes (at, key_id, action, noun, name, version, diff)
    select at, key_id, 'create', 'short_link', domain || '/' || code, 1, diff
    from made join given using (domain, code), act
    order by place
)
select domain, code from made

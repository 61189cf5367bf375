with given as (
    select *
    from unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[])
        as given (domain, code, article_id, target_url, expires_at, diff)
), made as (
    insert into short_links
        (domain, code, kind, status, article_id, target_url, expires_at, created_at, modified_at)
    select domain, code, 'legacy', 'active', article_id, target_url, expires_at, $7, $7
    from given
    on conflict (domain, code) do nothing
    returning domain, code
), recorded as (
    insert into changes (at, key_id, action, noun, name, version, diff)
    select $7, $8, 'create', 'short_link', domain || '/' || code, 1, diff::jsonb
    from made join given using (domain, code)
)
select domain, code from made

insert into short_links (domain, code, kind, status, target_url, not_before, forward_query, replacement_url, created_at, modified_at) values
    ('exmp.news', '7', 'legacy', 'blocked', 'https://news.example/style-guide', now(), 'all', 'https://news.example/', now(), now());
insert into changes (at, action, noun, name, version, diff) values (now(), 'update', 'short_link', 'exmp.news/7', 2, '{"status": {"from": "active", "to": "blocked"}}');

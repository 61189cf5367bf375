insert into short_links (domain, code, kind, status, article_id, target_url, expires_at, created_at, modified_at) values
    ('exmp.news', '6gw9y2',  'generated', 'active',   '0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10', null, null,  now(), now()),
    ('exmp.news', 'harbour', 'alias',     'gone',     '0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10', null, null,  now(), now()),
    ('exmp.news', 'style',   'alias',     'disabled', null, 'https://news.example/style-guide',   now(), now(), now());
update articles set short_domain = 'exmp.news', short_code = '6gw9y2' where canonical_url is not null;

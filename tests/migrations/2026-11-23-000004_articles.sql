insert into articles (id, version, status, kind, headline, key_points, language, canonical_url, normalised_url, external_ids,
                      lead_image, body, related, custom, published_at, expires_at, created_at, modified_at, deleted_at,
                      was_public, is_counted, settles_at) values
    ('0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10', 3, 'published', 'article', 'Harbour reopens after three weeks', '{Ferries resume at noon}',
     'en', 'https://news.example/harbour/', 'https://news.example/harbour', '[{"source": "cms", "id": "884211"}]',
     '{"url": "https://img.example/884211.jpg"}', 'The first ships came at dawn.', '{0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c11}', '{"desk": "city"}',
     now() - interval '1 day', now() + interval '1 day', now(), now(), null, true, true, now() + interval '1 day'),
    ('0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c11', 1, 'draft', 'opinion', 'Leave the night market alone', '{}',
     'en', null, null, '[]', null, null, '{}', '{}', null, null, now(), now(), now(), false, false, null);
insert into article_tags (article_id, tag_id, position, listed_at)
    select id, 1, 0, listed_at from articles;
insert into article_external_ids (source, external_id, article_id) values
    ('cms', '884211', '0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10');

begin;
insert into tags (id, version, kind, slug, name, folded_name, description, created_at, modified_at, deleted_at)
overriding system value values
    (1, 2, 'place', 'port-elara', 'Port Elara', 'port elara', 'The harbour town.', now(), now(), null),
    (2, 1, 'topic', 'الموانئ',     'الموانئ',     'الموانئ',     null,                now(), now(), now());
insert into tag_keys (kind, slug, tag_id) values
    ('place', 'elara', 1), ('place', 'port-elara', 1), ('topic', 'الموانئ', 2);
insert into tag_external_ids (authority, external_id, tag_id) values ('wikidata', 'Q900000001', 1);
insert into tag_usage (tag_id, article_count, last_used_at) values (1, 1, now()), (2, 0, null);
commit;

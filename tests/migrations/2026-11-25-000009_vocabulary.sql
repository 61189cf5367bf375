insert into tag_labels (tag_id, language, role, name, folded) values
    (1, 'en', 'alt', 'Elara', 'elara'), (1, 'ar', 'pref', 'إيلارا', 'ايلارا');
begin;
insert into tags (id, kind, slug, name, folded_name, created_at, modified_at, deleted_at)
overriding system value values (3, 'place', 'elara-bay', 'Elara Bay', 'elara bay', now(), now(), null);
insert into tag_keys (kind, slug, tag_id) values ('place', 'elara-bay', 3);
insert into tag_usage (tag_id) values (3);
insert into tag_broader (tag_id, broader_id) values (3, 1);
insert into tag_ancestors (ancestor_id, tag_id, distance) values (1, 3, 1);
commit;

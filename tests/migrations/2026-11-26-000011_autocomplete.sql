insert into tag_labels (tag_id, language, role, name, folded) values (3, 'en', 'pref', 'Elara-Bay', 'elara-bay');
update tag_usage set article_count = 3 where tag_id = 3;
update tags set deleted_at = now() where id = 3;

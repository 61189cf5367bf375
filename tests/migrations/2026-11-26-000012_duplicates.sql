insert into tag_labels (tag_id, language, role, name, folded) values (3, 'de', 'alt', 'Elara, Bucht von', 'elara, bucht von');

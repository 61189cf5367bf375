insert into changes (at, key_id, action, noun, name, version) values
    (now(), null,           'create', 'key', '3k9f0q2m7xw1',     null),
    (now(), '3k9f0q2m7xw1', 'create', 'tag', 'place:port-elara', 1);

insert into domains (name, base_url, is_default, created_at, modified_at) values ('arab.example', 'https://arab.example', true, now(), now());
insert into changes (at, action, noun, name, version) values (now(), 'create', 'domain', 'arab.example', 1);

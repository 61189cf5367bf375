insert into domains (name, base_url, is_default, created_at, modified_at)
select name, base_url, place = 1, $3, $3
  from unnest($1, $2) with ordinality as given (name, base_url, place)
 where not exists (select from domains where is_default)
 order by name
    on conflict (name) do update set base_url = excluded.base_url, is_default = excluded.is_default

-- What two spellings of a name have in common: the order of its words, vowels within them and doubled letters do
-- not count. Null where too little is left to tell names apart.
create function skeleton(folded text) returns text
    language sql immutable strict parallel safe
    as $$
        select case when length(bare) >= 5 then bare end
          from (select string_agg(regexp_replace(left(word, 1) || translate(substr(word, 2), 'aeiouyاويىءئؤ', ''), '(.)\1+', '\1', 'g'),
                                  ' ' order by word) as bare
                  from string_to_table(translate(folded, '-–/.,،&()[]"''’“”«»', '  '), ' ') as word
                 where word <> '') as words
    $$;

alter table tag_labels add column skeleton text generated always as (skeleton(folded)) stored;

create index on tag_labels (skeleton) where skeleton is not null;
create index on tag_external_ids (authority, lower(external_id));

comment on column tag_labels.skeleton is 'What is left of the name when spellings of one name are to be alike; null where that is too little.';

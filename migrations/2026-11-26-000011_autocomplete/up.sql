create extension if not exists fuzzystrmatch;

-- The words of a folded name; all of it, if it has none. What is closed is left out and parts no words. What stands
-- between them is the same as SEPARATORS of src/tags/model/autocomplete.rs.
create function words(folded text, closed text) returns text[]
    language sql immutable strict parallel safe
    as $$
        select case when words = '{}' then array[folded] else words end
          from (select '-‐–—/\|.,:;!?،؛؟۔()[]{}"''‘’“”«»…·') as list (separators)
         cross join lateral translate(translate(folded, closed, ''), separators, repeat(' ', length(separators))) as spaced
         cross join lateral array_remove(string_to_array(spaced, ' '), '') as words
    $$;

-- What is left of the first six letters of a word when one is missed out. Two words that share a slip are one slip
-- of the pen apart there: a letter too many, too few, wrong, or swapped with the next.
create function slips(word text) returns text[]
    language sql immutable strict parallel safe
    as $$
        select array_agg(distinct slip)
          from (select overlay(left(word, 6) placing '' from n for 1) from generate_series(1, least(length(word), 6)) as n
                union all
                select word where length(word) < 6) as slips (slip)
    $$;

-- How much a tag is used, in steps of a fifth, so that the rows of its beginnings are seldom written.
create function use_rank(article_count bigint) returns smallint
    language sql immutable strict parallel safe
    as $$ select floor(4 * ln(article_count + 1.0::double precision) / ln(2.0::double precision))::smallint $$;

create table tag_beginnings (
    tag_id    integer  not null references tags (id) on delete cascade,
    beginning text     not null,
    kind      text     not null,
    is_later  boolean  not null,
    use_rank  smallint not null,
    language  text     not null,
    role      text     not null,
    name      text     not null,
    primary key (tag_id, beginning)
);

create index on tag_beginnings (beginning text_pattern_ops) include (kind, is_later, use_rank, tag_id);
create index on tag_beginnings (kind, left(beginning, 1), is_later, use_rank desc) include (tag_id, beginning);
create index on tag_beginnings (kind, left(beginning, 2), is_later, use_rank desc) include (tag_id, beginning);
create index on tag_beginnings (kind, left(beginning, 3), is_later, use_rank desc) include (tag_id, beginning);

create table tag_words (
    id   bigint generated always as identity primary key,
    word text   not null
);

create index on tag_words (word);
create index on tag_words using gin (slips(word));

-- Writes anew by what beginnings these tags are found. It waits for nobody's counts: where a tag gains uses at this
-- very moment, its rank is put right when it next changes.
create function refresh_tag_beginnings(ids integer[]) returns void
    language sql
    as $$
        delete from tag_beginnings where tag_id = any (ids);

        insert into tag_beginnings (tag_id, beginning, kind, is_later, use_rank, language, role, name)
        select distinct on (t.id, beginning)
               t.id, array_to_string(named.words[start:], ' ') as beginning, t.kind, start > 1,
               use_rank(coalesce(u.article_count, 0)),
               l.language, l.role, l.name
          from tags t
          join tag_labels l on l.tag_id = t.id
          left join tag_usage u on u.tag_id = t.id
         -- As for who leaves points and apostrophes out, CLOSED of src/tags/model/autocomplete.rs, and as for who does not.
         cross join lateral (select words(l.folded, '''.')
                              union all
                             select words(l.folded, '') where l.folded ~ '[''.]') as named (words)
         cross join lateral generate_series(1, least(cardinality(named.words), 8)) as start
         where t.id = any (ids) and t.deleted_at is null
         order by t.id, beginning, start > 1, l.role <> 'pref', l.role <> 'alt', l.language, l.name;

        -- A word may stand here twice, if two writers bring it at once: to keep it unique, one would have to wait for
        -- the other's transaction.
        insert into tag_words (word)
        select distinct brought.word
          from tag_beginnings b
         cross join lateral split_part(b.beginning, ' ', 1) as brought (word)
         where b.tag_id = any (ids) and length(brought.word) between 4 and 60
           and not exists (select from tag_words known where known.word = brought.word);
    $$;

-- Triggers, because these tables are an index in another shape: whoever writes names or counts, in whatever way and
-- by whatever version of the program, keeps them.
create function refresh_beginnings_of_changed() returns trigger
    language plpgsql
    as $$
    begin
        perform refresh_tag_beginnings(array(select distinct tag_id from changed));
        return null;
    end
    $$;

create trigger beginnings_of_new after insert on tag_labels
    referencing new table as changed for each statement execute function refresh_beginnings_of_changed();
create trigger beginnings_of_changed after update on tag_labels
    referencing new table as changed for each statement execute function refresh_beginnings_of_changed();
create trigger beginnings_of_lost after delete on tag_labels
    referencing old table as changed for each statement execute function refresh_beginnings_of_changed();

create function refresh_beginnings_of_tag() returns trigger
    language plpgsql
    as $$
    begin
        perform refresh_tag_beginnings(array[new.id]);
        return null;
    end
    $$;

create trigger beginnings_of_deleted after update of deleted_at on tags
    for each row when (old.deleted_at is distinct from new.deleted_at) execute function refresh_beginnings_of_tag();

-- Rows that somebody else is writing are passed over, so that counting an article never waits for who edits names.
create function rank_beginnings() returns trigger
    language plpgsql
    as $$
    begin
        update tag_beginnings b
           set use_rank = use_rank(new.article_count)
          from (select tag_id, beginning from tag_beginnings where tag_id = new.tag_id for update skip locked) as free
         where b.tag_id = free.tag_id and b.beginning = free.beginning;
        return null;
    end
    $$;

create trigger rank_of_beginnings after update of article_count on tag_usage
    for each row when (use_rank(old.article_count) <> use_rank(new.article_count)) execute function rank_beginnings();

select refresh_tag_beginnings(array(select id from tags where deleted_at is null));

-- What these found is found by the beginnings, or by tag_labels.
drop index tags_folded_name_idx;

comment on table  tag_beginnings           is 'What names of tags look like from each of their words on, for autocomplete; kept by triggers.';
comment on column tag_beginnings.beginning is 'A folded name from one of its words on, with one space between words.';
comment on column tag_beginnings.kind      is 'The kind of the tag, which never changes.';
comment on column tag_beginnings.is_later  is 'Whether it is not the first word of the name.';
comment on column tag_beginnings.use_rank  is 'How much the tag is used; grows with the logarithm of its articles.';
comment on column tag_beginnings.name      is 'The name as it is written, with its language and role.';
comment on table  tag_words                is 'Words of four letters and more in names of tags, now or formerly, to find those that a misspelt one may stand for.';

alter table tags
    add column language   text not null default 'und' check (char_length(language) between 2 and 35),
    add column retired_at timestamptz;

create table tag_labels (
    tag_id   integer not null references tags (id) on delete restrict,
    language text    not null check (char_length(language) between 2 and 35),
    role     text    not null check (role in ('pref', 'alt', 'hidden')),
    name     text    not null check (char_length(name) between 1 and 200),
    folded   text    not null check (octet_length(folded) between 1 and 1000),
    primary key (tag_id, language, name)
);

create unique index on tag_labels (tag_id, language) where role = 'pref';
create index on tag_labels (folded text_pattern_ops);
create index on tag_labels using gin (folded gin_trgm_ops);

-- Names that were stored before are folded as they are from now on: letters that are not told apart in Arabic
-- and Urdu, digits, and Latin letters that no mark makes.
update tags
   set folded_name = replace(replace(replace(translate(folded_name,
           'ٱىیےکڪہھەۃةøłđħŧς٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹',
           'ايييككهههههoldhtσ01234567890123456789'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');

insert into tag_labels (tag_id, language, role, name, folded)
select id, language, 'pref', name, folded_name from tags;

create table tag_broader (
    tag_id     integer not null references tags (id) on delete restrict,
    broader_id integer not null references tags (id) on delete restrict,
    primary key (tag_id, broader_id),
    check (tag_id <> broader_id)
);

create index on tag_broader (broader_id);

create table tag_ancestors (
    ancestor_id integer not null,
    tag_id      integer not null,
    distance    integer not null check (distance >= 1),
    primary key (ancestor_id, tag_id)
);

create index on tag_ancestors (tag_id);

comment on column tags.name                is 'The preferred name that is shown to callers who ask for no language; also in tag_labels.';
comment on column tags.language            is 'The language of name, BCP 47; und where nobody said.';
comment on column tags.retired_at          is 'From when on no further article is filed under the tag.';
comment on table  tag_labels               is 'What tags are called, in each language.';
comment on column tag_labels.language      is 'BCP 47 in canonical case; und where nobody said.';
comment on column tag_labels.role          is 'As in SKOS: the preferred name, an alternative one, or a hidden one such as a misspelling.';
comment on column tag_labels.folded        is 'The name folded for comparison.';
comment on table  tag_broader              is 'Which tags are part of which: Doha of Qatar. Never in a circle.';
comment on table  tag_ancestors            is 'Whatever tag_broader leads to, over any number of steps; kept by the writes that change tag_broader. Without references: a check of them would hold rows of tags that the writer has no part in.';
comment on column tag_ancestors.distance   is 'Fewest steps.';

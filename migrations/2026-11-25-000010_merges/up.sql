alter table tags add column merged_into integer references tags (id) on delete restrict;

create index on tags (merged_into) where merged_into is not null;

create table tag_merges (
    id        uuid        primary key,
    target_id integer     not null references tags (id) on delete restrict,
    sources   integer[]   not null check (cardinality(sources) between 1 and 100),
    counts    jsonb       not null,
    moved     jsonb       not null,
    merged_at timestamptz not null,
    merged_by text,
    undone_at timestamptz,
    undone_by text
);

create index on tag_merges (merged_at, id);
create index on tag_merges (target_id, merged_at);

create table tag_merge_articles (
    merge_id        uuid    not null,
    article_id      uuid    not null,
    tag_id          integer not null,
    position        integer not null,
    target_position integer,
    merged_position integer not null,
    primary key (merge_id, article_id, tag_id)
);

comment on column tags.merged_into                   is 'The tag that this one was merged into; it then counts as deleted, and its keys lead there.';
comment on table  tag_merges                         is 'Merges of tags, with all that it takes to undo them.';
comment on column tag_merges.sources                 is 'The tags that were merged into the target.';
comment on column tag_merges.counts                  is 'How much was moved, as it was answered.';
comment on column tag_merges.moved                   is 'Names, identifiers, keys and places in the hierarchy that were moved.';
comment on column tag_merges.merged_by               is 'The key of the caller; null on the command line.';
comment on table  tag_merge_articles                 is 'What each article carried before the merge; one row for each source. Without references: none of what it names is ever removed, and a check for each row would double the time of a merge.';
comment on column tag_merge_articles.position        is 'Where the source stood.';
comment on column tag_merge_articles.target_position is 'Where the target stood; null where the article did not carry it.';
comment on column tag_merge_articles.merged_position is 'Where the target stood after the merge.';

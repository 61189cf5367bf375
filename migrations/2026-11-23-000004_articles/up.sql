create function article_is_live(
    status text, deleted_at timestamptz, published_at timestamptz, embargoed_until timestamptz,
    expires_at timestamptz, at_time timestamptz
) returns boolean language sql immutable parallel safe as $$
    select status = 'published'
       and deleted_at is null
       and published_at <= at_time
       and (embargoed_until is null or embargoed_until <= at_time)
       and (expires_at is null or expires_at > at_time)
$$;

comment on function article_is_live is
    'The one predicate of visibility. Every surface that shows articles to the public uses it.';

create function article_visibility(
    status text, deleted_at timestamptz, published_at timestamptz, embargoed_until timestamptz,
    expires_at timestamptz, at_time timestamptz
) returns text language sql immutable parallel safe as $$
    select case
        when deleted_at is not null      then 'deleted'
        when status = 'withdrawn'        then 'withdrawn'
        when status = 'draft'            then 'draft'
        when expires_at <= at_time       then 'expired'
        when embargoed_until > at_time   then 'embargoed'
        when article_is_live(status, deleted_at, published_at, embargoed_until, expires_at, at_time)
                                         then 'live'
        else 'scheduled'
    end
$$;

comment on function article_visibility is 'The name of an article''s visibility; where several hold, the first listed.';

create function article_settles_at(
    status text, deleted_at timestamptz, published_at timestamptz, embargoed_until timestamptz,
    expires_at timestamptz, at_time timestamptz
) returns timestamptz language sql immutable parallel safe as $$
    select case
        when status <> 'published' or deleted_at is not null or expires_at <= at_time then null
        when greatest(published_at, embargoed_until) <= at_time                       then expires_at
        when expires_at <= greatest(published_at, embargoed_until)                    then null
        else greatest(published_at, embargoed_until)
    end
$$;

comment on function article_settles_at is
    'When time alone next changes whether the article is live; null when it never does.';

create function article_was_public(
    status text, deleted_at timestamptz, published_at timestamptz, embargoed_until timestamptz,
    expires_at timestamptz, since timestamptz, at_time timestamptz
) returns boolean language sql immutable parallel safe as $$
    select status = 'published'
       and deleted_at is null
       and greatest(published_at, embargoed_until, since) <= at_time
       and (expires_at is null or expires_at > greatest(published_at, embargoed_until, since))
$$;

comment on function article_was_public is
    'Whether the public saw the state that the article had from "since" to "at_time".';

create table articles (
    id              uuid        primary key,
    version         integer     not null default 1 check (version >= 1),
    status          text        not null check (status in ('draft', 'published', 'withdrawn')),
    kind            text        not null check (kind in ('article', 'live_blog', 'opinion', 'analysis', 'gallery',
                                                         'video', 'audio', 'press_release')),
    headline        text        not null check (char_length(headline) between 1 and 300),
    short_headline  text                 check (char_length(short_headline) between 1 and 120),
    summary         text                 check (char_length(summary) between 1 and 2000),
    key_points      text[]      not null check (cardinality(key_points) <= 20),
    dateline        text                 check (char_length(dateline) between 1 and 100),
    byline          text                 check (char_length(byline) between 1 and 300),
    language        text        not null check (char_length(language) between 2 and 35),
    canonical_url   text                 check (octet_length(canonical_url) <= 2048),
    normalised_url  text                 check (octet_length(normalised_url) <= 2048),
    external_ids    jsonb       not null,
    lead_image      jsonb,
    word_count      integer              check (word_count >= 0),
    body            text                 check (octet_length(body) <= 524288),
    related         uuid[]      not null check (cardinality(related) <= 50),
    custom          jsonb       not null check (jsonb_typeof(custom) = 'object'),
    published_at    timestamptz,
    updated_at      timestamptz,
    embargoed_until timestamptz,
    expires_at      timestamptz,
    short_domain    text,
    short_code      text,
    created_at      timestamptz not null,
    modified_at     timestamptz not null,
    deleted_at      timestamptz,
    was_public      boolean     not null default false,
    is_counted      boolean     not null default false,
    settles_at      timestamptz,
    listed_at       timestamptz not null generated always as (coalesce(published_at, created_at)) stored,
    surfaced_at     timestamptz not null generated always as (greatest(modified_at, published_at, embargoed_until)) stored,
    check ((canonical_url is null) = (normalised_url is null)),
    check ((short_domain is null) = (short_code is null)),
    check (status <> 'published' or published_at is not null)
);

create unique index articles_normalised_url_key on articles (normalised_url);
create index on articles (listed_at, id);
create index on articles (modified_at, id);
create index on articles (surfaced_at, id);
create index on articles (settles_at) where settles_at is not null;

create table article_tags (
    article_id uuid        not null references articles (id) on delete restrict,
    tag_id     integer     not null references tags (id) on delete restrict,
    position   integer     not null check (position >= 0),
    listed_at  timestamptz not null,
    primary key (article_id, tag_id)
);

create index on article_tags (tag_id, listed_at, article_id);

create table article_external_ids (
    source      text not null check (char_length(source) between 1 and 50),
    external_id text not null check (char_length(external_id) between 1 and 255),
    article_id  uuid not null references articles (id) on delete restrict,
    primary key (source, external_id)
);

create index on article_external_ids (article_id);

comment on table  articles                 is 'The metadata of published stories.';
comment on column articles.canonical_url   is 'The address as the caller gave it.';
comment on column articles.normalised_url  is 'The address as it is compared: host case, default port, fragment, tracking parameters, query order, trailing slash.';
comment on column articles.external_ids    is 'The caller''s ids in the caller''s order, for reading; article_external_ids keeps them unique.';
comment on column articles.short_domain    is 'The primary short link, with short_code; null only when it was deleted.';
comment on column articles.was_public      is 'Whether the public has seen the article in a state before the present one: a withdrawn or deleted article then answers 410, else 404.';
comment on column articles.is_counted      is 'Whether the article is in its tags'' article_count.';
comment on column articles.settles_at      is 'When time alone next changes whether the article is live; null when it never does.';
comment on column articles.listed_at       is 'What lists sort by: publication, or creation while there is none.';
comment on column articles.surfaced_at     is 'For a live article, when the public could first see its present state.';
comment on column article_tags.position    is 'From 0; the first tag is the most important. Gaps are left by deleted tags.';
comment on column article_tags.listed_at   is 'Copy of the article''s listed_at, so that one index serves a tag''s page at any depth.';

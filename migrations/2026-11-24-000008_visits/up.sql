-- No foreign keys to short_links: a link is never removed, and the flush would pay for each row.

create table visit_flushes (
    instance   uuid        primary key,
    sequence   bigint      not null check (sequence >= 1),
    flushed_at timestamptz not null
);

create table visit_journal (
    id         bigint    generated always as identity primary key,
    link_ids   bigint[]  not null,
    quarters   integer[] not null,
    people     bigint[]  not null,
    bots       bigint[]  not null,
    prefetches bigint[]  not null
);

create table visit_breakdown_journal (
    id         bigint    generated always as identity primary key,
    link_ids   bigint[]  not null,
    dimensions text[]    not null,
    quarters   integer[] not null,
    names      text[]    not null,
    people     bigint[]  not null,
    bots       bigint[]  not null,
    prefetches bigint[]  not null
);

-- Their rows live for seconds: compressing them would be most of what they cost.
alter table visit_journal
    alter column link_ids set storage external,
    alter column quarters set storage external,
    alter column people set storage external,
    alter column bots set storage external,
    alter column prefetches set storage external;
alter table visit_breakdown_journal
    alter column link_ids set storage external,
    alter column dimensions set storage external,
    alter column quarters set storage external,
    alter column names set storage external,
    alter column people set storage external,
    alter column bots set storage external,
    alter column prefetches set storage external;

create table visit_totals (
    link_id    bigint primary key,
    people     bigint not null check (people >= 0),
    bots       bigint not null check (bots >= 0),
    prefetches bigint not null check (prefetches >= 0)
);

create table visit_quarters (
    link_id    bigint      not null,
    at         timestamptz not null,
    people     bigint      not null check (people >= 0),
    bots       bigint      not null check (bots >= 0),
    prefetches bigint      not null check (prefetches >= 0),
    primary key (link_id, at)
);

create table visit_days (
    link_id    bigint not null,
    day        date   not null,
    people     bigint not null check (people >= 0),
    bots       bigint not null check (bots >= 0),
    prefetches bigint not null check (prefetches >= 0),
    primary key (link_id, day)
);

create index on visit_days (day);

create table visit_breakdown_quarters (
    link_id    bigint      not null,
    dimension  text        not null check (dimension in ('all', 'channel', 'referrer', 'country')),
    at         timestamptz not null,
    value      text        not null check (char_length(value) <= 255),
    people     bigint      not null check (people >= 0),
    bots       bigint      not null check (bots >= 0),
    prefetches bigint      not null check (prefetches >= 0),
    primary key (link_id, dimension, at, value)
);

create table visit_breakdown_days (
    link_id    bigint not null,
    dimension  text   not null check (dimension in ('all', 'channel', 'referrer', 'country')),
    day        date   not null,
    value      text   not null check (char_length(value) <= 255),
    people     bigint not null check (people >= 0),
    bots       bigint not null check (bots >= 0),
    prefetches bigint not null check (prefetches >= 0),
    primary key (link_id, dimension, day, value)
);

create table visits (
    at       timestamptz not null,
    link_id  bigint      not null,
    class    text        not null check (class in ('person', 'bot', 'prefetch')),
    channel  text        check (channel ~ '^[a-z]{1,12}$'),
    referrer text        check (char_length(referrer) between 1 and 255),
    country  text        check (country ~ '^[A-Z]{2}$')
) partition by range (at);

comment on table  visit_flushes              is 'How far each instance has flushed: a batch that was written once is not written again after an unclear commit.';
comment on column visit_flushes.sequence     is 'Number of the last batch that is in the tables.';
comment on table  visit_journal              is 'Flushed visits until they are added to the tables of counts, many flushes at once; what stands at one place of the arrays belongs together.';
comment on column visit_journal.quarters     is 'Quarters of an hour since 1970.';
comment on table  visit_breakdown_journal    is 'The same for the tables of breakdowns.';
comment on column visit_breakdown_journal.names is 'Channels, hosts and countries; empty for all visits.';
comment on table  visit_totals               is 'All visits of a link, apart from its row so that counting never waits for an edit.';
comment on table  visit_quarters             is 'Visits per quarter of an hour in UTC: the steps of every time zone.';
comment on column visit_quarters.at          is 'Beginning of the quarter of an hour.';
comment on table  visit_days                 is 'Visits per day in UTC.';
comment on table  visit_breakdown_quarters   is 'Visits per quarter of an hour and channel, referring host or country; from detail, which a flood may drop.';
comment on column visit_breakdown_quarters.value is 'The channel, host or country; empty for all visits together, so that those without a channel, host or country need no row.';
comment on table  visit_breakdown_days       is 'The same per day in UTC.';
comment on table  visits                     is 'Single visits, in monthly partitions that are made ahead and dropped by age. Neither addresses nor user agents of readers.';

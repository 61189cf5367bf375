use diesel::{QueryResult, sql_types::BigInt};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::base::statement::Statement;

/// Most rows of each journal in one turn: as many as a statement adds well within its time.
const MAX_ROWS: i64 = 1_000;

/// Takes rows out of the journals. Who does so holds a lock, for which others do not wait: so there is
/// never more than one who locks rows of counts.
const TAKE: &str = "\
with taken as (
    delete from visit_journal where id in (
        select id from visit_journal where pg_try_advisory_xact_lock(7203551909) order by id limit ";

/// Takes rows out of the other one.
const TAKE_PARTS: &str = ")
    returning *
), taken_parts as (
    delete from visit_breakdown_journal where id in (
        select id from visit_breakdown_journal where pg_try_advisory_xact_lock(7203551909) order by id limit ";

/// Adds them up, and to the counts.
const ADD: &str = ")
    returning *
), entries as (
    select link_id, to_timestamp(quarter * 900.0) as at, sum(e.people)::bigint as people,
           sum(e.bots)::bigint as bots, sum(e.prefetches)::bigint as prefetches
    from taken t, unnest(t.link_ids, t.quarters, t.people, t.bots, t.prefetches)
         as e (link_id, quarter, people, bots, prefetches)
    group by link_id, quarter
), quarters as (
    insert into visit_quarters as t (link_id, at, people, bots, prefetches)
    select link_id, at, people, bots, prefetches from entries
    on conflict (link_id, at) do update set people = t.people + excluded.people,
        bots = t.bots + excluded.bots, prefetches = t.prefetches + excluded.prefetches
), days as (
    insert into visit_days as t (link_id, day, people, bots, prefetches)
    select link_id, (at at time zone 'UTC')::date, sum(people), sum(bots), sum(prefetches)
    from entries group by 1, 2
    on conflict (link_id, day) do update set people = t.people + excluded.people,
        bots = t.bots + excluded.bots, prefetches = t.prefetches + excluded.prefetches
), totals as (
    insert into visit_totals as t (link_id, people, bots, prefetches)
    select link_id, sum(people), sum(bots), sum(prefetches)
    from entries group by link_id
    on conflict (link_id) do update set people = t.people + excluded.people,
        bots = t.bots + excluded.bots, prefetches = t.prefetches + excluded.prefetches
), parts as (
    select link_id, dimension, to_timestamp(quarter * 900.0) as at, value, sum(p.people)::bigint as people,
           sum(p.bots)::bigint as bots, sum(p.prefetches)::bigint as prefetches
    from taken_parts t,
         unnest(t.link_ids, t.dimensions, t.quarters, t.names, t.people, t.bots, t.prefetches)
         as p (link_id, dimension, quarter, value, people, bots, prefetches)
    group by link_id, dimension, quarter, value
), part_quarters as (
    insert into visit_breakdown_quarters as t (link_id, dimension, at, value, people, bots, prefetches)
    select link_id, dimension, at, value, people, bots, prefetches from parts
    on conflict (link_id, dimension, at, value) do update set people = t.people + excluded.people,
        bots = t.bots + excluded.bots, prefetches = t.prefetches + excluded.prefetches
), part_days as (
    insert into visit_breakdown_days as t (link_id, dimension, day, value, people, bots, prefetches)
    select link_id, dimension, (at at time zone 'UTC')::date, value, sum(people), sum(bots), sum(prefetches)
    from parts group by 1, 2, 3, 4
    on conflict (link_id, dimension, day, value) do update set people = t.people + excluded.people,
        bots = t.bots + excluded.bots, prefetches = t.prefetches + excluded.prefetches
)
select (select count(*) from taken) + (select count(*) from taken_parts)";

/// Adds rows of the journals to the counts, and says how many; none while another instance is at it. It
/// is one statement, so a visit either waits in a journal or the counts have it.
pub async fn roll_up(conn: &mut AsyncPgConnection) -> QueryResult<i64> {
    let mut statement: Statement<BigInt> = Statement::new(TAKE);
    statement.value::<BigInt, _>(MAX_ROWS).text(TAKE_PARTS);
    statement.value::<BigInt, _>(MAX_ROWS).text(ADD);
    statement.get_result(conn).await
}

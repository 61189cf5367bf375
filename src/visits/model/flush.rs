use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult,
    sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as UuidSql},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use tokio::time::sleep;
use uuid::Uuid;

use crate::{
    base::statement::Statement,
    visits::{
        batch::Batch,
        counts::Counts,
        detail::{Detail, Part, break_down},
        quarter::Quarter,
    },
};

/// Rows and places of one statement, and how long nothing is done after it. Written in one go, a batch
/// would hold up every request of a processor that the service shares with Postgres.
const STEP: usize = 500;
const BREATH: Duration = Duration::from_millis(2);

/// Counts in columns, as statements take them.
#[derive(Default)]
struct Columns {
    people: Vec<i64>,
    bots: Vec<i64>,
    prefetches: Vec<i64>,
}

impl Columns {
    fn of<'a>(rows: impl Iterator<Item = &'a Counts>) -> Self {
        let mut columns = Self::default();
        for counts in rows {
            columns.people.push(counts.people);
            columns.bots.push(counts.bots);
            columns.prefetches.push(counts.prefetches);
        }
        columns
    }

    fn bind(self, statement: &mut Statement<()>) {
        for column in [self.people, self.bots, self.prefetches] {
            statement.text(", ").value::<Array<BigInt>, _>(column);
        }
    }
}

/// Writes a batch, all or nothing; false if it was written before, by an attempt whose answer was
/// lost.
///
/// It only adds rows, so instances never wait for each other: what the counts come to is the work of
/// [`roll_up`](super::roll_up), once for many batches.
pub async fn persist(
    conn: &mut AsyncPgConnection,
    instance: Uuid,
    batch: &Batch,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    conn.transaction(async |conn| {
        if !claim(conn, instance, batch.sequence, now).await? {
            return Ok(false);
        }
        let entries: Vec<_> = batch.entries.iter().collect();
        for step in entries.chunks(STEP) {
            write_journal(conn, step).await?;
            sleep(BREATH).await;
        }
        let parts: Vec<_> = break_down(&batch.details).into_iter().collect();
        for step in parts.chunks(STEP) {
            write_breakdown_journal(conn, step).await?;
            sleep(BREATH).await;
        }
        for step in batch.details.chunks(STEP) {
            write_details(conn, step).await?;
            sleep(BREATH).await;
        }
        Ok(true)
    })
    .await
}

/// Claims the number of a batch. The row stays locked until the end of the transaction, so a second
/// attempt waits until it is known what became of the first.
async fn claim(
    conn: &mut AsyncPgConnection,
    instance: Uuid,
    sequence: i64,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let mut claim: Statement<()> =
        Statement::new("insert into visit_flushes as t (instance, sequence, flushed_at) values (");
    claim
        .value::<UuidSql, _>(instance)
        .text(", ")
        .value::<BigInt, _>(sequence);
    claim.text(", ").value::<Timestamptz, _>(now).text(
        ") on conflict (instance) do update set sequence = excluded.sequence, flushed_at = excluded.flushed_at \
         where t.sequence < excluded.sequence",
    );
    Ok(claim.execute(conn).await? == 1)
}

async fn write_journal(
    conn: &mut AsyncPgConnection,
    entries: &[(&(i64, Quarter), &Counts)],
) -> QueryResult<()> {
    let links: Vec<i64> = entries.iter().map(|(key, _)| key.0).collect();
    let quarters: Vec<i32> = entries.iter().map(|(key, _)| number(key.1)).collect();
    let mut insert = Statement::new(
        "insert into visit_journal (link_ids, quarters, people, bots, prefetches) values (",
    );
    insert.value::<Array<BigInt>, _>(links).text(", ");
    insert.value::<Array<Integer>, _>(quarters);
    Columns::of(entries.iter().map(|(_, counts)| *counts)).bind(&mut insert);
    insert.text(")");
    insert.execute(conn).await.map(|_| ())
}

async fn write_breakdown_journal(
    conn: &mut AsyncPgConnection,
    parts: &[(Part<'_>, Counts)],
) -> QueryResult<()> {
    let links: Vec<i64> = parts.iter().map(|(key, _)| key.0).collect();
    let dimensions: Vec<&'static str> = parts.iter().map(|(key, _)| key.1.as_str()).collect();
    let quarters: Vec<i32> = parts.iter().map(|(key, _)| number(key.2)).collect();
    let names: Vec<String> = parts.iter().map(|(key, _)| key.3.to_owned()).collect();
    let mut insert = Statement::new(
        "insert into visit_breakdown_journal (link_ids, dimensions, quarters, names, people, bots, prefetches) values (",
    );
    insert.value::<Array<BigInt>, _>(links).text(", ");
    insert.value::<Array<Text>, _>(dimensions).text(", ");
    insert.value::<Array<Integer>, _>(quarters).text(", ");
    insert.value::<Array<Text>, _>(names);
    Columns::of(parts.iter().map(|(_, counts)| counts)).bind(&mut insert);
    insert.text(")");
    insert.execute(conn).await.map(|_| ())
}

/// A quarter as the journal has it; the last one that it can name is in the year 63212.
fn number(quarter: Quarter) -> i32 {
    i32::try_from(quarter.0).unwrap_or(i32::MAX)
}

async fn write_details(conn: &mut AsyncPgConnection, details: &[Detail]) -> QueryResult<()> {
    let column = |read: fn(&Detail) -> Option<&str>| {
        let values = details.iter().map(|detail| read(detail).map(str::to_owned));
        values.collect::<Vec<Option<String>>>()
    };
    let at: Vec<DateTime<Utc>> = details.iter().map(|detail| detail.at).collect();
    let links: Vec<i64> = details.iter().map(|detail| detail.link_id).collect();
    let classes: Vec<&'static str> = details.iter().map(|detail| detail.class.as_str()).collect();
    let mut insert: Statement<()> = Statement::new(
        "insert into visits (at, link_id, class, channel, referrer, country) select * from unnest(",
    );
    insert.value::<Array<Timestamptz>, _>(at).text(", ");
    insert.value::<Array<BigInt>, _>(links).text(", ");
    insert.value::<Array<Text>, _>(classes).text(", ");
    insert
        .value::<Array<Nullable<Text>>, _>(column(Detail::channel))
        .text(", ");
    insert
        .value::<Array<Nullable<Text>>, _>(column(|detail| detail.referrer.as_deref()))
        .text(", ");
    insert.value::<Array<Nullable<Text>>, _>(column(Detail::country));
    insert.text(")");
    insert.execute(conn).await.map(|_| ())
}

/// Forgets how far instances had come that have not written since.
pub async fn forget_instances(
    conn: &mut AsyncPgConnection,
    since: DateTime<Utc>,
) -> QueryResult<usize> {
    let mut delete: Statement<()> = Statement::new("delete from visit_flushes where flushed_at < ");
    delete.value::<Timestamptz, _>(since);
    delete.execute(conn).await
}

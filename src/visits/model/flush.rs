use chrono::{DateTime, Utc};
use diesel::{
    QueryResult,
    sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as UuidSql},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::{
    base::statement::Statement,
    visits::{
        batch::Batch,
        counts::Counts,
        detail::{Detail, break_down},
        quarter::Quarter,
    },
};

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
        write_journal(conn, batch).await?;
        if !batch.details.is_empty() {
            write_details(conn, &batch.details).await?;
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

async fn write_journal(conn: &mut AsyncPgConnection, batch: &Batch) -> QueryResult<()> {
    let mut insert = Statement::new(
        "insert into visit_journal (link_ids, quarters, people, bots, prefetches, part_link_ids, \
         part_dimensions, part_quarters, part_values, part_people, part_bots, part_prefetches) values (",
    );
    let entries = &batch.entries;
    let links: Vec<i64> = entries.keys().map(|(link, _)| *link).collect();
    let quarters: Vec<i32> = entries
        .keys()
        .map(|(_, quarter)| number(*quarter))
        .collect();
    insert.value::<Array<BigInt>, _>(links).text(", ");
    insert.value::<Array<Integer>, _>(quarters);
    Columns::of(entries.values()).bind(&mut insert);

    let parts = break_down(&batch.details);
    let links: Vec<i64> = parts.keys().map(|key| key.0).collect();
    let dimensions: Vec<&'static str> = parts.keys().map(|key| key.1.as_str()).collect();
    let quarters: Vec<i32> = parts.keys().map(|key| number(key.2)).collect();
    let values: Vec<String> = parts.keys().map(|key| key.3.to_owned()).collect();
    insert.text(", ").value::<Array<BigInt>, _>(links);
    insert.text(", ").value::<Array<Text>, _>(dimensions);
    insert.text(", ").value::<Array<Integer>, _>(quarters);
    insert.text(", ").value::<Array<Text>, _>(values);
    Columns::of(parts.values()).bind(&mut insert);
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

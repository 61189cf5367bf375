use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    QueryResult,
    sql_types::{Array, BigInt, Date, Nullable, Text, Timestamptz, Uuid as UuidSql},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::{
    base::statement::Statement,
    visits::{
        batch::Batch,
        counts::Counts,
        detail::{Detail, break_down},
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
        statement.value::<Array<BigInt>, _>(self.people);
        statement
            .text(", ")
            .value::<Array<BigInt>, _>(self.bots)
            .text(", ");
        statement.value::<Array<BigInt>, _>(self.prefetches);
    }
}

/// What an upsert of counts ends in.
const ADD: &str = " do update set people = t.people + excluded.people, bots = t.bots + excluded.bots, \
                   prefetches = t.prefetches + excluded.prefetches";

/// Writes a batch, all or nothing; false if it was written before, by an attempt whose answer was
/// lost.
///
/// Every batch goes through the tables in the same order, and through the rows of each in the order
/// of their keys, so that instances wait for each other but never in a circle.
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
        if !batch.entries.is_empty() {
            write_totals(conn, batch).await?;
            write_quarters(conn, batch).await?;
            write_days(conn, batch).await?;
        }
        if !batch.details.is_empty() {
            write_breakdown(conn, batch).await?;
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

async fn write_totals(conn: &mut AsyncPgConnection, batch: &Batch) -> QueryResult<()> {
    let totals = batch.totals();
    let links: Vec<i64> = totals.keys().copied().collect();
    let last = totals.values().map(|entry| entry.last_us);
    let last: Vec<DateTime<Utc>> = last
        .map(|us| DateTime::from_timestamp_micros(us).unwrap_or_default())
        .collect();
    let mut insert = Statement::new(
        "insert into visit_totals as t (link_id, people, bots, prefetches, last_at) select * from unnest(",
    );
    insert.value::<Array<BigInt>, _>(links).text(", ");
    Columns::of(totals.values().map(|entry| &entry.counts)).bind(&mut insert);
    insert.text(", ").value::<Array<Timestamptz>, _>(last);
    insert.text(") on conflict (link_id)").text(ADD);
    insert.text(", last_at = greatest(t.last_at, excluded.last_at)");
    insert.execute(conn).await.map(|_| ())
}

async fn write_quarters(conn: &mut AsyncPgConnection, batch: &Batch) -> QueryResult<()> {
    let (links, at): (Vec<i64>, Vec<DateTime<Utc>>) = batch
        .entries
        .keys()
        .map(|(link, quarter)| (*link, quarter.begin()))
        .unzip();
    let mut insert = Statement::new(
        "insert into visit_quarters as t (link_id, at, people, bots, prefetches) select * from unnest(",
    );
    insert.value::<Array<BigInt>, _>(links).text(", ");
    insert.value::<Array<Timestamptz>, _>(at).text(", ");
    Columns::of(batch.entries.values().map(|entry| &entry.counts)).bind(&mut insert);
    insert.text(") on conflict (link_id, at)").text(ADD);
    insert.execute(conn).await.map(|_| ())
}

async fn write_days(conn: &mut AsyncPgConnection, batch: &Batch) -> QueryResult<()> {
    let days = batch.days();
    let (links, day): (Vec<i64>, Vec<NaiveDate>) = days.keys().copied().unzip();
    let mut insert = Statement::new(
        "insert into visit_days as t (link_id, day, people, bots, prefetches) select * from unnest(",
    );
    insert.value::<Array<BigInt>, _>(links).text(", ");
    insert.value::<Array<Date>, _>(day).text(", ");
    Columns::of(days.values()).bind(&mut insert);
    insert.text(") on conflict (link_id, day)").text(ADD);
    insert.execute(conn).await.map(|_| ())
}

async fn write_breakdown(conn: &mut AsyncPgConnection, batch: &Batch) -> QueryResult<()> {
    let parts = break_down(&batch.details);
    let mut insert = Statement::new(
        "insert into visit_breakdown_quarters as t (link_id, dimension, at, value, people, bots, prefetches) \
         select * from unnest(",
    );
    let links: Vec<i64> = parts.keys().map(|key| key.0).collect();
    let dimensions: Vec<&'static str> = parts.keys().map(|key| key.1.as_str()).collect();
    let at: Vec<DateTime<Utc>> = parts.keys().map(|key| key.2.begin()).collect();
    let values: Vec<String> = parts.keys().map(|key| key.3.to_owned()).collect();
    insert.value::<Array<BigInt>, _>(links).text(", ");
    insert.value::<Array<Text>, _>(dimensions).text(", ");
    insert.value::<Array<Timestamptz>, _>(at).text(", ");
    insert.value::<Array<Text>, _>(values).text(", ");
    Columns::of(parts.values()).bind(&mut insert);
    insert
        .text(") on conflict (link_id, dimension, at, value)")
        .text(ADD);
    insert.execute(conn).await?;
    write_breakdown_days(conn, batch).await
}

async fn write_breakdown_days(conn: &mut AsyncPgConnection, batch: &Batch) -> QueryResult<()> {
    let parts = break_down(&batch.details);
    let mut days = std::collections::BTreeMap::new();
    for ((link, dimension, quarter, value), counts) in parts {
        let key = (link, dimension, quarter.day(), value);
        *days.entry(key).or_insert_with(Counts::default) += counts;
    }
    let mut insert = Statement::new(
        "insert into visit_breakdown_days as t (link_id, dimension, day, value, people, bots, prefetches) \
         select * from unnest(",
    );
    let links: Vec<i64> = days.keys().map(|key| key.0).collect();
    let dimensions: Vec<&'static str> = days.keys().map(|key| key.1.as_str()).collect();
    let day: Vec<NaiveDate> = days.keys().map(|key| key.2).collect();
    let values: Vec<String> = days.keys().map(|key| key.3.to_owned()).collect();
    insert.value::<Array<BigInt>, _>(links).text(", ");
    insert.value::<Array<Text>, _>(dimensions).text(", ");
    insert.value::<Array<Date>, _>(day).text(", ");
    insert.value::<Array<Text>, _>(values).text(", ");
    Columns::of(days.values()).bind(&mut insert);
    insert
        .text(") on conflict (link_id, dimension, day, value)")
        .text(ADD);
    insert.execute(conn).await.map(|_| ())
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

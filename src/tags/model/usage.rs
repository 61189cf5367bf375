use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryResult,
    prelude::*,
    sql_types::{Array, BigInt, Integer, Nullable, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::{base::statement::Statement, schema::tag_usage};

/// The kept counts of a tag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = tag_usage)]
pub struct Usage {
    /// Live articles filed under the tag.
    pub article_count: i64,
    /// Latest publication of an article that went live under the tag.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The counts of one tag, over the pipelined connection.
pub async fn of_one(conn: &mut &AsyncPgConnection, id: i32) -> QueryResult<Usage> {
    let usage = tag_usage::table.find(id).select(Usage::as_select());
    Ok(usage.first(conn).await.optional()?.unwrap_or_default())
}

/// How many live articles each of these tags has.
pub async fn usage_of(
    mut conn: &AsyncPgConnection,
    ids: &[i32],
) -> QueryResult<BTreeMap<i32, i64>> {
    let rows = tag_usage::table.filter(tag_usage::tag_id.eq_any(ids));
    let rows: Vec<(i32, i64)> = rows
        .select((tag_usage::tag_id, tag_usage::article_count))
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// What a write adds to the counts of a tag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UsageDelta {
    /// Live articles gained or lost.
    pub articles: i64,
    /// Publication of an article that went live.
    pub used_at: Option<DateTime<Utc>>,
}

/// Adds to the counts of tags, in the transaction of the write that changes them. May be sent together with what else
/// the write leaves.
pub async fn adjust_usage(
    mut conn: &AsyncPgConnection,
    deltas: &BTreeMap<i32, UsageDelta>,
) -> QueryResult<()> {
    let changed = deltas
        .iter()
        .filter(|(_, delta)| delta.articles != 0 || delta.used_at.is_some());
    let changed: Vec<(i32, UsageDelta)> = changed.map(|(id, delta)| (*id, *delta)).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let deltas = || changed.iter().map(|(_, delta)| delta);
    let mut adjust: Statement<()> = Statement::new("with change as (select * from unnest(");
    adjust
        .value::<Array<Integer>, _>(changed.iter().map(|(id, _)| *id).collect::<Vec<_>>())
        .text(", ")
        .value::<Array<BigInt>, _>(deltas().map(|delta| delta.articles).collect::<Vec<_>>())
        .text(", ")
        .value::<Array<Nullable<Timestamptz>>, _>(
            deltas().map(|delta| delta.used_at).collect::<Vec<_>>(),
        )
        .text(include_str!("adjust_usage.sql"));
    adjust.execute(&mut conn).await?;
    Ok(())
}

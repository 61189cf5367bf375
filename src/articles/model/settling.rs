use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::{QueryResult, prelude::*, update as update_rows};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{
    Content, tags,
    visibility::{self, article_is_live, article_settles_at},
};
use crate::{articles::state::Status, schema::articles};

/// Notes on an article's row whether it counts now and when that changes; answers its place in
/// lists and whether it counts.
pub async fn settle(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<(DateTime<Utc>, bool)> {
    let set = (
        articles::is_counted.eq(visibility::is_live(now)),
        articles::settles_at.eq(visibility::settles_at(now)),
    );
    let settled = update_rows(articles::table.find(id)).set(set);
    settled
        .returning((articles::listed_at, articles::is_counted))
        .get_result(conn)
        .await
}

/// The same for a row that is being made with this content.
#[diesel::dsl::auto_type]
pub fn settled(content: &Content, now: DateTime<Utc>) -> _ {
    let status: Status = content.status;
    let published_at: Option<DateTime<Utc>> = content.published_at;
    let embargoed_until: Option<DateTime<Utc>> = content.embargoed_until;
    let expires_at: Option<DateTime<Utc>> = content.expires_at;
    let deleted_at: Option<DateTime<Utc>> = None;
    (
        articles::is_counted.eq(article_is_live(
            status,
            deleted_at,
            published_at,
            embargoed_until,
            expires_at,
            now,
        )),
        articles::settles_at.eq(article_settles_at(
            status,
            deleted_at,
            published_at,
            embargoed_until,
            expires_at,
            now,
        )),
    )
}

/// Settles articles that time has made live, or has ended, and says how many there were. Rows that
/// a writer or another instance holds are left to them.
pub async fn settle_due(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    const BATCH: i64 = 200;
    conn.transaction(async |conn| {
        crate::tags::hold_filing(conn).await?;
        let due = articles::table
            .filter(articles::settles_at.le(now))
            .order(articles::settles_at)
            .limit(BATCH);
        let due: Vec<(Uuid, bool, Option<DateTime<Utc>>)> = due
            .select((articles::id, articles::is_counted, articles::published_at))
            .for_update()
            .skip_locked()
            .load(conn)
            .await?;
        // Gathered and added at once, because tags must be locked in one order.
        let mut deltas = BTreeMap::new();
        for (id, was_counted, published_at) in &due {
            let (_, is_counted) = settle(conn, *id, now).await?;
            let carried = tags::ids_of(conn, *id).await?;
            let before: &[i32] = if *was_counted { &carried } else { &[] };
            let after: &[i32] = if is_counted { &carried } else { &[] };
            tags::note_recount(&mut deltas, before, after, *published_at);
        }
        crate::tags::adjust_usage(conn, &deltas).await?;
        Ok(due.len())
    })
    .await
}

//! Telling every instance that something it may have cached has changed.
//!
//! A notice is sent inside the transaction that makes the change, so it goes out if and when that
//! commits. Postgres takes a lock for the commit of a transaction that sends any, so a transaction
//! sends few of them and a batch sends one for the whole.

use diesel::{QueryResult, sql_types::Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::statement::Statement;

/// The channel of all notices.
pub const CHANNEL: &str = "dateline";

/// What a notice is about: one word, which each slice that caches something chooses for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topic<'a>(pub &'a str);

/// Tells every instance, once the transaction commits, that what has these names under this topic has changed;
/// several stand apart by spaces, and `*` is everything.
pub async fn send(conn: &mut AsyncPgConnection, topic: Topic<'_>, names: &str) -> QueryResult<()> {
    let mut notify: Statement<()> = Statement::new("select pg_notify(");
    notify
        .value::<Text, _>(CHANNEL)
        .text(", ")
        .value::<Text, _>(format!("{} {names}", topic.0))
        .text(")");
    notify.execute(conn).await?;
    Ok(())
}

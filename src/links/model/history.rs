use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;

use crate::{
    base::{
        error::AppResult,
        page::{self, Page},
    },
    changes::{Action, Noun},
    schema::{api_keys, changes},
};

/// One write of a link.
#[derive(Debug, Queryable)]
pub struct ShortLinkWrite {
    /// Its place in the order of all writes.
    pub id: i64,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What was done.
    pub action: Action,
    /// The version that it left behind.
    pub version: Option<i32>,
    /// What it changed.
    pub diff: Option<Value>,
    /// Id and name of the key that wrote.
    pub key: Option<(String, String)>,
}

/// A page of what was done to the link of this name, the newest first.
pub async fn history(
    mut conn: &AsyncPgConnection,
    name: &str,
    limit: Option<u32>,
    cursor: Option<&str>,
) -> AppResult<Page<ShortLinkWrite>> {
    let limit = page::limit(limit)?;
    let list = page::list_id(&format!("short link history {name}"));
    let after: Option<i64> = page::decode_cursor(list, cursor)?;
    let writes = changes::table
        .left_join(api_keys::table.on(changes::key_id.eq(api_keys::id.nullable())))
        .filter(changes::noun.eq(Noun::ShortLink))
        .filter(changes::name.eq(name))
        .filter(changes::id.lt(after.unwrap_or(i64::MAX)))
        .order(changes::id.desc())
        .limit(limit + 1);
    let writes: Vec<ShortLinkWrite> = writes
        .select((
            changes::id,
            changes::at,
            changes::action,
            changes::version,
            changes::diff,
            (api_keys::id, api_keys::name).nullable(),
        ))
        .load(&mut conn)
        .await?;
    Ok(Page::cut(writes, limit, list, |write| write.id))
}

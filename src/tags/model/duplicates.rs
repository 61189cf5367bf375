//! Tags that may mean the same.

use std::collections::HashMap;

use diesel::{
    QueryResult,
    prelude::*,
    sql_types::{Array, BigInt, Integer, Nullable, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Brief, Usage, labels};
use crate::{
    base::{
        error::AppResult,
        language::Preferred,
        page::{self, Page},
        statement::Statement,
    },
    schema::{tag_usage, tags},
    tags::{
        filter::{DuplicateFilter, DuplicateReason},
        kind::TagKind,
    },
};

/// Most tags that are compared with all others for one page, so that none takes too long.
const WINDOW: i64 = 5000;

/// Two tags that may mean the same.
#[derive(Debug)]
pub struct Duplicate {
    /// The tags, the older one first, each with its counts.
    pub tags: [(Brief, Usage); 2],
    /// Why they may.
    pub reasons: Vec<DuplicateReason>,
    /// What they are called alike, the older one's first.
    pub names: [String; 2],
}

/// A pair, as the database tells it.
type Row = (i32, i32, Vec<DuplicateReason>, String, String);
type RowTypes = (Integer, Integer, Array<Text>, Text, Text);

/// A page of pairs. It may have fewer than were asked for, or none, though others follow.
pub async fn duplicates(
    conn: &mut AsyncPgConnection,
    filter: &DuplicateFilter,
    preferred: &Preferred,
) -> AppResult<Page<Duplicate>> {
    let DuplicateFilter {
        kind,
        reason,
        limit,
        cursor,
        lang: _,
    } = filter;
    let limit = page::limit(*limit)?;
    let list = page::list_id(&format!("duplicate tags {kind:?} {reason:?}"));
    let after: (i32, i32) = page::decode_cursor(list, cursor.as_deref())?.unwrap_or_default();
    let last = window_end(conn, after.0, *kind).await?;
    let mut statement: Statement<RowTypes> =
        Statement::new("with asked (one_id, other_id, last_id, kind, reason, most) as (select ");
    statement.value::<Integer, _>(after.0).text(", ");
    statement.value::<Integer, _>(after.1).text(", ");
    statement
        .value::<Integer, _>(last.unwrap_or(i32::MAX))
        .text(", ");
    let kind = kind.map(TagKind::as_str);
    statement.value::<Nullable<Text>, _>(kind).text(", ");
    let reason = reason.map(|reason| reason.as_str());
    statement.value::<Nullable<Text>, _>(reason).text(", ");
    statement.value::<BigInt, _>(limit + 1);
    statement.text(include_str!("duplicates.sql"));
    let rows: Vec<Row> = statement.load(conn).await?;
    let mut page = Page::cut(rows, limit, list, |row: &Row| (row.0, row.1));
    if page.next_cursor.is_none() {
        page.next_cursor = last.map(|last| page::encode_cursor(list, (last, i32::MAX)));
    }
    let known = briefs(conn, &page.items, preferred).await?;
    let items = page.items.into_iter();
    Ok(Page {
        items: items.filter_map(|row| pair(row, &known)).collect(),
        next_cursor: page.next_cursor,
        total: None,
    })
}

/// The last tag of those that this page compares; `None` if they are all that there are.
async fn window_end(
    conn: &mut AsyncPgConnection,
    first: i32,
    kind: Option<TagKind>,
) -> QueryResult<Option<i32>> {
    let mut window = tags::table
        .filter(tags::id.ge(first).and(tags::deleted_at.is_null()))
        .order(tags::id)
        .offset(WINDOW - 1)
        .limit(1)
        .select(tags::id)
        .into_boxed();
    if let Some(kind) = kind {
        window = window.filter(tags::kind.eq(kind));
    }
    window.first(conn).await.optional()
}

async fn briefs(
    conn: &mut AsyncPgConnection,
    rows: &[Row],
    preferred: &Preferred,
) -> QueryResult<HashMap<i32, (Brief, Usage)>> {
    let ids: Vec<i32> = rows.iter().flat_map(|row| [row.0, row.1]).collect();
    let mut tags: Vec<(Brief, Usage)> = tags::table
        .inner_join(tag_usage::table)
        .filter(tags::id.eq_any(ids))
        .select((Brief::as_select(), Usage::as_select()))
        .load(conn)
        .await?;
    labels::translate(conn, preferred, tags.iter_mut().map(|(tag, _)| tag)).await?;
    Ok(tags.into_iter().map(|tag| (tag.0.id, tag)).collect())
}

fn pair(
    (one, other, reasons, name, other_name): Row,
    known: &HashMap<i32, (Brief, Usage)>,
) -> Option<Duplicate> {
    Some(Duplicate {
        tags: [known.get(&one)?.clone(), known.get(&other)?.clone()],
        reasons,
        names: [name, other_name],
    })
}

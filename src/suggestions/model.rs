use chrono::{DateTime, Utc};
use diesel::{QueryResult, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::vocabulary::{Name, Term};
use crate::{
    schema::{tag_labels, tag_usage, tags},
    tags::{Role, TagKind},
};

/// Tags that are read at once: few enough that one statement is short.
const BATCH: i64 = 10_000;

/// The tags that can be given to an article at `now` or later, and all their names.
pub async fn read(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
) -> QueryResult<(Vec<Term>, Vec<Name>)> {
    let (mut terms, mut names, mut last) = (Vec::new(), Vec::new(), 0);
    loop {
        let batch = read_terms(conn, last, now).await?;
        let Some(end) = batch.last().map(|term| term.id) else {
            return Ok((terms, names));
        };
        let labels = read_labels(conn, (last + 1, end)).await?;
        terms.extend(batch);
        let name = |(id, language, role, name)| {
            let term = terms.binary_search_by_key(&id, |term| term.id).ok()?;
            Some(Name {
                term: u32::try_from(term).ok()?,
                language,
                role,
                name,
            })
        };
        names.extend(labels.into_iter().filter_map(name));
        last = end;
    }
}

/// The next tags behind a number.
async fn read_terms(
    conn: &mut AsyncPgConnection,
    last: i32,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Term>> {
    let batch: Vec<(i32, TagKind, i64, Option<DateTime<Utc>>)> = tags::table
        .inner_join(tag_usage::table)
        .filter(tags::id.gt(last).and(tags::deleted_at.is_null()))
        .filter(tags::retired_at.is_null().or(tags::retired_at.gt(now)))
        .order(tags::id)
        .limit(BATCH)
        .select((
            tags::id,
            tags::kind,
            tag_usage::article_count,
            tags::retired_at,
        ))
        .load(conn)
        .await?;
    let terms = batch.into_iter();
    Ok(terms
        .map(|(id, kind, uses, retired_at)| Term {
            id,
            kind,
            uses,
            retired_at,
        })
        .collect())
}

/// The names of the tags between two numbers.
async fn read_labels(
    conn: &mut AsyncPgConnection,
    (first, last): (i32, i32),
) -> QueryResult<Vec<(i32, String, Role, String)>> {
    let labels = tag_labels::table.filter(tag_labels::tag_id.between(first, last));
    let columns = (
        tag_labels::tag_id,
        tag_labels::language,
        tag_labels::role,
        tag_labels::name,
    );
    labels.select(columns).load(conn).await
}

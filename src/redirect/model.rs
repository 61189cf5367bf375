use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, QueryResult, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::{
    articles::{Visibility, visibility},
    codes::Code,
    schema::{articles, short_links},
};

/// What following a code comes to.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The reader is sent to this address, by the link of this number.
    Found(i64, String),
    /// There is nothing that anybody may know of.
    Unknown,
    /// There was something.
    Gone,
}

type Row = (
    i64,
    String,
    Option<String>,
    Option<DateTime<Utc>>,
    Option<(Option<String>, Visibility, bool)>,
);

/// Looks a code up, in one statement whatever comes of it.
pub async fn follow(
    mut conn: &AsyncPgConnection,
    domain: &str,
    code: &Code,
    now: DateTime<Utc>,
) -> QueryResult<Outcome> {
    let named = short_links::domain
        .eq(domain)
        .and(short_links::code.eq(code.as_str()));
    let article = (
        articles::canonical_url,
        visibility::at(now),
        visibility::was_ever_public(now),
    )
        .nullable();
    let row: Option<Row> = short_links::table
        .left_join(articles::table)
        .filter(named)
        .select((
            short_links::id,
            short_links::status,
            short_links::target_url,
            short_links::expires_at,
            article,
        ))
        .first(&mut conn)
        .await
        .optional()?;
    Ok(row.map_or(Outcome::Unknown, |row| outcome(row, now)))
}

/// Secrets come first: an article that nobody may know of hides even that its link is switched off.
fn outcome((id, status, target_url, expires_at, article): Row, now: DateTime<Utc>) -> Outcome {
    let address = match article {
        None => target_url,
        Some((address, Visibility::Live, _)) => address,
        Some((_, Visibility::Withdrawn | Visibility::Deleted | Visibility::Expired, true)) => {
            return Outcome::Gone;
        }
        Some(_) => return Outcome::Unknown,
    };
    match address {
        None => Outcome::Unknown,
        Some(_) if status != "active" || expires_at.is_some_and(|end| end <= now) => Outcome::Gone,
        Some(address) => Outcome::Found(id, address),
    }
}

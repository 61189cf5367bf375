//! Many new links in one statement.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult, QueryableByName,
    sql_types::{Array, Nullable, Text, Timestamptz, Uuid as UuidSql},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::{
    changes::Writer,
    codes::{
        code::{Code, CodeKind},
        new_link::NewLink,
    },
};

#[derive(QueryableByName)]
struct Made {
    #[diesel(sql_type = Text)]
    domain: String,
    #[diesel(sql_type = Text)]
    code: String,
}

/// Makes those of these links whose codes were never given out, inside the caller's transaction, with their
/// records; answers the domains and codes of those. Nobody is told. No two of them may have one code, and writers who
/// may have the same codes must give them in one order, so that they never wait for each other in a circle.
pub async fn insert_all(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    kind: CodeKind,
    links: &[(&NewLink, &Code)],
) -> QueryResult<HashSet<(String, String)>> {
    let texts = |column: fn(&NewLink) -> &str| -> Vec<&str> {
        links.iter().map(|(link, _)| column(link)).collect()
    };
    let moments = |column: fn(&NewLink) -> Option<DateTime<Utc>>| -> Vec<_> {
        links.iter().map(|(link, _)| column(link)).collect()
    };
    let targets = links.iter().map(|(link, _)| link.target.columns());
    let (articles, urls): (Vec<Option<Uuid>>, Vec<Option<&str>>) = targets.unzip();
    let replacements = links
        .iter()
        .map(|(link, _)| link.replacement_url.as_deref());
    let diffs = links.iter().map(|(link, _)| link.diff().into_json());
    let codes: Vec<&str> = links.iter().map(|(_, code)| code.as_str()).collect();
    let made: Vec<Made> = diesel::sql_query(include_str!("insert_all.sql"))
        .bind::<Array<Text>, _>(texts(|link| &link.domain))
        .bind::<Array<Text>, _>(codes)
        .bind::<Array<Text>, _>(texts(|link| link.status.as_str()))
        .bind::<Array<Nullable<UuidSql>>, _>(articles)
        .bind::<Array<Nullable<Text>>, _>(urls)
        .bind::<Array<Nullable<Timestamptz>>, _>(moments(|link| link.not_before))
        .bind::<Array<Nullable<Timestamptz>>, _>(moments(|link| link.expires_at))
        .bind::<Array<Text>, _>(texts(|link| link.forward_query.as_str()))
        .bind::<Array<Nullable<Text>>, _>(replacements.collect::<Vec<_>>())
        .bind::<Array<Text>, _>(diffs.map(|diff| diff.to_string()).collect::<Vec<_>>())
        .bind::<Text, _>(kind.as_str())
        .bind::<Timestamptz, _>(writer.at)
        .bind::<Nullable<Text>, _>(writer.key_id.as_deref())
        .load(conn)
        .await?;
    Ok(made.into_iter().map(|row| (row.domain, row.code)).collect())
}

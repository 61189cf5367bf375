//! Many new links in one statement.

use std::collections::HashSet;

use diesel::{
    QueryResult,
    sql_types::{Jsonb, Nullable, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::{Value, json};

use crate::{
    base::statement::Statement,
    changes::Writer,
    codes::{
        code::{Code, CodeKind},
        new_link::NewLink,
    },
};

/// Makes those of these links whose codes were never given out, inside the caller's transaction, with their
/// records; answers the domains and codes of those. Nobody is told. No two of them may have one code, and writers who
/// may have the same codes must give them in one order, so that they never wait for each other in a circle.
pub async fn insert_all(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    kind: CodeKind,
    links: &[(&NewLink, &Code)],
) -> QueryResult<HashSet<(String, String)>> {
    let rows = links.iter().map(|(link, code)| {
        let (article_id, target_url) = link.target.columns();
        json!({
            "domain": link.domain,
            "code": code.as_str(),
            "status": link.status.as_str(),
            "article_id": article_id,
            "target_url": target_url,
            "not_before": link.not_before,
            "expires_at": link.expires_at,
            "forward_query": link.forward_query.as_str(),
            "replacement_url": link.replacement_url,
            "diff": link.diff().into_json(),
        })
    });
    let mut insert: Statement<(Text, Text)> = Statement::new("with act as (select ");
    insert
        .value::<Text, _>(kind.as_str())
        .text(" as kind, ")
        .value::<Timestamptz, _>(writer.at)
        .text(" as at, ")
        .value::<Nullable<Text>, _>(writer.key_id.clone())
        .text(" as key_id), given as (select * from rows from (jsonb_to_recordset(")
        .value::<Jsonb, _>(rows.collect::<Value>())
        .text(include_str!("insert_all.sql"));
    let made: Vec<(String, String)> = insert.load(conn).await?;
    Ok(made.into_iter().collect())
}

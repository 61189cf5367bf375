//! All tags, a page at a time.

use diesel::{
    QueryResult, QueryableByName,
    prelude::*,
    sql_types::{Nullable, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::{
    base::language::Preferred,
    schema::tags as rows,
    tags::{self, Tag, TagKind},
};

/// So many of the tags behind one, in the order in which they were made.
pub async fn page(
    conn: &mut AsyncPgConnection,
    kind: Option<TagKind>,
    (after, limit): (i32, i64),
) -> QueryResult<Vec<Tag>> {
    let mut ids = rows::table
        .filter(rows::id.gt(after).and(rows::deleted_at.is_null()))
        .order(rows::id)
        .select(rows::id)
        .limit(limit)
        .into_boxed();
    if let Some(kind) = kind {
        ids = ids.filter(rows::kind.eq(kind));
    }
    let ids: Vec<i32> = ids.load(conn).await?;
    let mut found = tags::load_all(conn, &ids, &Preferred::default()).await?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The languages in which tags have names.
pub async fn languages(
    conn: &mut AsyncPgConnection,
    kind: Option<TagKind>,
) -> QueryResult<Vec<String>> {
    let languages = diesel::sql_query(include_str!("languages.sql"));
    let languages = languages.bind::<Nullable<Text>, _>(kind.map(TagKind::as_str));
    let languages: Vec<Named> = languages.load(conn).await?;
    Ok(languages.into_iter().map(|row| row.language).collect())
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    language: String,
}

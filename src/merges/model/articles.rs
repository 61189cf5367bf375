//! Which articles carry the tags of a merge.

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult, QueryableByName,
    prelude::*,
    sql_types::{Array, BigInt, Integer, Uuid as UuidSql},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::Counts;
use crate::schema::{articles, tag_merge_articles};

#[derive(QueryableByName)]
struct Noted {
    #[diesel(sql_type = BigInt)]
    articles: i64,
    #[diesel(sql_type = BigInt)]
    already_tagged: i64,
}

/// Files the articles of the sources under the target, each at its best place, and notes what they
/// carried.
pub async fn file_anew(
    conn: &mut AsyncPgConnection,
    merge: Uuid,
    target: i32,
    sources: &[i32],
    counts: &mut Counts,
) -> QueryResult<()> {
    let noted: Noted = diesel::sql_query(include_str!("note_articles.sql"))
        .bind::<UuidSql, _>(merge)
        .bind::<Integer, _>(target)
        .bind::<Array<Integer>, _>(sources)
        .get_result(conn)
        .await?;
    (counts.articles, counts.already_tagged) = (noted.articles, noted.already_tagged);
    survey(conn).await?;
    for statement in [
        include_str!("rename_tags.sql"),
        include_str!("raise_target.sql"),
    ] {
        diesel::sql_query(statement)
            .bind::<UuidSql, _>(merge)
            .bind::<Integer, _>(target)
            .execute(conn)
            .await?;
    }
    diesel::sql_query("delete from article_tags where tag_id = any($1)")
        .bind::<Array<Integer>, _>(sources)
        .execute(conn)
        .await?;
    recount(conn, target, sources).await
}

/// Lets Postgres know how many articles are noted: it takes a table that was just filled for an empty
/// one, and goes through others once for each of its rows.
async fn survey(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    diesel::sql_query("analyze tag_merge_articles")
        .execute(conn)
        .await?;
    Ok(())
}

/// Counts the live articles of the target and the sources anew.
async fn recount(conn: &mut AsyncPgConnection, target: i32, sources: &[i32]) -> QueryResult<()> {
    diesel::sql_query(include_str!("recount.sql"))
        .bind::<Integer, _>(target)
        .bind::<Array<Integer>, _>(sources)
        .execute(conn)
        .await?;
    Ok(())
}

/// What came of bringing back what articles carried.
#[derive(QueryableByName)]
pub struct Restored {
    /// Articles that carry it again.
    #[diesel(sql_type = BigInt)]
    pub articles: i64,
    /// Articles that had the target taken from them since.
    #[diesel(sql_type = BigInt)]
    pub lost_count: i64,
    /// Some of them.
    #[diesel(sql_type = Array<UuidSql>)]
    pub lost: Vec<Uuid>,
}

/// Brings back what articles carried, as far as they still carry the target.
pub async fn restore(
    conn: &mut AsyncPgConnection,
    (merge, merged_at): (Uuid, DateTime<Utc>),
    target: i32,
    sources: &[i32],
) -> QueryResult<Restored> {
    survey(conn).await?;
    let restored: Restored = diesel::sql_query(include_str!("restored.sql"))
        .bind::<UuidSql, _>(merge)
        .bind::<Integer, _>(target)
        .get_result(conn)
        .await?;
    for statement in [
        include_str!("bring_back_sources.sql"),
        include_str!("turn_back.sql"),
        include_str!("lower_target.sql"),
    ] {
        diesel::sql_query(statement)
            .bind::<UuidSql, _>(merge)
            .bind::<Integer, _>(target)
            .execute(conn)
            .await?;
    }
    number_anew(conn, merge, merged_at).await?;
    recount(conn, target, sources).await?;
    Ok(restored)
}

/// Numbers the tags of the articles of a merge that were edited since: they alone can have two tags at one place.
async fn number_anew(
    conn: &mut AsyncPgConnection,
    merge: Uuid,
    merged_at: DateTime<Utc>,
) -> QueryResult<()> {
    let edited = tag_merge_articles::table
        .inner_join(articles::table.on(articles::id.eq(tag_merge_articles::article_id)))
        .filter(tag_merge_articles::merge_id.eq(merge))
        .filter(articles::modified_at.ge(merged_at))
        .select(tag_merge_articles::article_id)
        .distinct();
    // Asked first: the planner takes them for a third of all articles.
    let edited: Vec<Uuid> = edited.load(conn).await?;
    diesel::sql_query(include_str!("number_anew.sql"))
        .bind::<Array<UuidSql>, _>(edited)
        .execute(conn)
        .await?;
    Ok(())
}

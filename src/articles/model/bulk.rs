//! Many new articles in a few statements.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult, QueryableByName, insert_into,
    prelude::*,
    result::{DatabaseErrorKind, Error as DieselError},
    sql_types::{Array, Bool, Integer, Nullable, Text, Timestamptz, Uuid as UuidSql},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{ExternalId, Wanted, tags::note_recount};
use crate::{
    base::error::{AppError, AppResult, Code},
    changes::{self, Action, Noun, Writer},
    codes::{Minter, Target},
    schema::articles,
    tags::adjust_usage,
};

/// Articles of a statement, which has at most 65,535 values. Source: PostgreSQL, the number of parameters in `Bind`.
const ROWS: usize = 500;

/// An article that is to be made, with all that it refers to.
#[derive(Debug)]
pub struct NewArticle {
    /// Its id, which no article has.
    pub id: Uuid,
    /// What is to be in it.
    pub wanted: Wanted,
    /// Its tags, which may come to it.
    pub tag_ids: Vec<i32>,
}

/// Whether an article counts, and when time alone changes that.
#[derive(QueryableByName)]
struct Settlement {
    #[diesel(sql_type = Bool)]
    is_counted: bool,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    settles_at: Option<DateTime<Utc>>,
}

/// Makes these articles with their short links on `domain`, all of them or none: somebody else may have been faster
/// with one, or be in the way of several. They are then to be made one by one, which says why they cannot be. The
/// caller holds the filing, and has seen that what they refer to is there.
pub async fn create_all(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    (minter, domain): (&Minter, &str),
    articles: &[NewArticle],
) -> AppResult<bool> {
    if articles.is_empty() {
        return Ok(true);
    }
    let made = conn.transaction(async |conn| {
        let targets = articles.iter().map(|new| Target::Article(new.id));
        let codes = minter.mint_all(conn, writer, domain, targets).await?;
        let settlements = settlements(conn, articles, writer.at).await?;
        insert(conn, writer, (domain, &codes), articles, &settlements).await?;
        insert_external_ids(conn, articles).await?;
        insert_tags(conn, writer, articles).await?;
        count(conn, articles, &settlements).await?;
        let names: Vec<String> = articles.iter().map(|new| new.id.to_string()).collect();
        let named = (Noun::Article, names.as_slice());
        changes::record_all(conn, writer, Action::Create, named, Some(1)).await
    });
    match made.await {
        Ok(()) => Ok(true),
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(false),
        Err(fault) => match AppError::from(fault) {
            // Writers waited for each other in a circle, or for too long.
            fault if fault.code() == Code::DatabaseBusy => Ok(false),
            fault => Err(fault),
        },
    }
}

/// Tells the planner how much the tables that articles are written to hold now.
pub async fn survey(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    let tables = "analyze articles, article_tags, article_external_ids, short_links";
    diesel::sql_query(tables).execute(conn).await?;
    Ok(())
}

async fn settlements(
    conn: &mut AsyncPgConnection,
    articles: &[NewArticle],
    now: DateTime<Utc>,
) -> QueryResult<Vec<Settlement>> {
    let contents = || articles.iter().map(|new| &new.wanted.content);
    let statuses: Vec<&str> = contents().map(|it| it.status.as_str()).collect();
    diesel::sql_query(include_str!("settlements.sql"))
        .bind::<Array<Text>, _>(statuses)
        .bind::<Array<Nullable<Timestamptz>>, _>(
            contents().map(|it| it.published_at).collect::<Vec<_>>(),
        )
        .bind::<Array<Nullable<Timestamptz>>, _>(
            contents().map(|it| it.embargoed_until).collect::<Vec<_>>(),
        )
        .bind::<Array<Nullable<Timestamptz>>, _>(
            contents().map(|it| it.expires_at).collect::<Vec<_>>(),
        )
        .bind::<Timestamptz, _>(now)
        .load(conn)
        .await
}

/// In one order, so that two writers of the same addresses do not wait for each other in a circle.
async fn insert(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    (domain, codes): (&str, &[String]),
    articles: &[NewArticle],
    settlements: &[Settlement],
) -> QueryResult<()> {
    let mut all: Vec<_> = articles.iter().zip(codes).zip(settlements).collect();
    all.sort_by_key(|((new, _), _)| &new.wanted.content.normalised_url);
    for some in all.chunks(ROWS) {
        let rows = some.iter().map(|((new, code), settlement)| {
            (
                articles::id.eq(new.id),
                &new.wanted.content,
                articles::body.eq(&new.wanted.body),
                articles::short_domain.eq(domain),
                articles::short_code.eq(code),
                articles::created_at.eq(writer.at),
                articles::modified_at.eq(writer.at),
                articles::is_counted.eq(settlement.is_counted),
                articles::settles_at.eq(settlement.settles_at),
            )
        });
        let rows: Vec<_> = rows.collect();
        let insert = insert_into(articles::table).values(rows);
        insert.execute(conn).await?;
    }
    Ok(())
}

/// In one order, as single writers do.
async fn insert_external_ids(
    conn: &mut AsyncPgConnection,
    articles: &[NewArticle],
) -> QueryResult<()> {
    let mut rows: Vec<(&ExternalId, Uuid)> = Vec::new();
    for new in articles {
        let external = new.wanted.content.external_ids.0.iter();
        rows.extend(external.map(|external| (external, new.id)));
    }
    rows.sort_unstable();
    let sources: Vec<&str> = rows.iter().map(|(it, _)| it.source.as_str()).collect();
    let names: Vec<&str> = rows.iter().map(|(it, _)| it.id.as_str()).collect();
    let owners: Vec<Uuid> = rows.iter().map(|(_, owner)| *owner).collect();
    let insert = "insert into article_external_ids (source, external_id, article_id) \
                  select * from unnest($1::text[], $2::text[], $3::uuid[])";
    diesel::sql_query(insert)
        .bind::<Array<Text>, _>(sources)
        .bind::<Array<Text>, _>(names)
        .bind::<Array<UuidSql>, _>(owners)
        .execute(conn)
        .await?;
    Ok(())
}

async fn insert_tags(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    articles: &[NewArticle],
) -> QueryResult<()> {
    let (mut ids, mut tags, mut positions, mut moments) = (vec![], vec![], vec![], vec![]);
    for new in articles {
        for (position, tag) in (0..).zip(&new.tag_ids) {
            ids.push(new.id);
            tags.push(*tag);
            positions.push(position);
            moments.push(new.wanted.content.published_at.unwrap_or(writer.at));
        }
    }
    let insert = "insert into article_tags (article_id, tag_id, position, listed_at) \
                  select * from unnest($1::uuid[], $2::int[], $3::int[], $4::timestamptz[])";
    diesel::sql_query(insert)
        .bind::<Array<UuidSql>, _>(ids)
        .bind::<Array<Integer>, _>(tags)
        .bind::<Array<Integer>, _>(positions)
        .bind::<Array<Timestamptz>, _>(moments)
        .execute(conn)
        .await?;
    Ok(())
}

async fn count(
    conn: &mut AsyncPgConnection,
    articles: &[NewArticle],
    settlements: &[Settlement],
) -> QueryResult<()> {
    let mut deltas = BTreeMap::new();
    let counted = articles.iter().zip(settlements);
    for (new, _) in counted.filter(|(_, settlement)| settlement.is_counted) {
        note_recount(
            &mut deltas,
            &[],
            &new.tag_ids,
            new.wanted.content.published_at,
        );
    }
    adjust_usage(conn, &deltas).await
}

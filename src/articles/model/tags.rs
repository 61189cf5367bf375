use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult,
    prelude::*,
    sql_types::{Array, Integer, Timestamptz, Uuid as UuidSql},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::{
    base::{
        error::{AppError, AppResult, Code},
        statement::Statement,
        text,
    },
    changes::Writer,
    keys::Scope,
    schema::article_tags,
    tags::{self, TagKind, TagRef, UsageDelta},
};

/// A tag as a caller names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagWish {
    /// By a key or an identifier; the text is what was sent.
    Named(String),
    /// By kind and name: found, or made.
    Described(TagKind, String),
}

/// The numbers of the tags that a caller names, in the caller's order, each once. Every name that
/// leads to no tag is reported.
pub async fn resolve_tags(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    wishes: &[TagWish],
    may_create: bool,
) -> AppResult<Vec<i32>> {
    let mut found: Vec<Option<i32>> = vec![None; wishes.len()];
    resolve_named(conn, wishes, &mut found).await?;
    // Always in one order, so that two writers of new tags never wait for each other in a circle.
    let mut described: Vec<(TagKind, String, usize, &str)> = Vec::new();
    for (index, wish) in wishes.iter().enumerate() {
        if let TagWish::Described(kind, name) = wish {
            described.push((*kind, text::fold(name), index, name));
        }
    }
    described.sort();
    for (kind, _, index, name) in described {
        let resolved = tags::find_or_create(conn, writer, (kind, name), may_create).await;
        match resolved.map_err(|fault| fault.moved("/slug", &format!("/tags/{index}")))? {
            Some(id) => found[index] = Some(id),
            None => {
                let detail = format!(
                    "There is no {kind} named {name}, and the key lacks the scope that makes one."
                );
                let scope = Scope::WriteTags.as_str();
                return Err(AppError::new(Code::Forbidden, detail)
                    .at(format!("/tags/{index}"), "is no tag")
                    .with("scope", scope));
            }
        }
    }
    let mut ids = Vec::with_capacity(found.len());
    for id in found.into_iter().flatten() {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

async fn resolve_named(
    conn: &AsyncPgConnection,
    wishes: &[TagWish],
    found: &mut [Option<i32>],
) -> AppResult<()> {
    let mut names: Vec<(usize, TagRef)> = Vec::new();
    let mut unknown: Vec<usize> = Vec::new();
    for (index, wish) in wishes.iter().enumerate() {
        if let TagWish::Named(raw) = wish {
            match TagRef::parse(raw) {
                Some(name) => names.push((index, name)),
                None => unknown.push(index),
            }
        }
    }
    let (places, names): (Vec<usize>, Vec<TagRef>) = names.into_iter().unzip();
    for (place, id) in places.into_iter().zip(tags::resolve(conn, &names).await?) {
        match id {
            Some(id) => found[place] = Some(id),
            None => unknown.push(place),
        }
    }
    if unknown.is_empty() {
        return Ok(());
    }
    unknown.sort_unstable();
    let mut error = AppError::new(
        Code::UnknownTag,
        format!("{} of the tags do not exist.", unknown.len()),
    );
    for index in unknown {
        if let Some(TagWish::Named(raw)) = wishes.get(index) {
            error = error.at(format!("/tags/{index}"), format!("names no tag: {raw}"));
        }
    }
    Err(error)
}

/// The number of the tag that this name leads to.
pub async fn find_tag_number(conn: &AsyncPgConnection, name: &TagRef) -> QueryResult<Option<i32>> {
    Ok(tags::resolve(conn, std::slice::from_ref(name))
        .await?
        .into_iter()
        .next()
        .flatten())
}

/// The numbers of an article's tags, in order, those of deleted tags included.
pub async fn ids_of(conn: &mut AsyncPgConnection, article: Uuid) -> QueryResult<Vec<i32>> {
    let carried = article_tags::table
        .filter(article_tags::article_id.eq(article))
        .order(article_tags::position);
    carried.select(article_tags::tag_id).load(conn).await
}

/// Files an article under these tags and no others.
pub async fn set(
    conn: &mut AsyncPgConnection,
    article: Uuid,
    ids: &[i32],
    listed_at: DateTime<Utc>,
) -> QueryResult<()> {
    let mut insert: Statement<()> = Statement::new(
        "insert into article_tags (article_id, tag_id, position, listed_at) select ",
    );
    insert
        .value::<UuidSql, _>(article)
        .text(", tag_id, ordinality - 1, ")
        .value::<Timestamptz, _>(listed_at);
    insert
        .text(" from unnest(")
        .value::<Array<Integer>, _>(ids.to_vec())
        .text(") with ordinality as wanted (tag_id)");
    insert.execute(conn).await?;
    Ok(())
}

/// Takes an article from all its tags.
pub async fn clear(conn: &mut AsyncPgConnection, article: Uuid) -> QueryResult<()> {
    diesel::delete(article_tags::table.filter(article_tags::article_id.eq(article)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Adds to `deltas` what brings the counts of tags from what they counted of an article to what
/// they count now.
pub fn note_recount(
    deltas: &mut BTreeMap<i32, UsageDelta>,
    before: &[i32],
    after: &[i32],
    published_at: Option<DateTime<Utc>>,
) {
    for id in after {
        let delta = deltas.entry(*id).or_default();
        delta.articles += 1;
        delta.used_at = delta.used_at.max(published_at);
    }
    for id in before {
        deltas.entry(*id).or_default().articles -= 1;
    }
}

/// Brings the counts of tags from what they counted of an article to what they count now.
pub async fn recount(
    conn: &mut AsyncPgConnection,
    before: &[i32],
    after: &[i32],
    published_at: Option<DateTime<Utc>>,
) -> QueryResult<()> {
    let mut deltas = BTreeMap::new();
    note_recount(&mut deltas, before, after, published_at);
    tags::adjust_usage(conn, &deltas).await
}

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
    schema::{article_tags, tags as tag_rows},
    tags::{self, Brief, Sought, TagKind, TagRef, UsageDelta},
};

/// A tag as a caller names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TagWish {
    /// By a key or an identifier; the text is what was sent.
    Named(String),
    /// By kind and name: found, or made.
    Described(TagKind, String),
}

/// The tags that an article is to carry, and what decides whether it may.
pub struct TagWishes<'a> {
    /// As the caller names them.
    pub wishes: &'a [TagWish],
    /// The language of the article, in which new names are.
    pub language: &'a str,
    /// Whether tags may be made.
    pub may_create: bool,
    /// Those that the article carries already: it keeps them even if they were retired since.
    pub carried: &'a [i32],
}

/// The numbers of the tags that a caller names, in the caller's order, each once. Every name that
/// leads to no tag is reported.
pub async fn resolve_tags(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    wanted: TagWishes<'_>,
) -> AppResult<Vec<i32>> {
    let TagWishes {
        wishes,
        language,
        may_create,
        carried,
    } = wanted;
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
        let place = format!("/tags/{index}");
        let sought = tags::find_or_create(conn, writer, (kind, name, language), may_create).await;
        match sought.map_err(|fault| fault.moved("/slug", &place))? {
            Sought::Found(id) => found[index] = Some(id),
            Sought::Missing => return Err(may_not_make(kind, name).at(place, "is no tag")),
            Sought::Ambiguous(tags) => return Err(ambiguous(name, &tags, place)),
        }
    }
    refuse_retired(conn, writer.at, &found, carried).await?;
    let mut ids = Vec::with_capacity(found.len());
    for id in found.into_iter().flatten() {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

fn may_not_make(kind: TagKind, name: &str) -> AppError {
    let detail =
        format!("There is no {kind} named {name}, and the key lacks the scope that makes one.");
    AppError::new(Code::Forbidden, detail).with("scope", Scope::WriteTags.as_str())
}

fn ambiguous(name: &str, tags: &[Brief], place: String) -> AppError {
    let keys: Vec<String> = tags.iter().map(Brief::key).collect();
    let detail = format!("{name} may mean {}.", keys.join(" or "));
    AppError::new(Code::Invalid, detail).at(place, "is a name of several tags; use a key")
}

/// A tag that was retired stays with the articles that carry it, and comes to no other.
async fn refuse_retired(
    mut conn: &AsyncPgConnection,
    now: DateTime<Utc>,
    found: &[Option<i32>],
    carried: &[i32],
) -> AppResult<()> {
    let fresh: Vec<i32> = found.iter().flatten().copied().collect();
    let fresh: Vec<i32> = fresh
        .into_iter()
        .filter(|id| !carried.contains(id))
        .collect();
    if fresh.is_empty() {
        return Ok(());
    }
    let retired = tag_rows::table
        .filter(tag_rows::id.eq_any(fresh).and(tag_rows::retired_at.le(now)))
        .select(Brief::as_select());
    let retired: Vec<Brief> = retired.load(&mut conn).await?;
    let [first, ..] = retired.as_slice() else {
        return Ok(());
    };
    let detail = format!("{} was retired.", first.key());
    let mut error = AppError::new(Code::RetiredTag, detail);
    for (index, id) in found.iter().enumerate() {
        if let Some(tag) = retired.iter().find(|tag| Some(tag.id) == *id) {
            error = error.at(
                format!("/tags/{index}"),
                format!("names {}, which was retired", tag.key()),
            );
        }
    }
    Err(error)
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

/// Files an article that is under no tags under these. May be sent together with what else a write leaves, in its
/// transaction.
pub async fn set(
    mut conn: &AsyncPgConnection,
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
    insert.execute(&mut conn).await?;
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

/// Brings the counts of tags from what they counted of an article to what they count now. May be sent together with
/// what else a write leaves, in its transaction.
pub async fn recount(
    conn: &AsyncPgConnection,
    before: &[i32],
    after: &[i32],
    published_at: Option<DateTime<Utc>>,
) -> QueryResult<()> {
    let mut deltas = BTreeMap::new();
    note_recount(&mut deltas, before, after, published_at);
    tags::adjust_usage(conn, &deltas).await
}

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, insert_into, prelude::*, update as update_rows};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use futures_util::future;
use uuid::Uuid;

use super::{
    Article, ArticleRow, Content, external_ids, find, find_all,
    refusals::{article_deleted, check_related, named},
    settling::{settle, settled},
    tags::{self, TagWish, TagWishes, resolve_tags},
    visibility::was_ever_public,
};
use crate::{
    base::{
        error::{AppError, AppResult},
        etag::Precondition,
    },
    changes::{self, Action, Noun, Writer},
    codes::{Minter, NewLink, Target, announce_links_of},
    schema::articles,
    tags::hold_filing,
};

/// An article as a caller wants it.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What is shown.
    pub content: Content,
    /// The text of the story.
    pub body: Option<String>,
    /// The tags, the most important first.
    pub tags: Vec<TagWish>,
}

/// An article as it stands before a change.
#[derive(Clone, Debug)]
pub struct Current {
    /// What is shown.
    pub article: Article,
    /// The text of the story.
    pub body: Option<String>,
}

impl Current {
    /// The keys of the article's tags, in their order.
    pub fn tag_keys(&self) -> impl Iterator<Item = String> {
        let tags = self.article.tags.iter();
        tags.map(|tag| format!("{}:{}", tag.kind, tag.slug))
    }

    /// The numbers of the article's tags, in their order.
    pub fn tag_ids(&self) -> Vec<i32> {
        self.article.tags.iter().map(|tag| tag.id).collect()
    }

    /// Whether the article is as it is wanted already, with these tags.
    pub fn is_same(&self, wanted: &Wanted, tag_ids: &[i32]) -> bool {
        wanted.content == self.article.row.content
            && wanted.body == self.body
            && tag_ids == self.tag_ids()
    }
}

/// These articles as they are at `now`, deleted or not.
pub async fn find_current(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> QueryResult<HashMap<Uuid, Current>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = find_all(conn, ids, now).await?;
    let bodies = articles::table.filter(articles::id.eq_any(ids));
    let bodies: Vec<(Uuid, Option<String>)> = bodies
        .select((articles::id, articles::body))
        .load(conn)
        .await?;
    let mut bodies: HashMap<Uuid, Option<String>> = bodies.into_iter().collect();
    let current = found.into_iter().map(|article| {
        let body = bodies.remove(&article.row.id).flatten();
        (article.row.id, Current { article, body })
    });
    Ok(current.collect())
}

/// Makes an article with its short link on `domain`.
pub async fn create(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    (id, minter, domain): (Uuid, &Minter, &str),
    wanted: &Wanted,
    may_create_tags: bool,
) -> AppResult<Article> {
    conn.transaction(async |conn| {
        hold_filing(conn).await?;
        let link = NewLink::to(Target::Article(id), domain);
        let (_, code) = minter.mint(conn, writer, &link).await?;
        let tags = tags_of(wanted, may_create_tags, &[]);
        let tag_ids = resolve_tags(conn, writer, tags).await?;
        check_related(conn, id, &wanted.content.related).await?;
        let (content, now) = (&wanted.content, writer.at);
        let row = (
            articles::id.eq(id),
            content,
            articles::body.eq(&wanted.body),
            articles::short_domain.eq(domain),
            articles::short_code.eq(code.as_str()),
            articles::created_at.eq(now),
            articles::modified_at.eq(now),
            settled(content, now),
        );
        let inserted = insert_into(articles::table).values(row);
        let inserted = inserted.returning((articles::listed_at, articles::is_counted));
        let inserted = inserted.get_result(conn).await;
        let (listed_at, is_counted) = inserted.map_err(|fault| named(fault, id, content))?;
        external_ids::add(conn, id, &content.external_ids.0).await?;
        let counted: &[i32] = if is_counted { &tag_ids } else { &[] };
        let (conn, name): (&AsyncPgConnection, _) = (conn, id.to_string());
        let named = (Noun::Article, &*name);
        future::try_join3(
            tags::set(conn, id, &tag_ids, listed_at),
            tags::recount(conn, &[], counted, content.published_at),
            changes::record(conn, writer, Action::Create, named, Some(1)),
        )
        .await?;
        find(conn, id, now).await?.ok_or_else(AppError::not_found)
    })
    .await
}

fn tags_of<'a>(wanted: &'a Wanted, may_create: bool, carried: &'a [i32]) -> TagWishes<'a> {
    TagWishes {
        wishes: &wanted.tags,
        language: &wanted.content.language,
        may_create,
        carried,
    }
}

/// Brings an article into the shape that `change` makes of its present one. A write that changes
/// nothing keeps the version.
pub async fn update(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    (id, condition): (Uuid, &Precondition),
    may_create_tags: bool,
    change: impl FnOnce(&Current) -> AppResult<Wanted> + Send,
) -> AppResult<Article> {
    conn.transaction(async |conn| {
        hold_filing(conn).await?;
        let before = lock(conn, id, writer.at).await?;
        if before.article.row.deleted_at.is_some() {
            return Err(article_deleted(id));
        }
        condition.check_existing(before.article.row.version)?;
        let wanted = change(&before)?;
        let shown = before.tag_ids();
        let tags = tags_of(&wanted, may_create_tags, &shown);
        let tag_ids = resolve_tags(conn, writer, tags).await?;
        if before.is_same(&wanted, &tag_ids) {
            return Ok(before.article);
        }
        check_related(conn, id, &wanted.content.related).await?;
        external_ids::set(conn, id, &wanted.content.external_ids.0).await?;
        let next = Next {
            content: &wanted.content,
            body: &wanted.body,
            tags: Some(tag_ids),
            deleted_at: None,
        };
        apply(conn, writer, &before.article.row, next, Action::Update).await
    })
    .await
}

/// Deletes an article softly.
pub async fn delete(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    (id, condition): (Uuid, &Precondition),
) -> AppResult<()> {
    conn.transaction(async |conn| {
        hold_filing(conn).await?;
        let before = lock(conn, id, writer.at).await?;
        if before.article.row.deleted_at.is_some() {
            return Err(AppError::not_found());
        }
        condition.check_existing(before.article.row.version)?;
        let row = &before.article.row;
        let next = Next {
            content: &row.content,
            body: &before.body,
            tags: None,
            deleted_at: Some(writer.at),
        };
        apply(conn, writer, row, next, Action::Delete).await?;
        Ok(())
    })
    .await
}

/// Undoes a deletion; an article that is not deleted stays as it is.
pub async fn restore(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    (id, condition): (Uuid, &Precondition),
) -> AppResult<Article> {
    conn.transaction(async |conn| {
        hold_filing(conn).await?;
        let before = lock(conn, id, writer.at).await?;
        condition.check_existing(before.article.row.version)?;
        let row = &before.article.row;
        if row.deleted_at.is_none() {
            return Ok(before.article);
        }
        let next = Next {
            content: &row.content,
            body: &before.body,
            tags: None,
            deleted_at: None,
        };
        apply(conn, writer, row, next, Action::Restore).await
    })
    .await
}

/// What an article becomes. Without tags, the tags stay.
struct Next<'a> {
    content: &'a Content,
    body: &'a Option<String>,
    tags: Option<Vec<i32>>,
    deleted_at: Option<DateTime<Utc>>,
}

impl Next<'_> {
    /// Whether readers of the article's links may get another answer than before.
    fn leads_elsewhere(&self, before: &ArticleRow) -> bool {
        let shown = |content: &Content| {
            let dates = (
                content.published_at,
                content.embargoed_until,
                content.expires_at,
            );
            (content.status, content.canonical_url.clone(), dates)
        };
        self.deleted_at != before.deleted_at || shown(self.content) != shown(&before.content)
    }
}

/// Writes the next state of an article that is locked, and all that follows from it.
async fn apply(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    before: &ArticleRow,
    next: Next<'_>,
    action: Action,
) -> AppResult<Article> {
    let (id, now, version) = (before.id, writer.at, before.version + 1);
    if next.leads_elsewhere(before) {
        announce_links_of(conn, id).await?;
    }
    let set = (
        next.content,
        articles::body.eq(next.body),
        articles::deleted_at.eq(next.deleted_at),
        articles::version.eq(version),
        articles::modified_at.eq(now),
        articles::was_public.eq(was_ever_public(now)),
    );
    let updated = update_rows(articles::table.find(id))
        .set(set)
        .execute(conn)
        .await;
    updated.map_err(|fault| named(fault, id, next.content))?;
    let carried = tags::ids_of(conn, id).await?;
    let (listed_at, is_counted) = settle(conn, id, now).await?;
    let wanted = next.tags.unwrap_or_else(|| carried.clone());
    let has_moved = before.content.published_at != next.content.published_at;
    if wanted != carried || has_moved {
        tags::clear(conn, id).await?;
        tags::set(conn, id, &wanted, listed_at).await?;
    }
    let counted_before: &[i32] = if before.is_counted { &carried } else { &[] };
    let counted_after: &[i32] = if is_counted { &wanted } else { &[] };
    let published_at = next.content.published_at;
    let name = id.to_string();
    let conn: &AsyncPgConnection = conn;
    future::try_join(
        tags::recount(conn, counted_before, counted_after, published_at),
        changes::record(conn, writer, action, (Noun::Article, &name), Some(version)),
    )
    .await?;
    find(conn, id, now).await?.ok_or_else(AppError::not_found)
}

/// The article, held against other writers until the transaction ends.
async fn lock(conn: &mut AsyncPgConnection, id: Uuid, now: DateTime<Utc>) -> AppResult<Current> {
    let body = articles::table.find(id).select(articles::body).for_update();
    let body: Option<String> = body
        .first(conn)
        .await
        .optional()?
        .ok_or_else(AppError::not_found)?;
    let article = find(conn, id, now).await?.ok_or_else(AppError::not_found)?;
    Ok(Current { article, body })
}

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, QueryResult, insert_into, prelude::*, update as update_rows};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{
    Article, ArticleRow, Content, ExternalId, find,
    tags::{self, TagWish, resolve_tags},
    visibility::{article_is_live, article_settles_at, article_was_public},
};
use crate::{
    base::{
        error::{AppError, AppResult, Code, violates},
        etag::Precondition,
    },
    changes::{self, Action, Noun, Writer},
    codes::{Minter, NewLink, Target},
    schema::{article_external_ids, articles},
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

/// Makes an article with its short link on `domain`.
pub async fn create(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    (id, minter, domain): (Uuid, &Minter, &str),
    wanted: &Wanted,
    may_create_tags: bool,
) -> AppResult<Article> {
    conn.transaction(async |conn| {
        let link = NewLink {
            domain: domain.to_owned(),
            target: Target::Article(id),
            expires_at: None,
        };
        let code = minter.mint(conn, writer, &link).await?;
        let tag_ids = resolve_tags(conn, writer, &wanted.tags, may_create_tags).await?;
        check_related(conn, id, &wanted.content.related).await?;
        let (content, now) = (&wanted.content, writer.at);
        let row = (
            articles::id.eq(id),
            content,
            articles::body.eq(&wanted.body),
            articles::short_domain.eq(domain),
            articles::short_code.eq(code),
            articles::created_at.eq(now),
            articles::modified_at.eq(now),
        );
        let inserted = insert_into(articles::table).values(row).execute(conn).await;
        inserted.map_err(|fault| named(fault, content))?;
        set_external_ids(conn, id, &content.external_ids.0).await?;
        let (listed_at, is_counted) = settle(conn, id, now).await?;
        tags::set(conn, id, &tag_ids, listed_at).await?;
        let counted: &[i32] = if is_counted { &tag_ids } else { &[] };
        tags::recount(conn, &[], counted, content.published_at).await?;
        changes::record(
            conn,
            writer,
            Action::Create,
            (Noun::Article, &id.to_string()),
            Some(1),
        )
        .await?;
        find(conn, id, now).await?.ok_or_else(AppError::not_found)
    })
    .await
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
        let before = lock(conn, id, writer.at).await?;
        if before.article.row.deleted_at.is_some() {
            return Err(article_deleted(id));
        }
        condition.check_existing(before.article.row.version)?;
        let wanted = change(&before)?;
        let tag_ids = resolve_tags(conn, writer, &wanted.tags, may_create_tags).await?;
        let shown: Vec<i32> = before.article.tags.iter().map(|tag| tag.id).collect();
        if wanted.content == before.article.row.content
            && wanted.body == before.body
            && tag_ids == shown
        {
            return Ok(before.article);
        }
        check_related(conn, id, &wanted.content.related).await?;
        set_external_ids(conn, id, &wanted.content.external_ids.0).await?;
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

/// Writes the next state of an article that is locked, and all that follows from it.
async fn apply(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    before: &ArticleRow,
    next: Next<'_>,
    action: Action,
) -> AppResult<Article> {
    let (id, now, version) = (before.id, writer.at, before.version + 1);
    let was_public = article_was_public(
        articles::was_public,
        articles::status,
        articles::deleted_at,
        articles::published_at,
        articles::embargoed_until,
        articles::expires_at,
        articles::modified_at,
        now,
    );
    let set = (
        next.content,
        articles::body.eq(next.body),
        articles::deleted_at.eq(next.deleted_at),
        articles::version.eq(version),
        articles::modified_at.eq(now),
        articles::was_public.eq(was_public.assume_not_null()),
    );
    let updated = update_rows(articles::table.find(id))
        .set(set)
        .execute(conn)
        .await;
    updated.map_err(|fault| named(fault, next.content))?;
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
    tags::recount(
        conn,
        counted_before,
        counted_after,
        next.content.published_at,
    )
    .await?;
    changes::record(
        conn,
        writer,
        action,
        (Noun::Article, &id.to_string()),
        Some(version),
    )
    .await?;
    find(conn, id, now).await?.ok_or_else(AppError::not_found)
}

/// Notes on an article's row whether it counts now and when that changes; answers its place in
/// lists and whether it counts.
async fn settle(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<(DateTime<Utc>, bool)> {
    use articles::{deleted_at, embargoed_until, expires_at, published_at, status};
    let is_live = article_is_live(
        status,
        deleted_at,
        published_at,
        embargoed_until,
        expires_at,
        now,
    );
    let settles_at = article_settles_at(
        status,
        deleted_at,
        published_at,
        embargoed_until,
        expires_at,
        now,
    );
    let set = (
        articles::is_counted.eq(is_live.is_not_distinct_from(true)),
        articles::settles_at.eq(settles_at),
    );
    let settled = update_rows(articles::table.find(id)).set(set);
    settled
        .returning((articles::listed_at, articles::is_counted))
        .get_result(conn)
        .await
}

/// Settles articles that time has made live, or has ended, and says how many there were. Rows that
/// a writer or another instance holds are left to them.
pub async fn settle_due(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    const BATCH: i64 = 200;
    conn.transaction(async |conn| {
        let due = articles::table
            .filter(articles::settles_at.le(now))
            .order(articles::settles_at)
            .limit(BATCH);
        let due: Vec<(Uuid, bool, Option<DateTime<Utc>>)> = due
            .select((articles::id, articles::is_counted, articles::published_at))
            .for_update()
            .skip_locked()
            .load(conn)
            .await?;
        // Gathered and added at once, because tags must be locked in one order.
        let mut deltas = BTreeMap::new();
        for (id, was_counted, published_at) in &due {
            let (_, is_counted) = settle(conn, *id, now).await?;
            let carried = tags::ids_of(conn, *id).await?;
            let before: &[i32] = if *was_counted { &carried } else { &[] };
            let after: &[i32] = if is_counted { &carried } else { &[] };
            tags::note_recount(&mut deltas, before, after, *published_at);
        }
        crate::tags::adjust_usage(conn, &deltas).await?;
        Ok(due.len())
    })
    .await
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

async fn check_related(conn: &mut AsyncPgConnection, id: Uuid, related: &[Uuid]) -> AppResult<()> {
    if related.is_empty() {
        return Ok(());
    }
    let known: Vec<Uuid> = articles::table
        .filter(articles::id.eq_any(related))
        .select(articles::id)
        .load(conn)
        .await?;
    let mut error = AppError::new(Code::Invalid, "Related articles must exist, and be others.");
    for (index, other) in related.iter().enumerate() {
        if *other == id {
            error = error.at(format!("/related/{index}"), "is the article itself");
        } else if !known.contains(other) {
            error = error.at(format!("/related/{index}"), "names no article");
        }
    }
    if error.faults().is_empty() {
        Ok(())
    } else {
        Err(error)
    }
}

async fn set_external_ids(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    ids: &[ExternalId],
) -> AppResult<()> {
    use article_external_ids as keys;
    diesel::delete(keys::table.filter(keys::article_id.eq(id)))
        .execute(conn)
        .await?;
    let mut sorted: Vec<(usize, &ExternalId)> = ids.iter().enumerate().collect();
    // Always in one order, so that two writers never wait for each other in a circle.
    sorted.sort_by_key(|(_, external)| *external);
    for (index, external) in sorted {
        let row = (
            keys::source.eq(&external.source),
            keys::external_id.eq(&external.id),
            keys::article_id.eq(id),
        );
        if insert_into(keys::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(conn)
            .await?
            == 0
        {
            let owner = keys::table
                .find((&external.source, &external.id))
                .inner_join(articles::table.on(articles::id.eq(keys::article_id)));
            let (owner, deleted_at): (Uuid, Option<DateTime<Utc>>) = owner
                .select((keys::article_id, articles::deleted_at))
                .first(conn)
                .await?;
            if deleted_at.is_some() {
                return Err(article_deleted(owner));
            }
            let detail = format!(
                "{}:{} names the article {owner}.",
                external.source, external.id
            );
            let error =
                AppError::new(Code::ExternalIdTaken, detail).with("article_id", owner.to_string());
            return Err(error.at(format!("/external_ids/{index}"), "is taken"));
        }
    }
    Ok(())
}

/// What stands in the way of a write that the database refused.
fn named(fault: diesel::result::Error, content: &Content) -> AppError {
    if violates(&fault, "articles_normalised_url_key") {
        let address = content.normalised_url.clone().unwrap_or_default();
        return AppError::new(
            Code::CanonicalUrlTaken,
            format!("Another article has the address {address}."),
        )
        .at("/canonical_url", "is taken")
        .with("canonical_url", address);
    }
    if violates(&fault, "articles_pkey") {
        return AppError::new(
            Code::PreconditionFailed,
            "An article of this id has just been made.",
        );
    }
    fault.into()
}

fn article_deleted(id: Uuid) -> AppError {
    let detail = format!("The article {id} is deleted and keeps its addresses. Restore it first.");
    AppError::new(Code::ArticleDeleted, detail).with("article_id", id.to_string())
}

/// Adds to a refusal which article has the address. It is asked after the transaction, which the
/// violation has ended.
pub async fn name_owner(mut conn: &AsyncPgConnection, error: AppError) -> AppError {
    let Some(address) = error.member("canonical_url") else {
        return error;
    };
    let owner = articles::table.filter(articles::normalised_url.eq(address));
    let owner = owner
        .select((articles::id, articles::deleted_at))
        .first(&mut conn)
        .await;
    match owner {
        Ok((owner, Some::<DateTime<Utc>>(_))) => article_deleted(owner),
        Ok((owner, None)) => error.with("article_id", owner.to_string()),
        Err(_) => error,
    }
}

use diesel::{OptionalExtension, QueryResult, prelude::*, update as update_rows};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::{Change, Link, find};
use crate::{
    articles::{
        article_deleted, find_primary_link, hold_articles, release_primary_link, set_primary_link,
        was_ever_created,
    },
    base::{
        error::{AppError, AppResult, Code as Fault},
        etag::Precondition,
        notices,
    },
    changes::{self, Action, Diff, Noun, Writer},
    codes::{self, Code, LinkStatus, Minter, NewLink, Target, claim},
    schema::{changes as change_rows, short_links},
};

/// Makes a link, with the code that the caller chose or a new one.
pub async fn create(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    minter: &Minter,
    (new, chosen): (&NewLink, Option<&Code>),
) -> AppResult<Link> {
    if let (None, Target::Url(_)) = (chosen, &new.target) {
        // One statement, which is a transaction by itself, and leaves nothing that is not known here.
        let (id, code) = minter.mint(conn, writer, new).await?;
        return Ok(Link::made(id, &code, new, writer.at));
    }
    conn.transaction(async |conn| {
        check_target(conn, &new.target).await?;
        let code = match chosen {
            None => minter.mint(conn, writer, new).await?.1,
            Some(code) => claim_chosen(conn, writer, new, code).await?,
        };
        find(conn, &new.domain, code.as_str())
            .await?
            .ok_or_else(AppError::not_found)
    })
    .await
}

async fn claim_chosen(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    new: &NewLink,
    code: &Code,
) -> AppResult<Code> {
    if claim(conn, writer, new, code).await? {
        return Ok(code.clone());
    }
    let name = format!("{}/{}", new.domain, code.as_str());
    let detail = format!("{name} was given out before. A code is never given out twice.");
    Err(AppError::new(Fault::CodeTaken, detail).at("/code", "is taken"))
}

/// Fails unless the target, if it is an article, is there; holds it against other writers.
async fn check_target(conn: &mut AsyncPgConnection, target: &Target) -> AppResult<()> {
    match target {
        Target::Article(id) if hold_articles(conn, &[*id]).await?.is_empty() => Err(no_article()),
        _ => Ok(()),
    }
}

fn no_article() -> AppError {
    let detail = "The link must lead to an article that exists.";
    AppError::new(Fault::Invalid, detail).at("/article_id", "names no article")
}

/// The primary link of an article, made if it is missing; says whether it was made.
pub async fn ensure_primary(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    minter: &Minter,
    (article, domain): (Uuid, &str),
) -> AppResult<(Link, bool)> {
    conn.transaction(async |conn| {
        let present = match find_primary_link(conn, article).await? {
            Some(present) => present,
            None if was_ever_created(conn, article).await? => return Err(article_deleted(article)),
            None => return Err(AppError::not_found()),
        };
        let is_made = present.is_none();
        let (domain, code) = match present {
            Some(present) => present,
            None => {
                let new = NewLink::to(Target::Article(article), domain);
                let (_, code) = minter.mint(conn, writer, &new).await?;
                set_primary_link(conn, article, (domain, code.as_str())).await?;
                (domain.to_owned(), code.as_str().to_owned())
            }
        };
        let link = find(conn, &domain, &code)
            .await?
            .ok_or_else(AppError::not_found)?;
        Ok((link, is_made))
    })
    .await
}

/// Brings a link into the shape that `change` makes of its present one. A write that changes nothing
/// keeps the version.
pub async fn update(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    (domain, code): (&str, &str),
    condition: &Precondition,
    change: impl FnOnce(&Link) -> AppResult<Change> + Send,
) -> AppResult<Link> {
    conn.transaction(async |conn| {
        let before = lock(conn, domain, code).await?;
        condition.check_existing(before.row.version)?;
        let change = change(&before)?;
        let diff = change.diff(&before);
        if diff.is_empty() {
            return Ok(before);
        }
        move_primary(conn, writer, &before, &change).await?;
        let (article_id, target_url) = change.target.columns();
        let set = (
            short_links::status.eq(change.status),
            short_links::article_id.eq(article_id),
            short_links::target_url.eq(target_url),
            short_links::not_before.eq(change.not_before),
            short_links::expires_at.eq(change.expires_at),
            short_links::forward_query.eq(change.forward_query),
            short_links::replacement_url.eq(change.replacement_url),
        );
        write(conn, writer, &before, set, (Action::Update, diff)).await?;
        find(conn, domain, code)
            .await?
            .ok_or_else(AppError::not_found)
    })
    .await
}

/// Brings the articles that a link leaves and leads to in line with its change.
async fn move_primary(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    before: &Link,
    change: &Change,
) -> AppResult<()> {
    let (old, (new, _)) = (before.row.article_id, change.target.columns());
    let (is_moved, is_raised) = (change.is_moving(before), change.is_raising(before));
    if !is_moved && !is_raised {
        return Ok(());
    }
    let articles: Vec<Uuid> = old.into_iter().chain(new).collect();
    let held = hold_articles(conn, &articles).await?;
    if new.is_some_and(|id| !held.contains(&id)) {
        return Err(no_article());
    }
    let name = (before.row.domain.as_str(), before.row.code.as_str());
    if let Some(old) = old.filter(|_| is_moved) {
        release_primary_link(conn, old, name).await?;
    }
    if let Some(new) = new.filter(|_| is_raised) {
        let other = find_primary_link(conn, new).await?.flatten();
        set_primary_link(conn, new, name).await?;
        if let Some(other) = other {
            record_lowered(conn, writer, &other).await?;
        }
    }
    Ok(())
}

/// Records that an article shows another link than this one, whose own row and version stay.
async fn record_lowered(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    (domain, code): &(String, String),
) -> AppResult<()> {
    let named = short_links::domain
        .eq(domain)
        .and(short_links::code.eq(code));
    let version: i32 = short_links::table
        .filter(named)
        .select(short_links::version)
        .first(conn)
        .await?;
    let (name, diff) = (
        format!("{domain}/{code}"),
        Diff::default().note("primary", true, false),
    );
    let named = (Noun::ShortLink, name.as_str());
    changes::record_diff(conn, writer, Action::Update, named, (version, diff)).await?;
    Ok(())
}

/// Makes a link gone. One that is gone already stays as it is.
pub async fn delete(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    (domain, code): (&str, &str),
    condition: &Precondition,
) -> AppResult<()> {
    conn.transaction(async |conn| {
        let before = lock(conn, domain, code).await?;
        condition.check_existing(before.row.version)?;
        if before.row.status == LinkStatus::Gone {
            return Ok(());
        }
        if let Some(article) = before.row.article_id {
            release_primary_link(conn, article, (domain, code)).await?;
        }
        let diff = status_diff(&before, LinkStatus::Gone).note("primary", before.is_primary, false);
        let set = short_links::status.eq(LinkStatus::Gone);
        write(conn, writer, &before, set, (Action::Delete, diff)).await
    })
    .await
}

/// Makes a link active that is gone, or blocked if it was that: a way back is no way around the law.
/// One that is not gone stays as it is.
pub async fn restore(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    (domain, code): (&str, &str),
    condition: &Precondition,
) -> AppResult<Link> {
    conn.transaction(async |conn| {
        let before = lock(conn, domain, code).await?;
        condition.check_existing(before.row.version)?;
        if before.row.status != LinkStatus::Gone {
            return Ok(before);
        }
        let former = former_status(conn, &before.name()).await?;
        let diff = status_diff(&before, former);
        let set = short_links::status.eq(former);
        write(conn, writer, &before, set, (Action::Restore, diff)).await?;
        find(conn, domain, code)
            .await?
            .ok_or_else(AppError::not_found)
    })
    .await
}

/// What a link that is gone is to be again.
async fn former_status(conn: &mut AsyncPgConnection, name: &str) -> QueryResult<LinkStatus> {
    let deletions = change_rows::table
        .filter(change_rows::noun.eq(Noun::ShortLink.as_str()))
        .filter(change_rows::name.eq(name))
        .filter(change_rows::action.eq(Action::Delete.as_str()));
    let diff: Option<Option<Value>> = deletions
        .order(change_rows::id.desc())
        .select(change_rows::diff)
        .first(conn)
        .await
        .optional()?;
    let diff = diff.flatten().unwrap_or_default();
    let was_blocked = diff.pointer("/status/from") == Some(&LinkStatus::Blocked.as_str().into());
    Ok(match was_blocked {
        true => LinkStatus::Blocked,
        false => LinkStatus::Active,
    })
}

fn status_diff(before: &Link, after: LinkStatus) -> Diff {
    Diff::default().note("status", before.row.status.as_str(), after.as_str())
}

/// The link, held against other writers until the transaction ends. Its name is not held, because
/// it never changes and a writer of the article that bears it looks at it.
async fn lock(conn: &mut AsyncPgConnection, domain: &str, code: &str) -> AppResult<Link> {
    let row = short_links::table.filter(
        short_links::domain
            .eq(domain)
            .and(short_links::code.eq(code)),
    );
    let locked: Option<i64> = row
        .select(short_links::id)
        .for_no_key_update()
        .first(conn)
        .await
        .optional()?;
    locked.ok_or_else(AppError::not_found)?;
    find(conn, domain, code)
        .await?
        .ok_or_else(AppError::not_found)
}

/// Writes a change of a link with its version, its record and the notice that empties caches.
async fn write<C>(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    before: &Link,
    set: C,
    (action, diff): (Action, Diff),
) -> AppResult<()>
where
    C: AsChangeset<Target = short_links::table> + Send,
    C::Changeset: diesel::query_builder::QueryFragment<diesel::pg::Pg> + Send,
{
    let version = before.row.version + 1;
    let stamp = (
        short_links::version.eq(version),
        short_links::modified_at.eq(writer.at),
    );
    update_rows(short_links::table.find(before.row.id))
        .set(stamp)
        .execute(conn)
        .await?;
    update_rows(short_links::table.find(before.row.id))
        .set(set)
        .execute(conn)
        .await?;
    let name = before.name();
    let named = (Noun::ShortLink, name.as_str());
    changes::record_diff(conn, writer, action, named, (version, diff)).await?;
    notices::send(conn, codes::LINK, &name).await?;
    Ok(())
}

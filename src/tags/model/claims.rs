//! Names that no two tags may share.

use std::collections::BTreeSet;

use diesel::{
    OptionalExtension, QueryResult, delete as delete_from, insert_into, prelude::*,
    update as update_rows,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::TagRow;
use crate::{
    base::error::{AppError, AppResult, Code},
    schema::{tag_external_ids, tag_keys, tags},
    tags::{
        key::{ExternalId, MAX_SLUG, Slug},
        kind::TagKind,
    },
};

/// Highest number that tells tags of one name apart before a caller has to choose the slug.
const MAX_NAMESAKES: u32 = 200;

/// The refusal of a name that makes no slug.
pub fn no_slug() -> AppError {
    let detail = "is required, because nothing of the name can stand in a slug";
    AppError::new(Code::Invalid, "A tag needs a slug.").at("/slug", detail)
}

/// Gives the tag this key; a key that another tag has or had is refused.
pub async fn claim_key(
    conn: &mut AsyncPgConnection,
    id: i32,
    kind: TagKind,
    slug: &Slug,
) -> AppResult<()> {
    if try_claim(conn, id, kind, slug).await? {
        return Ok(());
    }
    let owner = tag_keys::table
        .find((kind.as_str(), slug.as_str()))
        .inner_join(tags::table.on(tags::id.eq(tag_keys::tag_id)));
    let owner: (i32, TagRow) = owner
        .select((tag_keys::tag_id, TagRow::as_select()))
        .first(conn)
        .await?;
    if owner.0 == id {
        return Ok(());
    }
    let taken = format!("{kind}:{}", slug.as_str());
    let detail = format!("{taken} is, or was, the key of {}.", owner.1.key());
    Err(AppError::new(Code::TagKeyTaken, detail)
        .at("/slug", "is taken")
        .with("key", owner.1.key()))
}

async fn try_claim(
    conn: &mut AsyncPgConnection,
    id: i32,
    kind: TagKind,
    slug: &Slug,
) -> QueryResult<bool> {
    let row = (
        tag_keys::kind.eq(kind.as_str()),
        tag_keys::slug.eq(slug.as_str()),
        tag_keys::tag_id.eq(id),
    );
    let inserted = insert_into(tag_keys::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(inserted == 1)
}

/// Gives the tag the first free key that its name makes: `name`, `name-2`, `name-3` …
pub async fn claim_key_of_name(
    conn: &mut AsyncPgConnection,
    id: i32,
    kind: TagKind,
    name: &str,
) -> AppResult<Slug> {
    for number in 1..=MAX_NAMESAKES {
        let slug = Slug::of_name(name, number).ok_or_else(no_slug)?;
        if try_claim(conn, id, kind, &slug).await? {
            if number > 1 {
                update_rows(tags::table.find(id))
                    .set(tags::slug.eq(slug.as_str()))
                    .execute(conn)
                    .await?;
            }
            return Ok(slug);
        }
    }
    let detail = format!(
        "There are {MAX_NAMESAKES} tags of this name. Choose a slug of at most {MAX_SLUG} characters."
    );
    Err(AppError::new(Code::TagKeyTaken, detail).at("/slug", "is required"))
}

/// Gives a tag whose present key is this one another key of its name: this one is another tag's now.
pub async fn leave_key(conn: &mut AsyncPgConnection, id: i32, slug: &str) -> AppResult<()> {
    let row: TagRow = tags::table
        .find(id)
        .select(TagRow::as_select())
        .first(conn)
        .await?;
    if row.slug == slug {
        claim_key_of_name(conn, id, row.kind, &row.name).await?;
    }
    Ok(())
}

/// Brings the tag from its identifiers `before` to these; one that names another tag is refused.
pub async fn set_external_ids(
    conn: &mut AsyncPgConnection,
    id: i32,
    before: &[ExternalId],
    ids: &[ExternalId],
) -> AppResult<()> {
    // Given and taken in one order, so that two writers never wait for each other in a circle.
    let touched: BTreeSet<&ExternalId> = before.iter().chain(ids).collect();
    for external in touched {
        match ids.iter().position(|id| id == external) {
            Some(_) if before.contains(external) => {}
            Some(position) => claim_external_id(conn, id, external, position).await?,
            None => {
                let row = tag_external_ids::table.find((&external.authority, &external.id));
                delete_from(row).execute(conn).await?;
            }
        }
    }
    Ok(())
}

async fn claim_external_id(
    conn: &mut AsyncPgConnection,
    id: i32,
    external: &ExternalId,
    position: usize,
) -> AppResult<()> {
    loop {
        let row = (
            tag_external_ids::authority.eq(&external.authority),
            tag_external_ids::external_id.eq(&external.id),
            tag_external_ids::tag_id.eq(id),
        );
        let insert = insert_into(tag_external_ids::table).values(row);
        if insert.on_conflict_do_nothing().execute(conn).await? == 1 {
            return Ok(());
        }
        let owner = tag_external_ids::table.find((&external.authority, &external.id));
        let owner = owner.inner_join(tags::table.on(tags::id.eq(tag_external_ids::tag_id)));
        let owner: Option<TagRow> = owner
            .select(TagRow::as_select())
            .first(conn)
            .await
            .optional()?;
        // An owner that has just let go of it leaves it free.
        if let Some(owner) = owner {
            let detail = format!(
                "{}:{} names {}.",
                external.authority,
                external.id,
                owner.key()
            );
            let error = AppError::new(Code::ExternalIdTaken, detail).with("key", owner.key());
            return Err(error.at(format!("/external_ids/{position}"), "is taken"));
        }
    }
}

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryResult, delete as delete_from, insert_into, prelude::*,
    sql_types::Text, update as update_rows,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::{Tag, TagRow, load};
use crate::{
    base::{
        error::{AppError, AppResult, Code},
        etag::Precondition,
        text,
    },
    changes::{self, Action, Noun, Writer},
    schema::{article_tags, articles, tag_external_ids, tag_keys, tag_usage, tags},
    tags::{
        key::{ExternalId, MAX_SLUG, Slug},
        kind::TagKind,
    },
};

/// Highest number that tells tags of one name apart before a caller has to choose the slug.
const MAX_NAMESAKES: u32 = 200;

/// A tag as a caller wants it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewTag {
    /// What the tag stands for.
    pub kind: TagKind,
    /// The part of the key behind the kind; made from the name when absent.
    pub slug: Option<Slug>,
    /// The name among people.
    pub name: String,
    /// What the tag is for.
    pub description: Option<String>,
    /// What others call it.
    pub external_ids: Vec<ExternalId>,
}

/// Makes a tag.
pub async fn create(conn: &mut AsyncPgConnection, writer: &Writer, new: &NewTag) -> AppResult<Tag> {
    conn.transaction(async |conn| {
        let id = insert(conn, writer, new).await?;
        loaded(conn, id).await
    })
    .await
}

async fn insert(conn: &mut AsyncPgConnection, writer: &Writer, new: &NewTag) -> AppResult<i32> {
    let first = match &new.slug {
        Some(slug) => slug.clone(),
        None => Slug::of_name(&new.name, 1).ok_or_else(no_slug)?,
    };
    let row = (
        tags::kind.eq(new.kind),
        tags::slug.eq(first.as_str()),
        tags::name.eq(&new.name),
        tags::folded_name.eq(text::fold(&new.name)),
        tags::description.eq(&new.description),
        tags::created_at.eq(writer.at),
        tags::modified_at.eq(writer.at),
    );
    let id: i32 = insert_into(tags::table)
        .values(row)
        .returning(tags::id)
        .get_result(conn)
        .await?;
    let slug = match &new.slug {
        Some(slug) => {
            claim_key(conn, id, new.kind, slug).await?;
            slug.clone()
        }
        None => claim_key_of_name(conn, id, new).await?,
    };
    insert_into(tag_usage::table)
        .values(tag_usage::tag_id.eq(id))
        .execute(conn)
        .await?;
    set_external_ids(conn, id, &new.external_ids).await?;
    let key = format!("{}:{}", new.kind, slug.as_str());
    changes::record(conn, writer, Action::Create, (Noun::Tag, &key), Some(1)).await?;
    Ok(id)
}

fn no_slug() -> AppError {
    let detail = "is required, because nothing of the name can stand in a slug";
    AppError::new(Code::Invalid, "A tag needs a slug.").at("/slug", detail)
}

/// Gives the tag this key; a key that another tag has or had is refused.
async fn claim_key(
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
async fn claim_key_of_name(conn: &mut AsyncPgConnection, id: i32, new: &NewTag) -> AppResult<Slug> {
    for number in 1..=MAX_NAMESAKES {
        let slug = Slug::of_name(&new.name, number).ok_or_else(no_slug)?;
        if try_claim(conn, id, new.kind, &slug).await? {
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

async fn set_external_ids(
    conn: &mut AsyncPgConnection,
    id: i32,
    ids: &[ExternalId],
) -> AppResult<()> {
    delete_from(tag_external_ids::table.filter(tag_external_ids::tag_id.eq(id)))
        .execute(conn)
        .await?;
    let mut sorted: Vec<&ExternalId> = ids.iter().collect();
    // Always in one order, so that two writers never wait for each other in a circle.
    sorted.sort();
    for external in sorted {
        let row = (
            tag_external_ids::authority.eq(&external.authority),
            tag_external_ids::external_id.eq(&external.id),
            tag_external_ids::tag_id.eq(id),
        );
        let inserted = insert_into(tag_external_ids::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(conn)
            .await?;
        if inserted == 0 {
            let owner = tag_external_ids::table.find((&external.authority, &external.id));
            let owner = owner.inner_join(tags::table.on(tags::id.eq(tag_external_ids::tag_id)));
            let owner: TagRow = owner.select(TagRow::as_select()).first(conn).await?;
            let position = ids.iter().position(|id| id == external).unwrap_or_default();
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
    Ok(())
}

/// Brings a tag into the shape that `change` makes of its present one. A write that changes nothing
/// keeps the version.
pub async fn update(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    id: i32,
    condition: &Precondition,
    change: impl FnOnce(&Tag) -> AppResult<NewTag> + Send,
) -> AppResult<Tag> {
    conn.transaction(async |conn| {
        let before = lock(conn, id).await?;
        condition.check_existing(before.row.version)?;
        let new = change(&before)?;
        let slug = match &new.slug {
            Some(slug) => slug.as_str().to_owned(),
            None => before.row.slug.clone(),
        };
        let mut ids = new.external_ids.clone();
        ids.sort();
        let after = (slug.as_str(), &new.name, &new.description, &ids);
        if after
            == (
                &before.row.slug,
                &before.row.name,
                &before.row.description,
                &before.external_ids,
            )
        {
            return Ok(before);
        }
        if let Some(slug) = new
            .slug
            .as_ref()
            .filter(|slug| slug.as_str() != before.row.slug)
        {
            claim_key(conn, id, before.row.kind, slug).await?;
        }
        let version = before.row.version + 1;
        let set = (
            tags::version.eq(version),
            tags::slug.eq(&slug),
            tags::name.eq(&new.name),
            tags::folded_name.eq(text::fold(&new.name)),
            tags::description.eq(&new.description),
            tags::modified_at.eq(writer.at),
        );
        update_rows(tags::table.find(id))
            .set(set)
            .execute(conn)
            .await?;
        set_external_ids(conn, id, &new.external_ids).await?;
        let key = format!("{}:{slug}", before.row.kind);
        changes::record(
            conn,
            writer,
            Action::Update,
            (Noun::Tag, &key),
            Some(version),
        )
        .await?;
        loaded(conn, id).await
    })
    .await
}

/// The tag, held against other writers until the transaction ends.
async fn lock(conn: &mut AsyncPgConnection, id: i32) -> AppResult<Tag> {
    let row = tags::table
        .find(id)
        .filter(tags::deleted_at.is_null())
        .select(tags::id)
        .for_update();
    let locked: Option<i32> = row.first(conn).await.optional()?;
    match locked {
        Some(id) => loaded(conn, id).await,
        None => Err(AppError::new(Code::Gone, "The tag was deleted.")),
    }
}

async fn loaded(conn: &mut AsyncPgConnection, id: i32) -> AppResult<Tag> {
    load(conn, id).await?.ok_or_else(AppError::not_found)
}

/// Deletes a tag: its keys stay reserved, and articles show it no more. One that articles carry is
/// deleted only by force.
pub async fn delete(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    id: i32,
    condition: &Precondition,
    is_forced: bool,
) -> AppResult<()> {
    conn.transaction(async |conn| {
        let tag = lock(conn, id).await?;
        condition.check_existing(tag.row.version)?;
        let carried = article_tags::table
            .inner_join(articles::table)
            .filter(article_tags::tag_id.eq(id));
        let carried = diesel::select(diesel::dsl::exists(
            carried.filter(articles::deleted_at.is_null()),
        ));
        if !is_forced && carried.get_result(conn).await? {
            let detail = format!(
                "Articles are filed under {}. Use force=true to delete it all the same.",
                tag.row.key()
            );
            let error = AppError::new(Code::TagInUse, detail);
            return Err(error.with("article_count", tag.usage.article_count));
        }
        let version = tag.row.version + 1;
        let set = (
            tags::version.eq(version),
            tags::modified_at.eq(writer.at),
            tags::deleted_at.eq(Some::<DateTime<Utc>>(writer.at)),
        );
        update_rows(tags::table.find(id))
            .set(set)
            .execute(conn)
            .await?;
        changes::record(
            conn,
            writer,
            Action::Delete,
            (Noun::Tag, &tag.row.key()),
            Some(version),
        )
        .await?;
        Ok(())
    })
    .await
}

/// The tag of this kind and folded name, made if there is none and the caller may make one;
/// `None` if there is none and the caller may not. Runs inside the caller's transaction.
pub async fn find_or_create(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    (kind, name): (TagKind, &str),
    may_create: bool,
) -> AppResult<Option<i32>> {
    let folded = text::fold(name);
    if let Some(id) = find_by_name(conn, kind, &folded).await? {
        return Ok(Some(id));
    }
    if !may_create {
        return Ok(None);
    }
    // Two writers that bring the same new name make one tag: the second waits, then finds it.
    diesel::sql_query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind::<Text, _>(format!("tag {kind} {folded}"))
        .execute(conn)
        .await?;
    if let Some(id) = find_by_name(conn, kind, &folded).await? {
        return Ok(Some(id));
    }
    let new = NewTag {
        kind,
        slug: None,
        name: name.to_owned(),
        description: None,
        external_ids: Vec::new(),
    };
    insert(conn, writer, &new).await.map(Some)
}

async fn find_by_name(
    conn: &mut AsyncPgConnection,
    kind: TagKind,
    folded: &str,
) -> QueryResult<Option<i32>> {
    let named = tags::table.filter(tags::kind.eq(kind).and(tags::folded_name.eq(folded)));
    let named = named
        .filter(tags::deleted_at.is_null())
        .order(tags::id)
        .select(tags::id);
    named.first(conn).await.optional()
}

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryResult, insert_into, prelude::*, sql_types::Text, update as update_rows,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::{
    Tag,
    claims::{claim_key, claim_key_of_name, no_slug, set_external_ids},
    load,
};
use crate::{
    base::{
        error::{AppError, AppResult, Code},
        etag::Precondition,
        text,
    },
    changes::{self, Action, Noun, Writer},
    schema::{article_tags, articles, tag_usage, tags},
    tags::{
        key::{ExternalId, Slug},
        kind::TagKind,
    },
};

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
    set_external_ids(conn, id, &[], &new.external_ids).await?;
    let key = format!("{}:{}", new.kind, slug.as_str());
    changes::record(conn, writer, Action::Create, (Noun::Tag, &key), Some(1)).await?;
    Ok(id)
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
        if is_same(&before, &new) {
            return Ok(before);
        }
        apply(conn, writer, &before, &new).await?;
        loaded(conn, id).await
    })
    .await
}

fn is_same(before: &Tag, new: &NewTag) -> bool {
    let row = &before.row;
    let mut ids = new.external_ids.clone();
    ids.sort();
    let keeps_slug = new
        .slug
        .as_ref()
        .is_none_or(|slug| slug.as_str() == row.slug);
    keeps_slug
        && (&row.name, &row.description) == (&new.name, &new.description)
        && before.external_ids == ids
}

/// Writes the next state of a tag that is locked.
async fn apply(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    before: &Tag,
    new: &NewTag,
) -> AppResult<()> {
    let (row, version) = (&before.row, before.row.version + 1);
    if let Some(slug) = &new.slug {
        claim_key(conn, row.id, row.kind, slug).await?;
    }
    let slug = new.slug.as_ref().map_or(row.slug.as_str(), Slug::as_str);
    let set = (
        tags::version.eq(version),
        tags::slug.eq(slug),
        tags::name.eq(&new.name),
        tags::folded_name.eq(text::fold(&new.name)),
        tags::description.eq(&new.description),
        tags::modified_at.eq(writer.at),
    );
    let tag = update_rows(tags::table.find(row.id));
    tag.set(set).execute(conn).await?;
    set_external_ids(conn, row.id, &before.external_ids, &new.external_ids).await?;
    let name = (Noun::Tag, &*format!("{}:{slug}", row.kind));
    changes::record(conn, writer, Action::Update, name, Some(version)).await?;
    Ok(())
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

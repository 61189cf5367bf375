use std::collections::BTreeSet;

use std::iter::once;

use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, QueryResult, insert_into, prelude::*, update as update_rows};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::{
    Brief, Tag,
    claims::{claim_key, claim_key_of_name, no_slug, set_external_ids},
    hierarchy,
    labels::{self, Called},
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
        key::{ExternalId, Slug, TagRef},
        kind::TagKind,
        label::Labels,
    },
};

/// A tag as a caller wants it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewTag {
    /// What the tag stands for.
    pub kind: TagKind,
    /// The part of the key behind the kind; made from the name when absent.
    pub slug: Option<Slug>,
    /// The preferred name that is shown to callers who ask for no language.
    pub name: String,
    /// The language of that name.
    pub language: String,
    /// Whether the caller gave one name and no more.
    pub is_named_alone: bool,
    /// Whether another tag of the kind may have one of its preferred names.
    pub may_share_name: bool,
    /// All its names.
    pub labels: Labels,
    /// What the tag is for.
    pub description: Option<String>,
    /// What others call it.
    pub external_ids: Vec<ExternalId>,
    /// What it is part of.
    pub broader: Vec<TagRef>,
    /// From when on no further article is filed under it.
    pub retired_at: Option<DateTime<Utc>>,
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
        tags::language.eq(&new.language),
        tags::description.eq(&new.description),
        tags::retired_at.eq(new.retired_at),
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
        None => claim_key_of_name(conn, id, new.kind, &new.name).await?,
    };
    insert_into(tag_usage::table)
        .values(tag_usage::tag_id.eq(id))
        .execute(conn)
        .await?;
    labels::replace(conn, id, &Labels::default(), new).await?;
    set_external_ids(conn, id, &[], &new.external_ids).await?;
    let broader = hierarchy::resolve_broader(conn, &new.broader).await?;
    hierarchy::set_broader(conn, id, &BTreeSet::new(), &broader).await?;
    labels::announce(conn).await?;
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
        let broader = hierarchy::resolve_broader(conn, &new.broader).await?;
        let stood_below = before.broader.iter().map(|tag| tag.id).collect();
        if is_same(&before, &new) && broader == stood_below {
            return Ok(before);
        }
        apply(conn, writer, &before, &new).await?;
        hierarchy::set_broader(conn, id, &stood_below, &broader).await?;
        loaded(conn, id).await
    })
    .await
}

/// Whether a tag is as it is wanted already; what it is part of is not looked at.
pub fn is_same(before: &Tag, new: &NewTag) -> bool {
    let row = &before.row;
    let mut ids = new.external_ids.clone();
    ids.sort();
    let keeps_slug = new
        .slug
        .as_ref()
        .is_none_or(|slug| slug.as_str() == row.slug);
    keeps_slug
        && (&row.description, row.retired_at) == (&new.description, new.retired_at)
        && before.labels == new.labels
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
        tags::language.eq(&new.language),
        tags::description.eq(&new.description),
        tags::retired_at.eq(new.retired_at),
        tags::modified_at.eq(writer.at),
    );
    let tag = update_rows(tags::table.find(row.id));
    tag.set(set).execute(conn).await?;
    labels::replace(conn, row.id, &before.labels, new).await?;
    set_external_ids(conn, row.id, &before.external_ids, &new.external_ids).await?;
    if before.labels != new.labels || row.retired_at != new.retired_at {
        labels::announce(conn).await?;
    }
    let name = (Noun::Tag, &*format!("{}:{slug}", row.kind));
    changes::record(conn, writer, Action::Update, name, Some(version)).await?;
    Ok(())
}

/// The tag, held against other writers of it until the transaction ends; others may go on to name it.
async fn lock(conn: &mut AsyncPgConnection, id: i32) -> AppResult<Tag> {
    let row = tags::table
        .find(id)
        .filter(tags::deleted_at.is_null())
        .select(tags::id);
    let locked = row.for_no_key_update().first(conn).await.optional()?;
    present(conn, locked).await
}

/// The tag, held against other writers of it and against those that would name it.
async fn lock_alone(conn: &mut AsyncPgConnection, id: i32) -> AppResult<Tag> {
    let row = tags::table
        .find(id)
        .filter(tags::deleted_at.is_null())
        .select(tags::id);
    let locked = row.for_update().first(conn).await.optional()?;
    present(conn, locked).await
}

async fn present(conn: &mut AsyncPgConnection, locked: Option<i32>) -> AppResult<Tag> {
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
        let tag = lock_alone(conn, id).await?;
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
        hierarchy::leave(conn, id).await?;
        labels::announce(conn).await?;
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

/// What is known of a tag that was sought by its name.
#[derive(Debug)]
pub enum Sought {
    /// It is there now.
    Found(i32),
    /// It is not there, and the caller may not make it.
    Missing,
    /// Several tags are called so, and for none is it the preferred name.
    Ambiguous(Vec<Brief>),
}

/// The tag of this kind and name, whatever the language: the one of which it is the preferred name,
/// else the one of which it is another, else one that is made if the caller may, its name in
/// `language`. Runs inside the caller's transaction.
pub async fn find_or_create(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    (kind, name, language): (TagKind, &str, &str),
    may_create: bool,
) -> AppResult<Sought> {
    let folded = text::fold(name);
    let sought = find_by_name(conn, kind, &folded, name).await?;
    if !matches!(sought, Sought::Missing) || !may_create {
        return Ok(sought);
    }
    // Two writers that bring the same new name make one tag: the second waits, then finds it.
    labels::hold_names(conn, kind, once(&folded)).await?;
    let sought = find_by_name(conn, kind, &folded, name).await?;
    if !matches!(sought, Sought::Missing) {
        return Ok(sought);
    }
    let new = NewTag {
        kind,
        slug: None,
        name: name.to_owned(),
        language: language.to_owned(),
        is_named_alone: true,
        may_share_name: false,
        labels: Labels::of_name(language, name),
        description: None,
        external_ids: Vec::new(),
        broader: Vec::new(),
        retired_at: None,
    };
    insert(conn, writer, &new).await.map(Sought::Found)
}

/// What each of these kinds and names means, in the same order.
pub async fn find_by_names(
    conn: &mut AsyncPgConnection,
    names: &[(TagKind, &str)],
) -> QueryResult<Vec<Sought>> {
    let folded = names.iter().map(|(kind, name)| (*kind, text::fold(name)));
    let folded: Vec<(TagKind, String)> = folded.collect();
    let called = labels::find_each_named(conn, &folded).await?;
    let each = folded.iter().zip(names);
    Ok(each
        .map(|(key, (_, name))| {
            called
                .get(key)
                .map_or(Sought::Missing, |it| sought(it, name))
        })
        .collect())
}

async fn find_by_name(
    conn: &mut AsyncPgConnection,
    kind: TagKind,
    folded: &str,
    name: &str,
) -> QueryResult<Sought> {
    Ok(sought(&labels::find_named(conn, kind, folded).await?, name))
}

/// Of several tags that have one preferred name, the one that has it letter by letter, else the
/// oldest.
fn sought((is_preferred, named): &Called, name: &str) -> Sought {
    let exact = named.iter().find(|tag| tag.name == name);
    match (exact, named.as_slice()) {
        (_, []) => Sought::Missing,
        (Some(tag), _) | (None, [tag]) => Sought::Found(tag.id),
        (None, [tag, ..]) if *is_preferred => Sought::Found(tag.id),
        (None, _) => Sought::Ambiguous(named.clone()),
    }
}

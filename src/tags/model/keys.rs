use std::collections::{BTreeSet, HashMap};

use diesel::{
    OptionalExtension, QueryResult,
    prelude::*,
    sql_types::{Array, Integer, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Tag, load};
use crate::{
    base::statement::Statement,
    schema::{tag_external_ids, tag_keys, tags},
    tags::{
        key::{TagKey, TagRef},
        kind::TagKind,
    },
};

/// What a name leads to.
#[derive(Debug)]
pub enum Found {
    /// The tag of this name.
    Tag(Box<Tag>),
    /// A former key: the tag has another one now.
    Moved(String),
    /// The tag was deleted.
    Deleted,
    /// Nothing was ever called that.
    Nothing,
}

/// What a name leads to.
pub async fn find(mut conn: &AsyncPgConnection, name: &TagRef) -> QueryResult<Found> {
    let id: Option<i32> = match name {
        TagRef::Key(key) => {
            let known = tag_keys::table
                .find((key.kind.as_str(), key.slug.as_str()))
                .select(tag_keys::tag_id);
            known.first(&mut conn).await.optional()?
        }
        TagRef::External(external) => {
            let known = tag_external_ids::table.find((&external.authority, &external.id));
            known
                .select(tag_external_ids::tag_id)
                .first(&mut conn)
                .await
                .optional()?
        }
    };
    let Some(id) = id else {
        return Ok(Found::Nothing);
    };
    let Some(tag) = load(conn, id).await? else {
        return Ok(Found::Nothing);
    };
    Ok(match name {
        _ if tag.row.deleted_at.is_some() => Found::Deleted,
        TagRef::Key(key) if key.to_string() != tag.row.key() => Found::Moved(tag.row.key()),
        _ => Found::Tag(Box::new(tag)),
    })
}

/// The numbers of the tags that these names lead to, in the same order; `None` where a name leads
/// to no tag that can be used.
pub async fn resolve(conn: &AsyncPgConnection, names: &[TagRef]) -> QueryResult<Vec<Option<i32>>> {
    let mut known = resolve_keys(conn, names).await?;
    known.extend(resolve_externals(conn, names).await?);
    Ok(names.iter().map(|name| known.get(name).copied()).collect())
}

/// Each key is looked up by itself: as one condition the planner would rather read all keys of a small vocabulary.
async fn resolve_keys(
    mut conn: &AsyncPgConnection,
    names: &[TagRef],
) -> QueryResult<HashMap<TagRef, i32>> {
    let keys = names.iter().filter_map(key_parts);
    let (kinds, slugs): (Vec<String>, Vec<String>) = keys
        .map(|(kind, slug)| (kind.to_owned(), slug.to_owned()))
        .unzip();
    if kinds.is_empty() {
        return Ok(HashMap::new());
    }
    let mut statement = Statement::<(Text, Text, Integer)>::new(
        "select wanted.kind, wanted.slug, known.tag_id from unnest(",
    );
    statement
        .value::<Array<Text>, _>(kinds)
        .text(", ")
        .value::<Array<Text>, _>(slugs)
        .text(
            ") as wanted (kind, slug) cross join lateral (select k.tag_id from tag_keys k join tags t on t.id = k.tag_id
             where k.kind = wanted.kind and k.slug = wanted.slug and t.deleted_at is null offset 0) as known",
        );
    let rows: Vec<(TagKind, String, i32)> = statement.load(&mut conn).await?;
    let name = |(kind, slug, id)| Some((TagRef::parse(&format!("{kind}:{slug}"))?, id));
    Ok(rows.into_iter().filter_map(name).collect())
}

async fn resolve_externals(
    mut conn: &AsyncPgConnection,
    names: &[TagRef],
) -> QueryResult<HashMap<TagRef, i32>> {
    use tag_external_ids::{authority, external_id, tag_id};
    let (authorities, ids): (BTreeSet<&str>, Vec<&str>) =
        names.iter().filter_map(external_parts).unzip();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let named = authority.eq_any(authorities).and(external_id.eq_any(ids));
    let rows: Vec<(String, String, i32)> = tag_external_ids::table
        .inner_join(tags::table.on(tags::id.eq(tag_id)))
        .filter(named.and(tags::deleted_at.is_null()))
        .select((authority, external_id, tag_id))
        .load(&mut conn)
        .await?;
    let name = |(owner, id, tag)| Some((TagRef::parse(&format!("{owner}:{id}"))?, tag));
    Ok(rows.into_iter().filter_map(name).collect())
}

fn key_parts(name: &TagRef) -> Option<(&str, &str)> {
    match name {
        TagRef::Key(TagKey { kind, slug }) => Some((kind.as_str(), slug.as_str())),
        TagRef::External(_) => None,
    }
}

fn external_parts(name: &TagRef) -> Option<(&str, &str)> {
    match name {
        TagRef::External(external) => Some((&external.authority, &external.id)),
        TagRef::Key(_) => None,
    }
}

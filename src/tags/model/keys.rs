use std::collections::HashMap;

use diesel::{OptionalExtension, QueryResult, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Tag, load};
use crate::{
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
        TagRef::Key(key) if key.slug.as_str() != tag.row.slug => Found::Moved(tag.row.key()),
        _ => Found::Tag(Box::new(tag)),
    })
}

/// The numbers of the tags that these names lead to, in the same order; `None` where a name leads
/// to no tag that can be used.
pub async fn resolve(
    mut conn: &AsyncPgConnection,
    names: &[TagRef],
) -> QueryResult<Vec<Option<i32>>> {
    let mut known: HashMap<TagRef, i32> = HashMap::new();
    let (keys, externals): (Vec<_>, Vec<_>) = names
        .iter()
        .partition(|name| matches!(name, TagRef::Key(_)));
    if !keys.is_empty() {
        let (kinds, slugs): (Vec<&str>, Vec<&str>) =
            keys.iter().filter_map(|name| key_parts(name)).unzip();
        let rows: Vec<(TagKind, String, i32)> = tag_keys::table
            .inner_join(tags::table.on(tags::id.eq(tag_keys::tag_id)))
            .filter(
                tag_keys::kind
                    .eq_any(kinds)
                    .and(tag_keys::slug.eq_any(slugs)),
            )
            .filter(tags::deleted_at.is_null())
            .select((tag_keys::kind, tag_keys::slug, tag_keys::tag_id))
            .load(&mut conn)
            .await?;
        for (kind, slug, id) in rows {
            let name = TagRef::parse(&format!("{kind}:{slug}"));
            known.extend(name.map(|name| (name, id)));
        }
    }
    if !externals.is_empty() {
        let (authorities, ids): (Vec<&str>, Vec<&str>) = externals
            .iter()
            .filter_map(|name| external_parts(name))
            .unzip();
        let rows: Vec<(String, String, i32)> = tag_external_ids::table
            .inner_join(tags::table.on(tags::id.eq(tag_external_ids::tag_id)))
            .filter(
                tag_external_ids::authority
                    .eq_any(authorities)
                    .and(tag_external_ids::external_id.eq_any(ids)),
            )
            .filter(tags::deleted_at.is_null())
            .select((
                tag_external_ids::authority,
                tag_external_ids::external_id,
                tag_external_ids::tag_id,
            ))
            .load(&mut conn)
            .await?;
        for (authority, external_id, id) in rows {
            let name = TagRef::parse(&format!("{authority}:{external_id}"));
            known.extend(name.map(|name| (name, id)));
        }
    }
    Ok(names.iter().map(|name| known.get(name).copied()).collect())
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

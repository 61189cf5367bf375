//! Tags as callers write them.

use std::fmt::Display;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    key::{ExternalId, MAX_NAME, Slug},
    kind::TagKind,
    model::{NewTag, Tag},
    view::{ExternalIdView, MAX_DESCRIPTION, MAX_EXTERNAL_IDS},
};
use crate::base::{
    error::{AppResult, Faults},
    extract,
    text::{self, Lines},
};

/// A tag to be made or to replace one.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TagInput)]
pub struct WriteTag {
    /// What the tag stands for. It never changes; where the path names it, it may be absent here.
    #[serde(default)]
    kind: Option<TagKind>,
    /// The part of the key behind the kind; made from the name when absent. Another slug renames the
    /// tag, and the former key goes on answering.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 120, example = "port-elara")]
    slug: Option<String>,
    /// The tag's name among people.
    #[serde(default)]
    #[schema(
        required,
        nullable = false,
        min_length = 1,
        max_length = 200,
        example = "Port Elara"
    )]
    name: Option<String>,
    /// What the tag is for.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 2000)]
    description: Option<String>,
    /// Identifiers that others gave the tag; each can name one tag.
    #[serde(default)]
    #[schema(max_items = 50)]
    external_ids: Option<Vec<ExternalIdView>>,
}

crate::sent_schema! {
    /// A tag that replaces one, as it was answered or as it is to be: what is absent is reset,
    /// except the slug.
    pub struct TagReplacement = replacement(WriteTag, READ_ONLY);
}

crate::sent_schema! {
    /// A merge patch (RFC 7396) of a tag: what is absent stays, null resets.
    pub struct TagPatch = patch(WriteTag, READ_ONLY);
}

/// What a tag shows and a caller cannot set.
const READ_ONLY: &[&str] = &[
    "key",
    "version",
    "status",
    "article_count",
    "last_used_at",
    "created_at",
    "modified_at",
];

impl WriteTag {
    /// Reads a tag as it was answered: what cannot be set is ignored.
    pub fn from_document(mut members: Map<String, Value>) -> AppResult<Self> {
        members.retain(|name, _| !READ_ONLY.contains(&name.as_str()));
        extract::from_members(members)
    }

    /// The tag's present document, for a patch to be laid over.
    pub fn document(tag: &Tag) -> Map<String, Value> {
        let ids = tag.external_ids.iter().cloned();
        let whole = Self {
            kind: Some(tag.row.kind),
            slug: Some(tag.row.slug.clone()),
            name: Some(tag.row.name.clone()),
            description: tag.row.description.clone(),
            external_ids: Some(
                ids.map(|ExternalId { authority, id }| ExternalIdView { authority, id })
                    .collect(),
            ),
        };
        match serde_json::to_value(whole) {
            Ok(Value::Object(members)) => members,
            _ => Map::new(),
        }
    }

    /// The tag to write. `path` is what the address says of it already.
    pub fn parse(self, path: Option<(TagKind, Option<Slug>)>) -> AppResult<NewTag> {
        let Self {
            kind,
            slug,
            name,
            description,
            external_ids,
        } = self;
        let mut faults = Faults::default();
        let (path_kind, path_slug) = path.map_or((None, None), |(kind, slug)| (Some(kind), slug));
        let kind = agreed("/kind", path_kind, kind, &mut faults);
        if kind.is_none() {
            faults.add("/kind", format!("is required: one of {}", TagKind::words()));
        }
        let name = name
            .ok_or_else(|| "is required".to_owned())
            .and_then(|name| text::clean(&name, MAX_NAME, Lines::One));
        let name = faults.take("/name", name);
        let slug = faults.optional("/slug", slug, |slug| Slug::parse(&slug));
        let slug = agreed("/slug", path_slug, slug, &mut faults);
        if let (Some(name), None) = (&name, &slug)
            && Slug::of_name(name, 1).is_none()
        {
            faults.add(
                "/slug",
                "is required, because nothing of the name can stand in a slug",
            );
        }
        let description = faults.optional("/description", description, |raw| {
            text::clean(&raw, MAX_DESCRIPTION, Lines::Many)
        });
        let external_ids = parse_external_ids(external_ids.unwrap_or_default(), &mut faults);
        faults.check()?;
        let (kind, name) = (kind.unwrap_or(TagKind::Topic), name.unwrap_or_default());
        Ok(NewTag {
            kind,
            slug,
            name,
            description,
            external_ids,
        })
    }
}

/// What the path and the body say of a field; they must not contradict each other.
fn agreed<T: PartialEq + Display>(
    pointer: &str,
    path: Option<T>,
    body: Option<T>,
    faults: &mut Faults,
) -> Option<T> {
    if let (Some(path), Some(body)) = (&path, &body)
        && path != body
    {
        faults.add(pointer, format!("must be {path}, as the path says"));
    }
    path.or(body)
}

fn parse_external_ids(views: Vec<ExternalIdView>, faults: &mut Faults) -> Vec<ExternalId> {
    if views.len() > MAX_EXTERNAL_IDS {
        faults.add(
            "/external_ids",
            format!(
                "has {} items; at most {MAX_EXTERNAL_IDS} are allowed",
                views.len()
            ),
        );
        return Vec::new();
    }
    let mut ids = Vec::new();
    for (index, ExternalIdView { authority, id }) in views.into_iter().enumerate() {
        match faults.take(
            format!("/external_ids/{index}"),
            ExternalId::parse(&authority, &id),
        ) {
            Some(id) if ids.contains(&id) => {
                faults.add(format!("/external_ids/{index}"), "is named twice")
            }
            Some(id) => ids.push(id),
            None => {}
        }
    }
    ids
}

//! Tags as callers write them.

mod labels;

use std::{collections::BTreeMap, fmt::Display};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use labels::NamesInput;

use super::{
    authority,
    key::{ExternalId, MAX_NAME, Slug, TagRef},
    kind::TagKind,
    label::Labels,
    limits::{MAX_BROADER, MAX_EXTERNAL_IDS},
    model::{NewTag, Tag},
    view::{ExternalIdView, MAX_DESCRIPTION},
};
use crate::base::{
    error::{AppResult, Faults},
    extract,
    language::Preferred,
    patch,
    text::{self, Lines},
    timestamp,
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
    /// The tag's name among people. Without `labels`, it is the preferred name in the deployment's
    /// language; beside `labels`, it must be one of the preferred names there.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200, example = "Port Elara")]
    name: Option<String>,
    /// What the tag is called, by language (BCP 47; `und` where nobody said). At least one language
    /// has a preferred name.
    #[serde(default)]
    #[schema(example = json!({"en": {"pref": "Port Elara", "alt": ["Elara"]}, "ar": {"pref": "ميناء إيلارا"}}))]
    labels: Option<BTreeMap<String, NamesInput>>,
    /// What the tag is for.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 2000)]
    description: Option<String>,
    /// Identifiers that others gave the tag; each can name one tag.
    #[serde(default)]
    #[schema(max_items = 200)]
    external_ids: Option<Vec<ExternalIdView>>,
    /// The tags that this one is part of, by key or identifier: Doha of Qatar.
    #[serde(default)]
    #[schema(max_items = 200)]
    broader: Option<Vec<BroaderInput>>,
    /// From when on no further article is filed under the tag; articles that carry it keep it.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    retired_at: Option<String>,
}

/// A tag as a caller names it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged, expecting = "must be a key, or an object with a key")]
#[schema(as = BroaderTagInput)]
pub enum BroaderInput {
    /// A key or an identifier.
    #[schema(example = "place:elara-coast")]
    Name(String),
    /// A tag as it was answered, read by its key.
    Tag {
        /// The tag's key, or an identifier.
        #[schema(example = "place:elara-coast")]
        key: String,
    },
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
    "language",
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

    /// The tag's present document with a patch laid over it.
    pub fn patched(before: &Tag, mut patch: Map<String, Value>) -> AppResult<Self> {
        let mut members = Self::document(before);
        // A name alone takes the place of the one that it was shown as.
        if !patch.contains_key("labels")
            && let Some(name) = patch.shift_remove("name")
        {
            if name.is_null() {
                let mut faults = Faults::default();
                faults.add(
                    "/name",
                    "cannot be taken away; take a language out of labels",
                );
                faults.check()?;
            }
            let names = Value::Object(Map::from_iter([("pref".to_owned(), name)]));
            let labels = Map::from_iter([(before.row.language.clone(), names)]);
            patch.insert("labels".to_owned(), Value::Object(labels));
        }
        patch::apply(&mut members, patch, &["labels"]);
        Self::from_document(members)
    }

    fn document(tag: &Tag) -> Map<String, Value> {
        let ids = tag.external_ids.iter().cloned();
        let labels = tag.labels.0.iter();
        let broader = tag.broader.iter().map(|tag| BroaderInput::Name(tag.key()));
        let whole = Self {
            kind: Some(tag.row.kind),
            slug: Some(tag.row.slug.clone()),
            name: None,
            labels: Some(
                labels
                    .map(|(tag, names)| (tag.clone(), names.into()))
                    .collect(),
            ),
            description: tag.row.description.clone(),
            external_ids: Some(
                ids.map(|ExternalId { authority, id }| ExternalIdView { authority, id })
                    .collect(),
            ),
            broader: Some(broader.collect()),
            retired_at: tag.row.retired_at.map(timestamp::format),
        };
        match serde_json::to_value(whole) {
            Ok(Value::Object(members)) => members,
            _ => Map::new(),
        }
    }

    /// The tag to write. `path` is what the address says of it already; `default` is the deployment's
    /// language.
    pub fn parse(self, path: Option<(TagKind, Option<Slug>)>, default: &str) -> AppResult<NewTag> {
        let Self {
            kind,
            slug,
            name,
            labels,
            description,
            external_ids,
            broader,
            retired_at,
        } = self;
        let mut faults = Faults::default();
        let (path_kind, path_slug) = path.map_or((None, None), |(kind, slug)| (Some(kind), slug));
        let kind = parse_kind(path_kind, kind, &mut faults);
        let is_named_alone = labels.is_none();
        let labels = parse_names(name, labels, default, &mut faults);
        let main = labels.main(&Preferred::of(default));
        let (language, name) = main.unwrap_or_default();
        let slug = parse_slug(path_slug, slug, name, &mut faults);
        let description = faults.optional("/description", description, |raw| {
            text::clean(&raw, MAX_DESCRIPTION, Lines::Many)
        });
        let external_ids = parse_external_ids(external_ids.unwrap_or_default(), &mut faults);
        let broader = parse_broader(broader.unwrap_or_default(), &mut faults);
        let retired_at = faults.optional("/retired_at", retired_at, |raw| timestamp::parse(&raw));
        faults.check()?;
        Ok(NewTag {
            kind,
            slug,
            name: name.to_owned(),
            language: language.to_owned(),
            is_named_alone,
            may_share_name: false,
            labels,
            description,
            external_ids,
            broader,
            retired_at,
        })
    }
}

fn parse_kind(path: Option<TagKind>, body: Option<TagKind>, faults: &mut Faults) -> TagKind {
    let kind = agreed("/kind", path, body, faults);
    if kind.is_none() {
        faults.add("/kind", format!("is required: one of {}", TagKind::words()));
    }
    kind.unwrap_or(TagKind::Topic)
}

fn parse_slug(
    path: Option<Slug>,
    body: Option<String>,
    name: &str,
    faults: &mut Faults,
) -> Option<Slug> {
    let slug = faults.optional("/slug", body, |slug| Slug::parse(&slug));
    let slug = agreed("/slug", path, slug, faults);
    if slug.is_none() && !name.is_empty() && Slug::of_name(name, 1).is_none() {
        let detail = "is required, because nothing of the name can stand in a slug";
        faults.add("/slug", detail);
    }
    slug
}

/// The names of a tag out of what callers say of them in two places.
fn parse_names(
    name: Option<String>,
    labels: Option<BTreeMap<String, NamesInput>>,
    default: &str,
    faults: &mut Faults,
) -> Labels {
    let is_named_alone = labels.is_none();
    let labels = labels::parse(labels.unwrap_or_default(), faults);
    let name = faults.optional("/name", name, |raw| text::clean_name(&raw, MAX_NAME));
    match name {
        Some(name) if is_named_alone => Labels::of_name(default, &name),
        Some(name) if !labels.preferred().any(|(_, preferred)| preferred == name) => {
            faults.add("/name", "is no preferred name in labels; change it there");
            labels
        }
        None if !faults.is_any() && labels.preferred().next().is_none() => {
            let (place, detail) = match is_named_alone {
                true => ("/name", "is required, or labels with a preferred name"),
                false => ("/labels", "must have a preferred name in some language"),
            };
            faults.add(place, detail);
            labels
        }
        _ => labels,
    }
}

fn parse_broader(broader: Vec<BroaderInput>, faults: &mut Faults) -> Vec<TagRef> {
    if broader.len() > MAX_BROADER {
        let detail = format!(
            "has {} items; at most {MAX_BROADER} are allowed",
            broader.len()
        );
        faults.add("/broader", detail);
        return Vec::new();
    }
    let mut names = Vec::with_capacity(broader.len());
    for (index, input) in broader.into_iter().enumerate() {
        let (BroaderInput::Name(raw) | BroaderInput::Tag { key: raw }) = input;
        let name = TagRef::parse(&raw).ok_or_else(|| format!("names no tag: {raw}"));
        names.extend(faults.take(format!("/broader/{index}"), name));
    }
    names
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
            authority::parse(&authority, &id),
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

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    key::ExternalId,
    kind::TagKind,
    label::{Label, Names, Role},
    model::{Brief, Match, Tag},
};
use crate::base::{
    language::{Preferred, UNDETERMINED},
    timestamp,
};

/// Longest description, in characters.
pub const MAX_DESCRIPTION: usize = 2000;
/// Anything an article is filed under.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tag)]
pub struct TagView {
    /// The tag's name among machines, `kind:slug`.
    #[schema(example = "place:port-elara")]
    key: String,
    /// Counts the changes of the tag.
    #[schema(example = 2)]
    version: i32,
    /// What the tag stands for.
    kind: TagKind,
    /// The part of the key behind the kind.
    #[schema(example = "port-elara")]
    slug: String,
    /// The tag's name among people: the preferred name in the language that the caller would like
    /// (`lang`, `Accept-Language`), in one of its regions or the language it is a region of; else in
    /// the deployment's language; else the one whose language nobody said; else the first.
    #[schema(example = "Port Elara")]
    name: String,
    /// The language of `name`, a BCP 47 tag in canonical case; `und` where nobody said.
    #[schema(example = "en")]
    language: String,
    /// What the tag is called, by language.
    #[schema(example = json!({"en": {"pref": "Port Elara", "alt": ["Elara"], "hidden": []}}))]
    labels: BTreeMap<String, NamesView>,
    /// What the tag is for.
    description: Option<String>,
    /// Whether articles can be filed under the tag: `active`, or `retired` once `retired_at` has come.
    #[schema(pattern = "^(active|retired)$", example = "active")]
    status: &'static str,
    /// The tags that this one is part of, in the order of their names.
    broader: Vec<TagBriefView>,
    /// Identifiers that others gave the tag.
    external_ids: Vec<ExternalIdView>,
    /// Live articles filed under the tag; raises no version.
    #[schema(example = 128)]
    article_count: i64,
    /// Latest publication of an article that went live under the tag.
    #[serde(serialize_with = "timestamp::serialize_option")]
    last_used_at: Option<DateTime<Utc>>,
    /// From when on no further article is filed under the tag.
    #[serde(serialize_with = "timestamp::serialize_option")]
    retired_at: Option<DateTime<Utc>>,
    /// When the tag was made.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(example = "2026-11-23T08:41:12.120334Z")]
    created_at: DateTime<Utc>,
    /// When the tag was last changed.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(example = "2026-11-23T09:03:55.004412Z")]
    modified_at: DateTime<Utc>,
}

/// What a tag is called in one language.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TagNames)]
pub struct NamesView {
    /// The preferred name, which is shown.
    #[schema(example = "Port Elara")]
    pref: Option<String>,
    /// Other names that people use.
    #[schema(example = json!(["Elara"]))]
    alt: Vec<String>,
    /// Names that find the tag and are never shown, such as misspellings.
    #[schema(example = json!(["Port Ellara"]))]
    hidden: Vec<String>,
}

impl From<Names> for NamesView {
    fn from(
        Names {
            preferred,
            alternative,
            hidden,
        }: Names,
    ) -> Self {
        Self {
            pref: preferred,
            alt: alternative.into_iter().collect(),
            hidden: hidden.into_iter().collect(),
        }
    }
}

/// An identifier that somebody else gave a tag.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TagExternalId)]
pub struct ExternalIdView {
    /// Who gave it: a word that is no kind of tag. `wikidata`, `medtop` (IPTC Media Topics), `geonames`,
    /// `iso3166`, `lei`, `isni`, `viaf` and `iri` have grammars of their own; any other word writes its
    /// identifiers as it likes.
    #[schema(pattern = "^[a-z][a-z0-9_]{1,31}$", example = "wikidata")]
    pub authority: String,
    /// The identifier: Q and a number (`wikidata`), eight digits (`medtop`), a number (`geonames`, `viaf`), a
    /// country or region code in capitals (`iso3166`), 20 characters with the check digits of ISO 17442
    /// (`lei`), 16 digits with the check character of ISO 27729 (`isni`), an absolute address (`iri`).
    #[schema(min_length = 1, max_length = 128, example = "Q851")]
    pub id: String,
}

impl TagView {
    /// The tag at a moment, as a caller with these languages would like to see it.
    pub fn new(tag: Tag, preferred: &Preferred, now: DateTime<Utc>) -> Self {
        let Tag {
            row,
            usage,
            external_ids,
            labels,
            broader,
        } = tag;
        let shown = labels.best(preferred);
        let (language, name) = shown.map_or_else(
            || (row.language.clone(), row.name.clone()),
            |(language, name)| (language.to_owned(), name.to_owned()),
        );
        let ids = external_ids
            .into_iter()
            .map(|ExternalId { authority, id }| ExternalIdView { authority, id });
        let labels = labels.0.into_iter();
        Self {
            key: row.key(),
            version: row.version,
            kind: row.kind,
            slug: row.slug,
            name,
            language,
            labels: labels.map(|(tag, names)| (tag, names.into())).collect(),
            description: row.description,
            status: status(row.retired_at, now),
            broader: broader.into_iter().map(TagBriefView::from).collect(),
            external_ids: ids.collect(),
            article_count: usage.article_count,
            last_used_at: usage.last_used_at,
            retired_at: row.retired_at,
            created_at: row.created_at,
            modified_at: row.modified_at,
        }
    }

    /// The language of the name, if somebody said.
    pub fn language(&self) -> Option<&str> {
        Some(self.language.as_str()).filter(|language| *language != UNDETERMINED)
    }
}

/// A tag as an article shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TagBrief)]
pub struct TagBriefView {
    /// The tag's key.
    #[schema(example = "place:port-elara")]
    pub key: String,
    /// What the tag stands for.
    pub kind: TagKind,
    /// The tag's name.
    #[schema(example = "Port Elara")]
    pub name: String,
}

impl From<Brief> for TagBriefView {
    fn from(
        Brief {
            id: _,
            kind,
            slug,
            name,
            language: _,
        }: Brief,
    ) -> Self {
        Self {
            key: format!("{kind}:{slug}"),
            kind,
            name,
        }
    }
}

/// A page of tags.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagList {
    /// The tags.
    items: Vec<TagView>,
    /// What to send as `cursor` for the next page; null on the last.
    next_cursor: Option<String>,
    /// How many tags the whole list has, if `count` asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 128)]
    total: Option<i64>,
}

/// The tags that a beginning of a name may stand for.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagMatches {
    /// The tags, the likeliest first.
    pub items: Vec<TagMatchView>,
}

/// A tag that a beginning of a name may stand for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TagMatch)]
pub struct TagMatchView {
    /// The tag's key.
    #[schema(example = "place:port-elara")]
    key: String,
    /// What the tag stands for.
    kind: TagKind,
    /// The tag's name.
    #[schema(example = "Port Elara")]
    name: String,
    /// Whether articles can be filed under the tag: `active`, or `retired`.
    #[schema(example = "active", pattern = "^(active|retired)$")]
    status: &'static str,
    /// Live articles filed under the tag.
    #[schema(example = 128)]
    article_count: i64,
    /// The name that matched, whatever its language.
    label: LabelView,
}

/// One name of a tag.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TagLabel)]
pub struct LabelView {
    /// Its language, BCP 47; `und` where nobody said.
    #[schema(example = "en")]
    language: String,
    /// How it is used.
    role: Role,
    /// The name.
    #[schema(example = "Port Elara")]
    name: String,
}

impl TagMatchView {
    /// A match as it is shown at this moment.
    pub fn new(found: Match, now: DateTime<Utc>) -> Self {
        let Match {
            tag,
            retired_at,
            article_count,
            label,
        } = found;
        let Label {
            language,
            role,
            name,
        } = label;
        Self {
            key: tag.key(),
            kind: tag.kind,
            name: tag.name,
            status: status(retired_at, now),
            article_count,
            label: LabelView {
                language,
                role,
                name,
            },
        }
    }
}

fn status(retired_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> &'static str {
    match retired_at {
        Some(at) if at <= now => "retired",
        _ => "active",
    }
}

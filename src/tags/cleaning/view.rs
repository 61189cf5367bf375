use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::tags::{
    filter::DuplicateReason,
    kind::TagKind,
    model::{Brief, Duplicate, Usage},
};

/// A page of tags that may mean the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DuplicateTagList)]
pub struct DuplicateList {
    /// The pairs.
    items: Vec<DuplicateView>,
    /// What to send as `cursor` for the next page; null on the last.
    next_cursor: Option<String>,
}

/// Two tags that may mean the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DuplicateTags)]
pub struct DuplicateView {
    /// Why they may.
    reasons: Vec<DuplicateReason>,
    /// The tags, the older one first.
    #[schema(max_items = 2)]
    tags: Vec<UsedTagView>,
    /// What they are called alike, or the identifiers that are alike; the older tag's first.
    #[schema(min_items = 2, max_items = 2, example = json!(["Port Elara", "Port Elaara"]))]
    names: Vec<String>,
}

/// A tag and how much it is used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsedTag)]
pub struct UsedTagView {
    /// The tag's key.
    #[schema(example = "place:port-elara")]
    key: String,
    /// What the tag stands for.
    kind: TagKind,
    /// The tag's name.
    #[schema(example = "Port Elara")]
    name: String,
    /// Live articles filed under the tag.
    #[schema(example = 128)]
    article_count: i64,
    /// Latest publication of an article that went live under the tag.
    last_used_at: Option<DateTime<Utc>>,
}

impl From<(Brief, Usage)> for UsedTagView {
    fn from((tag, usage): (Brief, Usage)) -> Self {
        Self {
            key: tag.key(),
            kind: tag.kind,
            name: tag.name,
            article_count: usage.article_count,
            last_used_at: usage.last_used_at,
        }
    }
}

impl From<Duplicate> for DuplicateView {
    fn from(
        Duplicate {
            tags,
            reasons,
            names,
        }: Duplicate,
    ) -> Self {
        Self {
            reasons,
            tags: tags.into_iter().map(UsedTagView::from).collect(),
            names: names.into(),
        }
    }
}

/// The tags by kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagKinds {
    /// Every kind.
    pub items: Vec<KindView>,
}

/// A kind and how many tags are of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CountedTagKind)]
pub struct KindView {
    /// The kind.
    kind: TagKind,
    /// How many tags there are.
    #[schema(example = 1387)]
    tags: i64,
    /// How many of them are retired.
    #[schema(example = 302)]
    retired: i64,
}

impl KindView {
    /// A kind with all its tags and those that are retired.
    pub fn new(kind: TagKind, (tags, retired): (i64, i64)) -> Self {
        Self {
            kind,
            tags,
            retired,
        }
    }
}

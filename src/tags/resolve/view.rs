use serde::Serialize;
use utoipa::ToSchema;

use super::input::AskedTag;
use crate::tags::{
    model::Meant,
    reading::Reading,
    view::{TagBriefView, TagMatchView},
};

crate::text_enum! {
    /// What a name, a key or an identifier comes to.
    pub enum ResolvedTagStatus {
        /// It means one tag.
        Found = "found",
        /// Several tags are called so.
        Ambiguous = "ambiguous",
        /// No tag is called so that could be used.
        Unknown = "unknown",
    }
}

/// Which tags are meant.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResolvedTags {
    /// In the order in which they were asked for.
    pub items: Vec<ResolvedView>,
}

/// Which tag is meant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResolvedTag)]
pub struct ResolvedView {
    /// What was asked for.
    asked: AskedTag,
    /// What it comes to.
    status: ResolvedTagStatus,
    /// The tag, if it is clear which is meant.
    tag: Option<TagBriefView>,
    /// At most five that may be meant, if it is not.
    candidates: Vec<TagMatchView>,
}

impl ResolvedView {
    /// What was asked, and what it means.
    pub fn new(asked: AskedTag, meant: Meant, reading: &Reading<'_>) -> Self {
        let (status, tag, candidates) = match meant {
            Meant::Tag(tag) => (ResolvedTagStatus::Found, Some(tag), Vec::new()),
            Meant::Several(several) => (ResolvedTagStatus::Ambiguous, None, several),
            Meant::Nothing(like) => (ResolvedTagStatus::Unknown, None, like),
        };
        Self {
            asked,
            status,
            tag: tag.map(TagBriefView::from),
            candidates: reading.matches(candidates),
        }
    }
}

//! A link that is still to be made.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{forward::ForwardQuery, status::LinkStatus};
use crate::{base::timestamp, changes::Diff};

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To an article, wherever that is published.
    Article(Uuid),
    /// To a fixed address.
    Url(String),
}

impl Target {
    /// The target as the columns `article_id` and `target_url` keep it.
    pub fn columns(&self) -> (Option<Uuid>, Option<&str>) {
        match self {
            Self::Article(id) => (Some(*id), None),
            Self::Url(url) => (None, Some(url)),
        }
    }
}

/// A link to be made.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The short domain.
    pub domain: String,
    /// Where it leads.
    pub target: Target,
    /// Whether it works.
    pub status: LinkStatus,
    /// Until when it answers like a code that was never given out.
    pub not_before: Option<DateTime<Utc>>,
    /// When it stops leading there.
    pub expires_at: Option<DateTime<Utc>>,
    /// What of the reader's query goes on to the target.
    pub forward_query: ForwardQuery,
    /// What is named to readers once it leads nowhere.
    pub replacement_url: Option<String>,
}

impl NewLink {
    /// A link without conditions.
    pub fn to(target: Target, domain: &str) -> Self {
        Self {
            domain: domain.to_owned(),
            target,
            status: LinkStatus::Active,
            not_before: None,
            expires_at: None,
            forward_query: ForwardQuery::Utm,
            replacement_url: None,
        }
    }

    /// How the link's history begins.
    pub fn diff(&self) -> Diff {
        let (article_id, target_url) = self.target.columns();
        Diff::default()
            .new_field("article_id", article_id.map(|id| id.to_string()))
            .new_field("target_url", target_url)
            .new_field("status", self.status.as_str())
            .new_field("not_before", self.not_before.map(timestamp::format))
            .new_field("expires_at", self.expires_at.map(timestamp::format))
            .new_field("forward_query", self.forward_query.as_str())
            .new_field("replacement_url", self.replacement_url.as_deref())
    }
}

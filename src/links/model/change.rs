use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Link;
use crate::{
    base::timestamp,
    changes::Diff,
    codes::{ForwardQuery, LinkStatus, Target},
};

/// What a link is to be.
#[derive(Clone, Debug)]
pub struct Change {
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
    /// Whether its article is to show it; `None` leaves that as it is.
    pub is_primary: Option<bool>,
}

impl Change {
    /// Whether the link leaves its article, or comes to one.
    pub fn is_moving(&self, before: &Link) -> bool {
        before.row.article_id != self.target.columns().0
    }

    /// Whether the link's article begins to show it.
    pub fn is_raising(&self, before: &Link) -> bool {
        self.is_primary == Some(true) && (self.is_moving(before) || !before.is_primary)
    }

    /// What differs from the present link; nothing, if the change changes nothing.
    pub fn diff(&self, before: &Link) -> Diff {
        let (row, (article_id, target_url)) = (&before.row, self.target.columns());
        let text = |id: Uuid| id.to_string();
        let stays_primary = before.is_primary && !self.is_moving(before);
        let becomes_primary = self.is_primary == Some(true);
        let time = |at: Option<DateTime<Utc>>| at.map(timestamp::format);
        Diff::default()
            .note("article_id", row.article_id.map(text), article_id.map(text))
            .note("target_url", row.target_url.as_deref(), target_url)
            .note("status", row.status.as_str(), self.status.as_str())
            .note("not_before", time(row.not_before), time(self.not_before))
            .note("expires_at", time(row.expires_at), time(self.expires_at))
            .note(
                "forward_query",
                row.forward_query.as_str(),
                self.forward_query.as_str(),
            )
            .note(
                "replacement_url",
                row.replacement_url.as_deref(),
                self.replacement_url.as_deref(),
            )
            .note(
                "primary",
                before.is_primary,
                stays_primary || becomes_primary,
            )
    }
}

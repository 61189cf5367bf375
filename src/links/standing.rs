//! What following a short link comes to, for who may know only what is public.

use chrono::{DateTime, Utc};

use crate::{articles::Visibility, codes::LinkStatus};

/// What the public may know of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It leads somewhere.
    Live,
    /// Nothing, not even that it exists.
    Unknown,
    /// It led somewhere.
    Gone,
    /// It is blocked for legal reasons.
    Blocked,
}

/// What decides on it.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The link's own state.
    pub status: LinkStatus,
    /// Until when it answers like a code that was never given out.
    pub not_before: Option<DateTime<Utc>>,
    /// When it stops leading somewhere.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether there is an address that it leads to.
    pub has_address: bool,
    /// Its article's visibility, and whether that was ever public; `None` for a link to an address.
    pub article: Option<(Visibility, bool)>,
}

impl Facts {
    /// Secrets come first: a beginning that is ahead, or an article that nobody may know of, hides
    /// even that the link is switched off or blocked.
    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        let has_ended = match self.article {
            None | Some((Visibility::Live, _)) => false,
            Some((Visibility::Withdrawn | Visibility::Deleted | Visibility::Expired, true)) => true,
            Some(_) => return Standing::Unknown,
        };
        let is_ahead = self.not_before.is_some_and(|begin| now < begin);
        if is_ahead || !(has_ended || self.has_address) {
            return Standing::Unknown;
        }
        let is_expired = self.expires_at.is_some_and(|end| end <= now);
        match self.status {
            LinkStatus::Blocked => Standing::Blocked,
            LinkStatus::Active if !has_ended && !is_expired => Standing::Live,
            _ => Standing::Gone,
        }
    }
}

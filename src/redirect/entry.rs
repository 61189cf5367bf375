//! What is known of a code: enough to answer for it at any later moment.

use std::{mem::size_of, sync::Arc};

use actix_web::{http::header::HeaderValue, web::Bytes};
use chrono::{DateTime, Utc};

use super::page;
use crate::{
    base::{
        basis::{Basis, Moment},
        url::HttpUrl,
    },
    codes::{ABSENT, ForwardQuery, LINK},
    links::Standing,
    visits::Tally,
};

/// What the public may know: first this, and from each moment on what stands beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// What holds at first.
    pub first: Standing,
    /// Hardly any link has one, and then the reader of a link looks no further.
    later: Vec<(DateTime<Utc>, Standing)>,
}

/// What a code leads to, with the moments at which time alone changes it. It needs no touch to turn
/// live or to end on the second.
#[derive(Debug)]
pub struct Entry {
    /// What the public may know, and when that changes.
    pub timeline: Timeline,
    /// Where the link leads, if that is anywhere.
    pub target: Option<Ready>,
    /// What is named to readers of a link that leads nowhere any more.
    pub replacement: Option<String>,
    /// Which parameters of the reader's query are passed on.
    pub forward_query: ForwardQuery,
    /// Where its visits are counted.
    pub tally: Option<Arc<Tally>>,
    /// What all this rests on.
    pub basis: Basis,
}

/// A target's answer, ready to be sent. All that is sent lies in one piece of memory, so that an
/// answer touches as little of it as can be.
#[derive(Debug)]
pub struct Ready {
    /// `Location`.
    pub location: HeaderValue,
    /// `Link: <…>; rel="canonical"`.
    pub link: HeaderValue,
    /// The page for whom the browser does not take along.
    pub page: Bytes,
    /// The target as it was stored.
    pub address: String,
}

impl Ready {
    /// The answer that leads to an address. Addresses were checked when they were stored; encoding
    /// makes them fit for a header. `None` for one that is fit for none.
    pub fn new(address: String) -> Option<Self> {
        let encoded = HttpUrl::parse(&address).ok()?.encoded().to_owned();
        let mut page = Bytes::from(format!(
            "<{encoded}>; rel=\"canonical\"{}",
            page::moved(&encoded)
        ));
        let link = page.split_to(encoded.len() + "<>; rel=\"canonical\"".len());
        Some(Self {
            location: HeaderValue::from_maybe_shared(link.slice(1..=encoded.len())).ok()?,
            link: HeaderValue::from_maybe_shared(link).ok()?,
            page,
            address,
        })
    }
}

impl Timeline {
    /// What holds from `now` on, by what holds at each of these later moments.
    pub fn new(
        now: DateTime<Utc>,
        mut moments: Vec<DateTime<Utc>>,
        standing_at: impl Fn(DateTime<Utc>) -> Standing,
    ) -> Self {
        let first = standing_at(now);
        moments.retain(|moment| *moment > now);
        moments.sort_unstable();
        let mut later: Vec<(DateTime<Utc>, Standing)> = Vec::new();
        for moment in moments {
            let standing = standing_at(moment);
            if later.last().map_or(first, |(_, last)| *last) != standing {
                later.push((moment, standing));
            }
        }
        Self { first, later }
    }
}

impl Entry {
    /// A code that was never given out.
    pub fn absent(since: Moment, domain: &str, code: &str) -> Self {
        Self {
            timeline: Timeline {
                first: Standing::Unknown,
                later: Vec::new(),
            },
            target: None,
            replacement: None,
            forward_query: ForwardQuery::Utm,
            tally: None,
            basis: Self::basis(since, domain, code, Standing::Unknown),
        }
    }

    /// What is known of a code of a domain that was read after a moment rests on its own changes; what leads
    /// nowhere `now`, whatever the reason, on many codes becoming known at once too.
    pub fn basis(since: Moment, domain: &str, code: &str, standing: Standing) -> Basis {
        let name = [domain, "/", code].concat();
        let absent = (standing == Standing::Unknown).then_some((ABSENT, domain));
        Basis::new(since, absent.into_iter().chain([(LINK, name.as_str())]))
    }

    /// What the public may know at `now`.
    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        let mut later = self.timeline.later.iter().rev();
        let reached = later.find(|(from, _)| *from <= now);
        reached.map_or(self.timeline.first, |(_, standing)| *standing)
    }

    /// Memory that the entry takes, in bytes, about.
    pub fn bytes(&self) -> usize {
        let target = self.target.as_ref().map_or(0, |ready| {
            ready.address.len() + ready.location.len() + ready.link.len() + ready.page.len()
        });
        let replacement = self.replacement.as_ref().map_or(0, String::len);
        size_of::<Self>()
            + size_of::<Tally>()
            + size_of_val(self.timeline.later.as_slice())
            + target
            + replacement
            + self.basis.bytes()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::base::basis::LastChanges;

    #[test]
    fn an_entry_turns_live_and_ends_on_the_very_moment() {
        let now = Utc::now();
        let at = |seconds: i64| now + TimeDelta::seconds(seconds);
        let (start, end) = (at(10), at(20));
        let standing = |moment: DateTime<Utc>| match moment {
            moment if moment < start => Standing::Unknown,
            moment if moment < end => Standing::Live,
            _ => Standing::Gone,
        };
        let since = LastChanges::default().moment();
        let entry = Entry {
            timeline: Timeline::new(now, vec![end, start, at(15)], standing),
            ..Entry::absent(since, "exmp.news", "7kq3m2")
        };

        assert_eq!(entry.timeline.later.len(), 2);
        for (seconds, expected) in [
            (-5, Standing::Unknown),
            (0, Standing::Unknown),
            (9, Standing::Unknown),
            (10, Standing::Live),
            (19, Standing::Live),
            (20, Standing::Gone),
            (1000, Standing::Gone),
        ] {
            assert_eq!(entry.standing(at(seconds)), expected, "{seconds}");
        }
    }
}

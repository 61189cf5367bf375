//! What short links have to answer, worked out apart from the service.

use std::time::{Duration, Instant};

use dateline::base::coherence::STALENESS_BOUND;

/// What a reader sees of an answer: the status, and where it leads.
pub type Seen = (u16, String);

/// An article as far as its links depend on it.
#[derive(Clone, Debug)]
pub struct Article {
    pub address: String,
    pub is_embargoed: bool,
    pub is_withdrawn: bool,
    pub is_deleted: bool,
    pub was_public: bool,
}

impl Article {
    /// Notes that the public sees the article as it is now.
    pub fn show(&mut self) {
        let is_live = !(self.is_embargoed || self.is_withdrawn || self.is_deleted);
        self.was_public |= is_live;
    }

    fn status(&self) -> u16 {
        match self {
            Self {
                is_withdrawn,
                is_deleted,
                was_public,
                ..
            } if *is_withdrawn || *is_deleted => {
                if *was_public {
                    410
                } else {
                    404
                }
            }
            Self { is_embargoed, .. } if *is_embargoed => 404,
            _ => 302,
        }
    }
}

/// A link, and everything that it ever answered.
pub struct Link {
    pub code: String,
    /// Where it leads; to the article where that is nowhere else.
    pub address: Option<String>,
    pub status: &'static str,
    pub is_over: bool,
    history: Vec<Given>,
}

/// An answer, with the edit that led to it.
struct Given {
    seen: Seen,
    begun: Instant,
    done: Option<Instant>,
}

/// How long before a question the edit had begun that overtook its answer, and how long before it
/// that edit had been answered.
#[derive(Default)]
pub struct Staleness {
    pub since_begun: Duration,
    pub since_done: Duration,
}

impl Link {
    /// A code that nobody has given out yet.
    pub fn unknown(code: String) -> Self {
        Self {
            code,
            address: None,
            status: "active",
            is_over: false,
            history: vec![Given {
                seen: (404, String::new()),
                begun: Instant::now(),
                done: None,
            }],
        }
    }

    fn answer(&self, article: &Article) -> Seen {
        let of_article = match &self.address {
            Some(_) => 302,
            None => article.status(),
        };
        let status = match (of_article, self.status) {
            (404, _) => 404,
            (_, "blocked") => 451,
            (302, "active") if !self.is_over => 302,
            _ => 410,
        };
        let address = self.address.as_ref().unwrap_or(&article.address);
        let leads = if status == 302 { address.as_str() } else { "" };
        (status, leads.to_owned())
    }

    /// Notes what the link answers after an edit that began at this moment.
    pub fn note(&mut self, article: &Article, begun: Instant) {
        let seen = self.answer(article);
        if seen != *self.current() {
            let done = None;
            self.history.push(Given { seen, begun, done });
        }
    }

    /// Notes that the last edit was answered.
    pub fn finish(&mut self) {
        if let Some(last) = self.history.last_mut() {
            last.done.get_or_insert_with(Instant::now);
        }
    }

    /// What the link has to answer now.
    pub fn current(&self) -> &Seen {
        &self.history[self.history.len() - 1].seen
    }

    /// How stale an answer was that was asked for at this moment. Fails if the link never answered
    /// so, or not for too long.
    pub fn staleness(&self, seen: &Seen, asked: Instant) -> Staleness {
        let last = self.history.iter().rposition(|given| given.seen == *seen);
        let last = last.unwrap_or_else(|| panic!("{} never answered {seen:?}", self.code));
        let Some(overtaken) = self.history.get(last + 1) else {
            return Staleness::default();
        };
        let since_begun = asked.saturating_duration_since(overtaken.begun);
        assert!(
            since_begun <= STALENESS_BOUND,
            "{} answered {seen:?} {since_begun:?} late",
            self.code
        );
        let since_done = overtaken
            .done
            .map(|done| asked.saturating_duration_since(done));
        let since_done = since_done.unwrap_or_default();
        Staleness {
            since_begun,
            since_done,
        }
    }
}

//! Codes and what they lead to, in memory.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};

use super::entry::Entry;
use crate::{
    base::{
        basis::Basis,
        cache::{Cache, Keep},
        coherence::Coherence,
    },
    links::Standing,
};

/// Share of the memory that unknown codes may take: who tries codes at random empties nothing else.
const HIDDEN_SHARE: u64 = 16;

/// Codes and what they lead to, in memory, by `domain/code`.
///
/// Invariant: a code that leads nowhere now is kept exactly as one that was never given out, for the
/// same short while, so that not even the work done tells them apart.
pub struct LinkCache {
    known: Cache<Entry>,
    hidden: Cache<Hidden>,
    hidden_for: Duration,
}

/// What leads nowhere, and how long that is remembered.
struct Hidden {
    entry: Arc<Entry>,
    end: Instant,
}

impl Keep for Entry {
    fn basis(&self) -> &Basis {
        &self.basis
    }

    fn bytes(&self) -> usize {
        Self::bytes(self)
    }
}

impl Keep for Hidden {
    fn basis(&self) -> &Basis {
        &self.entry.basis
    }

    fn bytes(&self) -> usize {
        self.entry.bytes() + size_of::<Self>()
    }
}

impl LinkCache {
    /// A cache of at most `bytes`, which keeps unknown codes for `hidden_for`.
    pub fn new(bytes: u64, hidden_for: Duration, coherence: &Coherence) -> Self {
        let hidden = bytes / HIDDEN_SHARE;
        Self {
            known: Cache::new(bytes - hidden, coherence),
            hidden: Cache::new(hidden, coherence),
            hidden_for,
        }
    }

    /// What is known of a code.
    pub fn get(&self, name: &str) -> Option<Arc<Entry>> {
        self.known.get(name).or_else(|| self.get_hidden(name))
    }

    fn get_hidden(&self, name: &str) -> Option<Arc<Entry>> {
        let hidden = self.hidden.get(name)?;
        (Instant::now() < hidden.end).then(|| Arc::clone(&hidden.entry))
    }

    /// What is known of a code, after `load` where nothing is; all who wait for the same code share
    /// one load.
    pub async fn get_or_load<E>(
        &self,
        name: &str,
        now: DateTime<Utc>,
        load: impl Future<Output = Result<Entry, E>>,
    ) -> Result<Arc<Entry>, E> {
        let load = async {
            // Who loaded while this one waited may have found a code that is kept elsewhere.
            match self.get_hidden(name) {
                Some(entry) => Ok(entry),
                None => load.await.map(Arc::new),
            }
        };
        let entry = self.known.get_or_load(name, load).await?;
        if entry.standing(now) == Standing::Unknown {
            if self.get_hidden(name).is_none() {
                self.hide(name, &entry);
            }
            self.known.forget(name);
        }
        Ok(entry)
    }

    /// Keeps what was read while no notices arrived.
    pub fn keep(&self, name: &str, entry: &Arc<Entry>, now: DateTime<Utc>) {
        if entry.standing(now) == Standing::Unknown {
            self.known.forget(name);
            self.hide(name, entry);
        } else {
            self.hidden.forget(name);
            self.known.keep(name.to_owned(), Arc::clone(entry));
        }
    }

    fn hide(&self, name: &str, entry: &Arc<Entry>) {
        let hidden = Hidden {
            entry: Arc::clone(entry),
            end: Instant::now() + self.hidden_for,
        };
        self.hidden.keep(name.to_owned(), Arc::new(hidden));
    }

    /// A link that is in memory, without counting the look.
    pub fn peek(&self, name: &str) -> Option<Arc<Entry>> {
        self.known.peek(name).or_else(|| self.get_hidden(name))
    }

    /// Entries, and the bytes that they take.
    pub fn size(&self) -> (u64, u64) {
        let ((known, known_bytes), (hidden, hidden_bytes)) =
            (self.known.size(), self.hidden.size());
        (known + hidden, known_bytes + hidden_bytes)
    }
}

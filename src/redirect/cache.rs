//! Codes and what they lead to, in memory.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use quick_cache::{Weighter, sync::Cache};

use super::entry::Entry;
use crate::{
    base::{coherence::Subscriber, notices::Topic},
    codes::{ABSENT, LINK},
    links::Standing,
};

/// Memory that the cache takes for each entry besides the entry and its name, in bytes, about.
const OVERHEAD_BYTES: usize = 160;

/// Links whose size nobody has measured yet, for the first size of the cache's tables.
const TYPICAL_ENTRY_BYTES: usize = 1024;

/// Share of the memory that unknown codes may take: who tries codes at random empties nothing else.
const HIDDEN_SHARE: u64 = 16;

/// Codes and what they lead to, in memory, by `domain/code`.
///
/// Invariant: a code that leads nowhere now is kept exactly as one that was never given out, for the
/// same short while, so that not even the work done tells them apart.
pub struct LinkCache {
    known: Cache<String, Arc<Entry>, Size>,
    hidden: Cache<String, (Arc<Entry>, Instant), Size>,
    hidden_for: Duration,
    /// Counts how often all unknown codes were forgotten.
    absences: AtomicU64,
}

#[derive(Clone)]
struct Size;

impl Weighter<String, Arc<Entry>> for Size {
    fn weight(&self, name: &String, entry: &Arc<Entry>) -> u64 {
        (name.len() + entry.bytes() + OVERHEAD_BYTES) as u64
    }
}

impl Weighter<String, (Arc<Entry>, Instant)> for Size {
    fn weight(&self, name: &String, (entry, _): &(Arc<Entry>, Instant)) -> u64 {
        self.weight(name, entry)
    }
}

impl LinkCache {
    /// A cache of at most `bytes`, which keeps unknown codes for `hidden_for`.
    pub fn new(bytes: u64, hidden_for: Duration) -> Self {
        let items = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX) / TYPICAL_ENTRY_BYTES;
        let hidden = bytes / HIDDEN_SHARE;
        Self {
            known: Cache::with_weighter(items(bytes - hidden), bytes - hidden, Size),
            hidden: Cache::with_weighter(items(hidden), hidden, Size),
            hidden_for,
            absences: AtomicU64::new(0),
        }
    }

    /// What is known of a code.
    pub fn get(&self, name: &str) -> Option<Arc<Entry>> {
        self.known.get(name).or_else(|| self.get_hidden(name))
    }

    fn get_hidden(&self, name: &str) -> Option<Arc<Entry>> {
        let (entry, end) = self.hidden.get(name)?;
        (Instant::now() < end).then_some(entry)
    }

    /// What is known of a code, after `load` where nothing is; all who wait for the same code share
    /// one load. What is loaded while a notice of the code arrives is answered but not kept.
    pub async fn get_or_load<E>(
        &self,
        name: &str,
        now: DateTime<Utc>,
        load: impl Future<Output = Result<Entry, E>>,
    ) -> Result<Arc<Entry>, E> {
        let guard = match self.known.get_value_or_guard_async(name).await {
            Ok(entry) => return Ok(entry),
            Err(guard) => guard,
        };
        // Who loaded while this one waited may have found a code that is kept elsewhere.
        if let Some(entry) = self.get_hidden(name) {
            return Ok(entry);
        }
        let absences = self.absences.load(Ordering::Acquire);
        let entry = Arc::new(load.await?);
        let is_hidden = entry.standing(now) == Standing::Unknown;
        if is_hidden {
            self.hide(name, &entry);
        }
        // A notice takes the guard's place away. It looks here first and among the hidden then, so
        // that whichever comes first, nothing stale stays.
        let is_stale = guard.insert(Arc::clone(&entry)).is_err()
            || absences != self.absences.load(Ordering::Acquire);
        if is_hidden {
            self.known.remove(name);
        }
        if is_stale {
            self.hidden.remove(name);
        }
        Ok(entry)
    }

    /// Keeps what was read while no notices arrived.
    pub fn keep(&self, name: &str, entry: &Arc<Entry>, now: DateTime<Utc>) {
        if entry.standing(now) == Standing::Unknown {
            self.known.remove(name);
            self.hide(name, entry);
        } else {
            self.hidden.remove(name);
            self.known.insert(name.to_owned(), Arc::clone(entry));
        }
    }

    fn hide(&self, name: &str, entry: &Arc<Entry>) {
        let end = Instant::now() + self.hidden_for;
        self.hidden
            .insert(name.to_owned(), (Arc::clone(entry), end));
    }

    /// Forgets a code.
    pub fn forget(&self, name: &str) {
        self.known.remove(name);
        self.hidden.remove(name);
    }

    /// A link that is in memory, without counting the look.
    pub fn peek(&self, name: &str) -> Option<Arc<Entry>> {
        self.known.peek(name).or_else(|| self.get_hidden(name))
    }

    /// Entries, and the bytes that they take.
    pub fn size(&self) -> (u64, u64) {
        (
            (self.known.len() + self.hidden.len()) as u64,
            self.known.weight() + self.hidden.weight(),
        )
    }
}

impl Subscriber for LinkCache {
    fn changed(&self, topic: Topic<'_>, name: &str) {
        if topic == LINK {
            self.forget(name);
        } else if topic == ABSENT {
            // First the count, then the clearing: who has just loaded looks in the other order.
            self.absences.fetch_add(1, Ordering::AcqRel);
            self.hidden.clear();
        }
    }

    fn reset(&self) {
        self.known.clear();
        self.hidden.clear();
    }
}

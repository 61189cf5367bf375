//! Where visits are counted, and where the flusher finds them.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering::Relaxed},
    },
};

use chrono::{DateTime, Utc};
use crossbeam_queue::{ArrayQueue, SegQueue};
use tokio::sync::Notify;

use super::{
    batch::{Batch, Collected},
    class::Class,
    detail::Detail,
    stripes::Stripes,
    tally::{Portion, Tally},
};
use crate::base::config::Config;

/// So many single visits wake the flusher before its time, and are written at once.
const MANY_DETAILS: usize = 2_500;

/// A visit, as the redirect sees it.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    /// Who or what followed the link.
    pub class: Class,
    /// The channel that the reader's address named, `[a-z]{1,12}`.
    pub channel: Option<&'a str>,
    /// The host of the page that the reader came from.
    pub referrer: Option<&'a str>,
    /// The country that a trusted proxy named, in upper case.
    pub country: Option<[u8; 2]>,
    /// When it was.
    pub at: DateTime<Utc>,
}

/// Counts visits. Clones share everything.
#[derive(Clone)]
pub struct Recorder(Arc<Shared>);

struct Shared {
    accepted: Stripes,
    details_accepted: Stripes,
    details_dropped: Stripes,
    /// Counters that hold something.
    tallies: SegQueue<Arc<Tally>>,
    /// What counters held of an earlier quarter.
    portions: SegQueue<Portion>,
    details: ArrayQueue<Detail>,
    is_woken: AtomicBool,
    wake: Notify,
    ledger: Mutex<Ledger>,
    flush_failures: AtomicI64,
}

/// What the flusher holds. Only the flusher and whoever reads the metrics wait for it.
#[derive(Default)]
struct Ledger {
    collected: Collected,
    in_flight: Option<Arc<Batch>>,
    sequence: i64,
    persisted: i64,
    details_stored: i64,
    details_since: Option<DateTime<Utc>>,
}

/// What was counted, what became of it, and what still waits: each measured by itself, so that the
/// sums can be checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Visits that were counted.
    pub accepted: i64,
    /// Visits that are in the database.
    pub persisted: i64,
    /// Visits that wait.
    pub pending: i64,
    /// Single visits that were told of.
    pub details_accepted: i64,
    /// Single visits that are in the database.
    pub details_stored: i64,
    /// Single visits for which the queue had no place.
    pub details_dropped: i64,
    /// Single visits that wait.
    pub details_pending: i64,
    /// Attempts to write that failed.
    pub flush_failures: i64,
    /// Since when the oldest of what waits does so.
    pub oldest: Option<DateTime<Utc>>,
}

impl Recorder {
    /// A recorder at nothing, with the queue that the settings allow.
    pub fn new(config: &Config) -> Self {
        Self(Arc::new(Shared {
            accepted: Stripes::default(),
            details_accepted: Stripes::default(),
            details_dropped: Stripes::default(),
            tallies: SegQueue::new(),
            portions: SegQueue::new(),
            details: ArrayQueue::new(config.visit_queue_size),
            is_woken: AtomicBool::new(false),
            wake: Notify::new(),
            ledger: Mutex::default(),
            flush_failures: AtomicI64::new(0),
        }))
    }

    /// A counter for a link. Several of one link add up, and none is lost with whoever held it.
    pub fn tally(&self, link_id: i64) -> Arc<Tally> {
        Arc::new(Tally::new(link_id))
    }

    /// Counts a visit exactly, and notes it singly if there is place. Waits for nobody, and allocates
    /// only where there is a referrer.
    pub fn record(&self, tally: &Arc<Tally>, visit: Visit<'_>) {
        let shared = &*self.0;
        shared.accepted.increment();
        if let Some(portion) = tally.count(visit.class, visit.at) {
            shared.portions.push(portion);
        }
        if tally.needs_collecting() {
            shared.tallies.push(Arc::clone(tally));
        }
        shared.details_accepted.increment();
        if shared.details.is_full() {
            shared.details_dropped.increment();
            return;
        }
        let mut detail = Detail::new(visit.at, tally.link_id(), visit.class)
            .by_channel(visit.channel)
            .in_country(visit.country);
        detail.referrer = visit.referrer.map(Box::from);
        if shared.details.push(detail).is_err() {
            shared.details_dropped.increment();
        }
        if shared.details.len() >= MANY_DETAILS && !shared.is_woken.swap(true, Relaxed) {
            shared.wake.notify_one();
        }
    }

    /// Returns when many single visits wait.
    pub async fn many(&self) {
        self.0.wake.notified().await;
    }

    /// Collects what was counted until now.
    pub fn collect(&self, now: DateTime<Utc>) {
        self.0.collect(&mut self.0.ledger(), now);
    }

    /// What is to be written next: the batch that was not confirmed, or a new one; nothing, if
    /// nothing waits.
    pub fn next_batch(&self, now: DateTime<Utc>) -> Option<Arc<Batch>> {
        let mut ledger = self.0.ledger();
        self.0.collect(&mut ledger, now);
        if let Some(batch) = &ledger.in_flight {
            return Some(Arc::clone(batch));
        }
        let since = ledger.oldest().unwrap_or(now);
        let entries = ledger.collected.take();
        let wanted = self.0.details.len().min(MANY_DETAILS);
        let details: Vec<Detail> = std::iter::from_fn(|| self.0.details.pop())
            .take(wanted)
            .collect();
        ledger.details_since = (!self.0.details.is_empty()).then_some(now);
        let is_many = self.0.details.len() >= MANY_DETAILS;
        self.0.is_woken.store(is_many, Relaxed);
        if is_many {
            self.0.wake.notify_one();
        }
        if entries.is_empty() && details.is_empty() {
            return None;
        }
        ledger.sequence += 1;
        let batch = Arc::new(Batch {
            sequence: ledger.sequence,
            since,
            entries,
            details,
        });
        ledger.in_flight = Some(Arc::clone(&batch));
        Some(batch)
    }

    /// Notes that a batch is in the database.
    pub fn confirm(&self, batch: &Batch) {
        let mut ledger = self.0.ledger();
        if ledger.in_flight.take().is_some() {
            ledger.persisted += batch.visits();
            ledger.details_stored += count(batch.details.len());
        }
    }

    /// Notes that an attempt to write failed.
    pub fn fail(&self) {
        self.0.flush_failures.fetch_add(1, Relaxed);
    }

    /// Whether counts wait for which the last batch had no room.
    pub fn has_more(&self) -> bool {
        !self.0.ledger().collected.is_empty()
    }

    /// The account at this moment. What was counted is collected first, so that it is seen.
    pub fn account(&self, now: DateTime<Utc>) -> Account {
        let mut ledger = self.0.ledger();
        self.0.collect(&mut ledger, now);
        let in_flight = ledger.in_flight.as_ref();
        let flying = in_flight.map_or(0, |batch| batch.visits());
        let details_flying = in_flight.map_or(0, |batch| count(batch.details.len()));
        Account {
            accepted: self.0.accepted.sum(),
            persisted: ledger.persisted,
            pending: ledger.collected.visits() + flying,
            details_accepted: self.0.details_accepted.sum(),
            details_stored: ledger.details_stored,
            details_dropped: self.0.details_dropped.sum(),
            details_pending: count(self.0.details.len()) + details_flying,
            flush_failures: self.0.flush_failures.load(Relaxed),
            oldest: ledger.oldest(),
        }
    }
}

impl Shared {
    /// A thread that panicked has left whole numbers behind: the ledger is used on.
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn collect(&self, ledger: &mut Ledger, now: DateTime<Utc>) {
        // As many as there are at this moment: under load there is no end to them.
        for _ in 0..self.tallies.len() {
            if let Some(tally) = self.tallies.pop() {
                tally
                    .collect()
                    .for_each(|portion| ledger.collected.add(portion, now));
            }
        }
        for _ in 0..self.portions.len() {
            if let Some(portion) = self.portions.pop() {
                ledger.collected.add(portion, now);
            }
        }
        if !self.details.is_empty() {
            ledger.details_since.get_or_insert(now);
        }
    }
}

impl Ledger {
    fn oldest(&self) -> Option<DateTime<Utc>> {
        let in_flight = self.in_flight.as_ref().map(|batch| batch.since);
        let all = [in_flight, self.collected.since, self.details_since];
        all.into_iter().flatten().min()
    }
}

fn count(items: usize) -> i64 {
    i64::try_from(items).unwrap_or(i64::MAX)
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recorder")
    }
}

//! What time it is, for everything that depends on time.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// The service's time: the system's clock, plus an offset that only tests move.
///
/// Statements take `now` from here instead of asking Postgres, so that one request sees one
/// moment and a test can move an embargo past without waiting.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_us: Arc<AtomicI64>,
}

impl Clock {
    /// The present moment in UTC, to the microsecond, which is what Postgres keeps.
    pub fn now(&self) -> DateTime<Utc> {
        let offset = TimeDelta::microseconds(self.offset_us.load(Ordering::Relaxed));
        (Utc::now() + offset).trunc_subsecs(6)
    }

    /// Moves this clock and all its clones.
    pub fn advance(&self, by: TimeDelta) {
        let us = by.num_microseconds().unwrap_or_default();
        self.offset_us.fetch_add(us, Ordering::Relaxed);
    }
}

//! How far a long work on the command line is.

use std::{
    cell::Cell,
    fmt::Display,
    time::{Duration, Instant},
};

/// How often it is told.
const TELLING: Duration = Duration::from_secs(1);

/// Tells on standard error how far a work is.
pub struct Progress {
    begin: Instant,
    told: Cell<Instant>,
    unit: &'static str,
}

impl Progress {
    /// A work that begins now, and whose pace is told in this unit.
    pub fn begin(unit: &'static str) -> Self {
        let now = Instant::now();
        Self {
            begin: now,
            told: Cell::new(now),
            unit,
        }
    }

    /// Tells what is done, so many units, unless it was told a moment ago.
    pub fn tell(&self, done: &impl Display, count: u64) {
        if self.told.get().elapsed() >= TELLING {
            self.told.set(Instant::now());
            let seconds = self.begin.elapsed().as_secs().max(1);
            eprintln!("{done}; {} {} a second", count / seconds, self.unit);
        }
    }
}

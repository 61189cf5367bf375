//! A load that goes on where its last pass ended.

use std::{
    cell::Cell,
    time::{Duration, SystemTime},
};

use crate::{Result, bench::Bench, passes::Pass, wrk::Load};

/// Numbers between two passes that are left out: wrk has made some requests of which it never tells.
const UNTOLD: u64 = 1000;

/// A moment in the past, in seconds of Unix time, so that numbers stay short.
const EPOCH: u64 = 1_700_000_000;

/// More than anybody makes in a second.
const A_SECOND: u64 = 10_000;

/// A load whose passes ask for nothing twice.
pub struct Ongoing {
    load: Load,
    next: Cell<u64>,
}

impl Ongoing {
    /// A load that begins with a number that no other one has come to: several may fill one database.
    pub fn new(load: Load) -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let seconds = now.as_ref().map_or(0, Duration::as_secs);
        let next = Cell::new(seconds.saturating_sub(EPOCH) * A_SECOND);
        Self { load, next }
    }

    /// Measures a server for so many seconds.
    pub fn measure(&self, bench: &Bench, server: Option<u32>, seconds: u64) -> Result<Pass> {
        let load = Load {
            first: self.next.get(),
            seconds,
            ..self.load.clone()
        };
        let pass = bench.measure(server, &load)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count of requests"
        )]
        self.next.set(load.first + pass.requests as u64 + UNTOLD);
        Ok(pass)
    }
}

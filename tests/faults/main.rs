//! What the service promises when something breaks: the real binary as a process, a Postgres of its own
//! for each test that loses nothing it has committed, and load.
//!
//! These take their time, so they are no part of `make test`: `make faults`.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test whose ground gives way has failed"
)]

mod ending;
mod filled;
mod grace;
mod instances;
mod killed;
mod migrating;
mod pooled;
mod queue;
mod restored;
mod rolling;
mod slowed;
mod standbys;
mod stopped;
mod support;
mod unclear;
mod waiting;

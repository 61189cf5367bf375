//! One ordered row per committed write: who did what to which resource.
//!
//! Table: `changes`. A row is written in the transaction of the write that it records, so that
//! there is no write without its row and no row without its write.

mod diff;
mod model;

pub use diff::Diff;
pub use model::{Action, Noun, Writer, record, record_all, record_diff, recording};

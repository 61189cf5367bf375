//! Short links that were given out elsewhere, out of a file: read line by line, and written a few
//! thousand at a time.
//!
//! A line whose code is there with the same target changes nothing, so an import that was interrupted
//! is simply run again.

mod file;
mod line;
mod report;
mod run;

pub use file::{Format, Source};
pub use report::{Report, Summary};
pub use run::{Import, run};

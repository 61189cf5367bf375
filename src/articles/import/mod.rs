//! Articles out of files, on the command line.

mod batches;
mod line;
mod report;
mod run;
mod together;

pub use report::{Counts, Refusal, Report};
pub use run::{Import, Lines, run};

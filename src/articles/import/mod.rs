//! Articles out of files, on the command line.

mod line;
mod report;
mod run;

pub use report::{Counts, Refusal, Report};
pub use run::{Import, run};

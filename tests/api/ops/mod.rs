//! What operators look at, and the binary as they run it.

mod binary;
mod deployment;
mod metrics;
mod pages;
mod process;
mod stopping;
mod tracing;

pub use process::dateline;

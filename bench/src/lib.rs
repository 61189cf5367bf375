//! Measures Dateline beside the limits of its machine: limit, service, limit, in turn, in one run.
//!
//! A case is a file in `cases/`; all it needs is in [`bench::Bench`].

/// The command line, and how much is done.
pub mod arguments;
/// Articles by their numbers, and those to be made.
pub mod articles;
/// What a case works with.
pub mod bench;
/// What callers of a newsroom ask.
pub mod callers;
/// What is measured, one file each.
pub mod cases;
/// Short codes that the service would have made.
pub mod codes;
/// Processor time and memory of processes, from `/proc`.
pub mod consumption;
/// Putting data into a database.
pub mod data;
/// How long statements took, from Postgres' log.
pub mod durations;
/// What a case has found.
pub mod finding;
/// The bounds of `goals.toml`.
pub mod goals;
/// A small HTTP client.
pub mod http;
/// The bare handler as a process.
pub mod limit;
/// Which SQL the service sends.
pub mod look_up;
/// The machine's description.
pub mod machine;
/// What is made while the bench measures.
pub mod newcomers;
/// A load that goes on.
pub mod ongoing;
/// Turning the pages of lists.
pub mod pages;
/// Taking turns.
pub mod passes;
/// pgbench as a process.
pub mod pgbench;
/// Postgres as a process.
pub mod postgres;
/// Starting processes, and stopping them whatever happens.
pub mod process;
/// Texts in which names stand.
pub mod prose;
/// Numbers drawn by chance.
pub mod random;
/// Table, JSON and chart.
pub mod report;
/// The service as a process.
pub mod service;
/// Medians and their spread.
pub mod statistics;
/// Articles as lines of a file.
pub mod stories;
/// Callers who ask while something else happens.
pub mod traffic;
/// What editors type into a field for tags.
pub mod typed;
/// An invented vocabulary.
pub mod vocabulary;
/// wrk as a process.
pub mod wrk;
/// What is asked for: few things often, many seldom.
pub mod zipf;

/// What went wrong, in words for who runs the bench.
pub type Fault = Box<dyn std::error::Error>;
/// A result whose error ends the case.
pub type Result<T> = std::result::Result<T, Fault>;

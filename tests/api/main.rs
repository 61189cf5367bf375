//! The service as its callers see it: over HTTP, on a real Postgres, a database for each test.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test whose ground gives way has failed"
)]

mod articles;
mod changes;
mod coherence;
mod contract;
mod domains;
mod errors;
mod keys;
mod limits;
mod merges;
mod ops;
mod redirect;
mod retries;
mod short_links;
mod suggestions;
mod support;
mod tags;
mod visits;
mod vocabularies;

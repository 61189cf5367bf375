//! The service as its callers see it: over HTTP, on a real Postgres, a database for each test.

mod articles;
mod redirect;
mod support;

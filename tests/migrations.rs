//! The migrations: what they make, and what they keep, on a real Postgres.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test whose ground gives way has failed"
)]

#[path = "migrations/catalogue.rs"]
mod catalogue;
#[path = "migrations/codes.rs"]
mod codes;
#[path = "api/support/database.rs"]
mod database;
#[path = "migrations/schema.rs"]
mod schema;
#[path = "migrations/steps.rs"]
mod steps;
#[path = "migrations/visibility.rs"]
mod visibility;

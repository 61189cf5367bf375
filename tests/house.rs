//! The house rules of ARCHITECTURE.md and CONTRIBUTING.md, held against the text of the code. They
//! need no database; a failure names file and line.
#![expect(
    clippy::expect_used,
    reason = "a test whose ground gives way has failed"
)]

#[path = "house/deployment.rs"]
mod deployment;
#[path = "house/documents.rs"]
mod documents;
#[path = "house/imports.rs"]
mod imports;
#[path = "house/paths.rs"]
mod paths;
#[path = "house/sizes.rs"]
mod sizes;
#[path = "house/source.rs"]
mod source;
#[path = "house/tokens.rs"]
mod tokens;
#[path = "house/words.rs"]
mod words;

//! Dateline keeps the metadata of a newsroom's stories.
//!
//! The modules, lowest first; each may use only those above it in this list:
//!
//! - [`base`]: what every slice may use; it knows no slice
//! - `schema`: the tables, used by models alone
//! - [`changes`]: one ordered row per committed write
//! - [`keys`]: who calls, and with which scopes
//! - [`retries`]: requests that may be sent again, which happen once
//! - [`domains`]: the short domains, each with a code space of its own
//! - [`tags`]: the vocabulary
//! - [`codes`]: minting short codes, never twice
//! - [`articles`]: article metadata, and which tags an article carries
//! - [`suggestions`]: which tags a text is about
//! - [`merges`]: making several tags one, and undoing it
//! - [`vocabularies`]: files of tags
//! - [`links`]: short links as a resource
//! - [`visits`]: counting visits and reading the counts
//! - [`redirect`]: `GET /{code}` on the public listener
//! - [`ops`]: health, metrics, version, the document and its pages
//! - [`app`]: the only file that knows every slice
//! - [`cli`]: the verbs of the binary

pub mod base;
mod schema;

pub mod articles;
pub mod changes;
pub mod codes;
pub mod domains;
pub mod keys;
pub mod links;
pub mod merges;
pub mod ops;
pub mod redirect;
pub mod retries;
pub mod suggestions;
pub mod tags;
pub mod visits;
pub mod vocabularies;

pub mod app;
pub mod cli;

//! What every slice may use. It knows no slice.

pub mod answer;
pub mod clock;
pub mod config;
pub mod context;
pub mod db;
pub mod embedded;
pub mod error;
pub mod etag;
pub mod extract;
pub mod fallback;
pub mod language;
pub mod logging;
pub mod members;
pub mod metrics;
pub mod migrations;
pub mod openapi;
pub mod page;
pub mod patch;
pub mod request_id;
pub mod statement;
pub mod stored;
pub mod text;
pub mod text_enum;
pub mod timestamp;
pub mod url;

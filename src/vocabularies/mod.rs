//! Files of tags: SKOS in JSON-LD and Turtle, CSV, and lines of JSON.
//!
//! It has no tables of its own and writes tags as [`crate::tags`] does. Whatever a file is written in,
//! each tag of it is an entry, which is laid over the tag that it is about. Invariants: an import that
//! is run again changes nothing; what is refused takes nothing else with it; whatever is not taken over
//! as it stands is told.

mod claims;
mod entry;
mod export;
mod filter;
mod format;
mod handlers;
mod lines;
mod model;
mod quotes;
mod report;
mod run;
mod skos;
mod source;
mod table;
mod target;
mod view;
mod wish;

pub use format::Format;
pub use report::{Counts, Problem, Report};
pub use run::{Import, run as import};
pub use source::{Source, Text};

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(handlers::import_tags)
        .service(handlers::export_tags);
}

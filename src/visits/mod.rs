//! Counting visits and reading the counts.
//!
//! The redirect counts each visit twice: in the exact counter of its link, and as a single visit in a
//! bounded queue, which under a flood may have no place. One flusher for each instance brings both
//! into the database: single visits into their table, counts into a journal, which whichever instance
//! comes first adds to the counts of links, many batches at once.
//!
//! Tables: `visit_flushes`, `visit_journal`, `visit_breakdown_journal`, `visit_totals`, `visit_quarters`, `visit_days`,
//! `visit_breakdown_quarters`, `visit_breakdown_days`, and `visits` with its monthly partitions.
//! Invariants: what was counted is in the database or waits for it, and is written once, however
//! often a flush is tried; whoever counts waits for nobody; reading never counts rows of single
//! visits; neither addresses nor user agents of readers are kept anywhere.

mod batch;
mod class;
mod counts;
mod detail;
mod filter;
mod gauges;
mod handlers;
mod model;
mod quarter;
mod recorder;
mod stripes;
mod tally;
mod view;
mod visitor;
mod worker;

pub use class::Class;
pub use gauges::register;
pub use recorder::{Account, Recorder, Visit};
pub use tally::Tally;
pub use visitor::Visitor;
pub use worker::{Flusher, roll_up_forever};

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(handlers::show_short_link_stats)
        .service(handlers::show_article_stats)
        .service(handlers::list_top_links);
}

//! Short links as a resource: listing and editing them.
//!
//! Table: `short_links`, of which [`crate::codes`] makes the rows. Invariants: a link leads to an
//! article or to an address, never to a short domain of this service; a link that is gone
//! is active again only by being restored; the primary link of an article is named by the article.

mod batch;
mod export;
mod filter;
mod handlers;
mod history;
mod import;
mod input;
mod model;
mod of_article;
mod resolve;
mod standing;
mod view;

pub use import::{Format, Import, Report, Source, Summary, run as import};
pub use standing::{Facts, Standing};

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(handlers::list_short_links)
        .service(handlers::create_short_link)
        .service(handlers::find_short_link)
        .service(handlers::update_short_link)
        .service(handlers::delete_short_link)
        .service(handlers::restore_short_link);
    batch::routes(config);
    export::routes(config);
    history::routes(config);
    of_article::routes(config);
    resolve::routes(config);
}

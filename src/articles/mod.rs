//! Article metadata, and which tags an article carries.
//!
//! Tables: `articles`, `article_tags`, `article_external_ids`. Invariants: an article has its short
//! link from the transaction that creates it; its address and its external ids are its own, deleted
//! or not; whether it is live is decided by the SQL function `article_is_live` alone, so nothing
//! waits for a job and nothing leaks early; what time changes is only *settled* by the worker, in
//! the kept counts of tags.

mod author;
mod batch;
mod export;
mod filing;
mod filter;
mod handlers;
mod import;
mod input;
mod lookups;
mod model;
mod name;
mod reading;
mod selecting;
mod state;
mod tagging;
mod upsert;
mod view;
mod worker;

pub use import::{Counts, Import, Lines, Refusal, Report, run as import};
pub use model::visibility;
pub use model::{
    Exposure, article_deleted, exposure, find_primary_link, hold_articles, release_primary_link,
    set_primary_link, was_ever_created,
};
pub use reading::{Texts, find_texts};
pub use state::{ArticleKind, Status, Visibility};
pub use worker::settle_forever;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::base::notices::Topic;

/// What an article shows has changed; under its id. A trigger tells it.
pub const ARTICLE: Topic<'static> = Topic("article");

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    // Fixed segments first: actix takes the first pattern that fits.
    lookups::routes(config);
    batch::routes(config);
    export::routes(config);
    config
        .service(handlers::list_articles)
        .service(handlers::create_article)
        .service(handlers::find_article)
        .service(handlers::replace_article)
        .service(handlers::update_article)
        .service(handlers::delete_article)
        .service(handlers::restore_article);
    tagging::routes(config);
}

//! Which tags a text is about, found by the names that stand in it.
//!
//! No table of its own: the names of all tags are kept in memory and made anew, in the background,
//! when one of them changes. A change is known to every instance half a second after its commit and the
//! time that making takes; until then the vocabulary before it answers. What time alone changes, a tag that
//! retires, is known at once, because its moment is kept.

mod arabic;
mod capitals;
mod handlers;
mod model;
mod ranking;
mod tokens;
mod view;
mod vocabulary;
mod worker;
mod writing;

pub use worker::Terms;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(handlers::suggest_tags)
        .service(handlers::suggest_article_tags);
}

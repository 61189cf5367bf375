//! Articles by the names that others gave them: their address, or their id in another system.

mod finding;
mod handlers;
mod input;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(handlers::look_up_articles)
        .service(handlers::find_article_by_url)
        .service(handlers::upsert_article_by_url)
        .service(handlers::find_article_by_external_id)
        .service(handlers::upsert_article_by_external_id);
}

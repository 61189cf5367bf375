//! The short links of one article.

mod handlers;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(handlers::ensure_article_short_link)
        .service(handlers::list_article_short_links);
}

//! The tags of one article, as a list of their own.

mod handlers;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(handlers::replace_article_tags)
        .service(handlers::put_article_tag)
        .service(handlers::remove_article_tag);
}

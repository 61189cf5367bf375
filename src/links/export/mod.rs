//! All short links as lines, read while they are sent.

mod filter;
mod handlers;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config.service(handlers::export_short_links);
}

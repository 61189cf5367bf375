//! Articles as lines of JSON, as many as there are.

mod filter;
mod handlers;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config.service(handlers::export_articles);
}

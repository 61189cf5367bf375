//! Many writes of articles in one request.

mod handlers;
mod input;
mod operation;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config.service(handlers::write_articles);
}

//! Where many short links lead, without following them and without counting.

mod handlers;
mod input;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config.service(handlers::resolve_short_links);
}

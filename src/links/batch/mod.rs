//! Many writes of short links in one request. Each is made by the very functions that make a single
//! one, so no rule is written twice.

mod handlers;
mod input;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config.service(handlers::write_short_links);
}

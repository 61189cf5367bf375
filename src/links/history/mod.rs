//! What was done to a short link, out of the `changes` that every write leaves.

mod handlers;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config.service(handlers::list_short_link_changes);
}

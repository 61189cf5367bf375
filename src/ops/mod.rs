//! What operators and developers look at: health, metrics, version, the document and its pages.
//!
//! Owns no table.

mod docs;
mod handlers;
mod view;

pub use docs::{Documents, docs};

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(handlers::show_index)
        .service(handlers::check_liveness)
        .service(handlers::check_readiness)
        .service(handlers::show_version)
        .service(handlers::show_metrics)
        .service(docs::show_openapi_json)
        .service(docs::show_openapi_yaml);
}

//! `GET /{code}` on the public listener: the hot path.
//!
//! Owns no table. Invariants: a draft, scheduled or embargoed article answers byte for byte like a
//! code that was never given out, after the same work; a code that cannot exist never reaches the
//! database; answers are never JSON, because people see them.

#[cfg_attr(not(test), expect(dead_code, reason = "wired into the handlers next"))]
mod forwarding;
mod handlers;
mod model;
#[cfg_attr(not(test), expect(dead_code, reason = "wired into the handlers next"))]
mod page;
#[cfg_attr(not(test), expect(dead_code, reason = "wired into the handlers next"))]
mod preview;
#[cfg_attr(not(test), expect(dead_code, reason = "wired into the handlers next"))]
mod qr;
#[cfg_attr(not(test), expect(dead_code, reason = "wired into the handlers next"))]
mod typed;

pub use handlers::answer_others;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice, for the public listener.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(handlers::follow_short_link)
        .service(handlers::probe_short_link);
}

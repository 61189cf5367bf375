//! `GET /{code}` on the public listener: the hot path.
//!
//! Owns no table. A request reads what was typed (`typed`), finds the code (`lookup`: in memory,
//! `cache`, else in the database, `model`), and answers by what that comes to now (`entry`,
//! `answer`).
//!
//! Invariants: a draft, scheduled or embargoed article answers byte for byte like a code that was
//! never given out, after the same work, whatever is asked of it; a code that cannot exist never
//! reaches the database; a hit waits for nobody; answers are never problems in JSON, because people
//! see them.

mod answer;
mod cache;
mod entry;
mod forwarding;
mod handlers;
mod lookup;
mod model;
mod page;
mod preview;
mod qr;
mod redirector;
mod typed;

pub use handlers::answer_others;
pub use lookup::Links;
pub use redirector::Redirector;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice, for the public listener.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(handlers::follow_short_link)
        .service(handlers::probe_short_link)
        .service(handlers::follow_through_channel)
        .service(handlers::preview_short_link)
        .service(handlers::draw_svg)
        .service(handlers::draw_png);
}

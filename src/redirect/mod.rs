//! `GET /{code}` on the public listener: the hot path.
//!
//! Owns no table. A request reads what was typed (`typed`), finds the code (`lookup`: in memory,
//! `cache`, else in the database, `loader`), and answers by what that comes to now (`entry`,
//! `answer`).
//!
//! Invariants: a draft, scheduled or embargoed article answers byte for byte like a code that was
//! never given out, after the same work, whatever is asked of it; a code that cannot exist never
//! reaches the database; a hit waits for nobody; answers are never problems in JSON, because people
//! see them.

mod answer;
mod cache;
mod documented;
mod entry;
mod forwarding;
mod loader;
mod lookup;
mod model;
mod page;
mod preview;
mod qr;
mod redirector;
mod typed;

pub use documented::Documented;
pub use lookup::Links;
pub use redirector::Redirector;

use actix_web::{HttpRequest, HttpResponse, web::Data};

/// Answers every request of the public listener: what people type is more than routes can say.
pub async fn answer(request: HttpRequest, redirector: Data<Redirector>) -> HttpResponse {
    redirector.answer(&request).await
}

//! The id that ties an answer to the lines of the log.

use std::future::Future;

use actix_web::{dev::ServiceRequest, http::header::HeaderName};
use uuid::Uuid;

/// The header that carries the id of a request.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken over from the caller.
const MAX_LENGTH: usize = 128;

tokio::task_local! {
    static CURRENT: String;
}

/// The id of a request: the caller's own, if it is sane, else a new one.
pub fn of(request: &ServiceRequest) -> String {
    sane(request).unwrap_or_else(|| Uuid::now_v7().to_string())
}

/// Answers a request under its id.
pub async fn within<F: Future>(id: String, answering: F) -> F::Output {
    CURRENT.scope(id, answering).await
}

/// The id of the request that is being answered; empty outside of one.
pub fn current() -> String {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// The caller's own id, if it can stand in a header and a log line as it is.
fn sane(request: &ServiceRequest) -> Option<String> {
    let id = request.headers().get(HEADER)?.to_str().ok()?;
    let is_sane = !id.is_empty()
        && id.len() <= MAX_LENGTH
        && id
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c));
    is_sane.then(|| id.to_owned())
}

//! The id that ties an answer to the lines of the log.

use std::future::Future;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// The header that carries the id of a request.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken over from the caller.
const MAX_LENGTH: usize = 128;

tokio::task_local! {
    static CURRENT: HeaderValue;
}

/// The id of a request: the caller's own, if it is sane, else a new one.
pub fn of(headers: &HeaderMap) -> HeaderValue {
    sane(headers).cloned().unwrap_or_else(|| {
        let mut text = Uuid::encode_buffer();
        let text = Uuid::now_v7().hyphenated().encode_lower(&mut text);
        HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("-"))
    })
}

/// Answers a request under its id.
pub async fn within<F: Future>(id: HeaderValue, answering: F) -> F::Output {
    CURRENT.scope(id, answering).await
}

/// The id of the request that is being answered; empty outside of one.
pub fn current() -> String {
    let text = |id: &HeaderValue| id.to_str().unwrap_or_default().to_owned();
    CURRENT.try_with(text).unwrap_or_default()
}

/// The caller's own id, if it can stand in a header and a log line as it is.
fn sane(headers: &HeaderMap) -> Option<&HeaderValue> {
    let value = headers.get(HEADER)?;
    let id = value.to_str().ok()?;
    let is_sane = !id.is_empty()
        && id.len() <= MAX_LENGTH
        && id
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c));
    is_sane.then_some(value)
}

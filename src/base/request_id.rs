//! What ties an answer to the lines of the log: the request's id, and the trace that it belongs to.

use std::{fmt, future::Future};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use super::trace_context::Trace;

/// The header that carries the id of a request.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken over from the caller.
const MAX_LENGTH: usize = 128;

/// How the log names a request.
#[derive(Clone)]
pub struct Identity {
    /// The id that the answer carries.
    pub id: HeaderValue,
    trace: Option<Box<Trace>>,
}

impl Identity {
    /// The identity of a request by its headers.
    pub fn of(headers: &HeaderMap) -> Self {
        Self {
            id: of(headers),
            trace: Trace::of(headers),
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "request_id={}", self.id.to_str().unwrap_or_default())?;
        match &self.trace {
            Some(trace) => write!(f, " {trace}"),
            None => Ok(()),
        }
    }
}

tokio::task_local! {
    static CURRENT: Identity;
}

/// The id of a request: the caller's own, if it is sane, else a new one.
fn of(headers: &HeaderMap) -> HeaderValue {
    sane(headers).cloned().unwrap_or_else(|| {
        let mut text = Uuid::encode_buffer();
        let text = Uuid::now_v7().hyphenated().encode_lower(&mut text);
        HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("-"))
    })
}

/// Answers a request under its identity.
pub async fn within<F: Future>(identity: Identity, answering: F) -> F::Output {
    CURRENT.scope(identity, answering).await
}

/// The id of the request that is being answered; empty outside of one.
pub fn current() -> String {
    let text = |it: &Identity| it.id.to_str().unwrap_or_default().to_owned();
    CURRENT.try_with(text).unwrap_or_default()
}

/// The identity of the request that is being answered, with a space before it, for the end of a line of the
/// log; empty outside of one.
pub fn told() -> String {
    let text = |it: &Identity| format!(" {it}");
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

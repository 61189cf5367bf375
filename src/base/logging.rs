//! One line per request, and the id that ties a line to an answer.

use std::time::Instant;

use actix_web::{
    HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};
use uuid::Uuid;

use super::metrics::Metrics;

/// The header that carries the id of a request.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken over from the caller.
const MAX_REQUEST_ID: usize = 128;

tokio::task_local! {
    static CURRENT: String;
}

/// The id of the request that is being answered; empty outside of one.
pub fn current_request_id() -> String {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// The public half of the key that a request carries, for its line in the log.
#[derive(Clone, Debug)]
pub struct CallerId(pub String);

/// Gives the request its id, writes its line and counts it.
pub async fn trace(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let start = Instant::now();
    let method = request.method().clone();
    let id = sane_id(&request).unwrap_or_else(|| Uuid::now_v7().to_string());
    let mut response = CURRENT.scope(id.clone(), next.call(request)).await?;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let request = response.request();
    let route = request.match_pattern().unwrap_or_else(|| "-".to_owned());
    let status = response.status().as_u16();
    let seconds = start.elapsed().as_secs_f64();
    if let Some(metrics) = request.app_data::<Data<Metrics>>() {
        metrics.observe(method.as_str(), &route, status, seconds);
    }
    if log::log_enabled!(log::Level::Info) {
        let key = request
            .extensions()
            .get::<CallerId>()
            .map_or_else(|| "-".to_owned(), |caller| caller.0.clone());
        log::info!(
            "event=request method={method} route={route} status={status} ms={:.3} key={key} request_id={id}",
            seconds * 1000.0,
        );
    }
    Ok(response)
}

/// The caller's own id, if it can stand in a header and a log line as it is.
fn sane_id(request: &ServiceRequest) -> Option<String> {
    let id = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let is_sane = !id.is_empty()
        && id.len() <= MAX_REQUEST_ID
        && id
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c));
    is_sane.then(|| id.to_owned())
}

//! One line per request.

use std::time::Instant;

use actix_web::{
    HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::HeaderValue,
    middleware::Next,
    web::Data,
};

use super::{metrics::Metrics, request_id};

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
    let id = request_id::of(&request);
    let mut response = request_id::within(id.clone(), next.call(request)).await?;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(request_id::HEADER, value);
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

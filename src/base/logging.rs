//! One line per request.

use std::time::Instant;

use actix_web::{
    HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, header::HeaderValue},
    middleware::Next,
    web::Data,
};

use super::{
    metrics::{Metrics, RouteMetrics},
    request_id,
};

/// The public half of the key that a request carries, for its line in the log.
#[derive(Clone, Debug)]
pub struct CallerId(pub String);

/// Gives a request of the API its id, writes its line and counts it.
pub async fn trace(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let (response, timing) = timed(request, next).await?;
    let request = response.request();
    let route = request.match_pattern().unwrap_or_else(|| "-".to_owned());
    let status = response.status().as_u16();
    if let Some(metrics) = request.app_data::<Data<Metrics>>() {
        metrics.observe(timing.method.as_str(), &route, status, timing.seconds);
    }
    write_line(&response, log::Level::Info, &route, &timing);
    Ok(response)
}

/// The same for a reader of a short link, as fast as can be: all count under one route, and the
/// redirects, of which there are many and whose visits are counted, have lines at `debug` alone.
pub async fn trace_reader(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let (response, timing) = timed(request, next).await?;
    let status = response.status();
    if let Some(metrics) = response.request().app_data::<Data<RouteMetrics>>() {
        metrics.observe(&timing.method, status.as_u16(), timing.seconds);
    }
    let level = match status.is_redirection() {
        true => log::Level::Debug,
        false => log::Level::Info,
    };
    write_line(&response, level, READERS, &timing);
    Ok(response)
}

/// The route under which readers of short links are counted.
pub const READERS: &str = "/{code}";

/// A request as it came, and how long its answer took.
struct Timing {
    method: Method,
    id: HeaderValue,
    seconds: f64,
}

/// Answers a request under its id.
async fn timed<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<(ServiceResponse<B>, Timing), actix_web::Error> {
    let start = Instant::now();
    let (method, id) = (request.method().clone(), request_id::of(&request));
    let mut response = request_id::within(id.clone(), next.call(request)).await?;
    response
        .headers_mut()
        .insert(request_id::HEADER, id.clone());
    let seconds = start.elapsed().as_secs_f64();
    let timing = Timing {
        method,
        id,
        seconds,
    };
    Ok((response, timing))
}

fn write_line<B>(response: &ServiceResponse<B>, level: log::Level, route: &str, timing: &Timing) {
    if log::log_enabled!(level) {
        let caller = response.request().extensions().get::<CallerId>().cloned();
        let key = caller.map_or_else(|| "-".to_owned(), |caller| caller.0);
        let Timing {
            method,
            id,
            seconds,
        } = timing;
        let id = id.to_str().unwrap_or_default();
        log::log!(
            level,
            "event=request method={method} route={route} status={} ms={:.3} key={key} request_id={id}",
            response.status().as_u16(),
            seconds * 1000.0,
        );
    }
}

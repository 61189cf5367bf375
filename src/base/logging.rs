//! One line per request.

use std::time::Instant;

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};

use super::{
    cut_off, fallback,
    metrics::WorkerMetrics,
    request_id::{self, Identity},
};

/// The public half of the key that a request carries, for its line in the log.
#[derive(Clone, Debug)]
pub struct CallerId(pub String);

/// A request that was answered out of memory.
#[derive(Clone, Copy, Debug)]
pub struct FromMemory;

/// Gives a request of the API its id, writes its line and counts it.
pub async fn trace(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let (start, identity) = (Instant::now(), Identity::of(request.headers()));
    // As it came: a HEAD goes on as a GET.
    let method = request.method().clone();
    let metrics = request.app_data::<Data<WorkerMetrics>>().cloned();
    let route = fallback::pattern(request.request());
    let answered = request_id::within(identity.clone(), next.call(request)).await;
    let seconds = start.elapsed().as_secs_f64();
    let (status, level, caller) = match &answered {
        Ok(response) => {
            let seen = response.request().extensions();
            let caller = seen.get::<CallerId>().cloned();
            // Answers out of memory are many and are counted; a line for each would cost more than the answer.
            let level = match seen.contains::<FromMemory>() {
                true => log::Level::Debug,
                false => log::Level::Info,
            };
            (response.status(), level, caller)
        }
        Err(fault) => {
            let status = fault.as_response_error().status_code();
            (status, log::Level::Info, None)
        }
    };
    let (status, route) = (status.as_u16(), route.as_deref().unwrap_or("-"));
    if let Some(metrics) = metrics {
        metrics.observe(&method, route, status, seconds);
    }
    Line {
        method: method.as_str(),
        route,
        status,
        seconds,
        key: caller.as_ref().map_or("-", |caller| &caller.0),
        identity: &identity,
    }
    .write(level);
    cut_off::amend(answered, |_, headers| {
        headers.insert(request_id::HEADER, identity.id);
    })
}

/// The same for a reader of a short link, as fast as can be: all count under one route, and the
/// redirects, of which there are many and whose visits are counted, have lines at `debug` alone.
pub async fn trace_reader(
    request: &HttpRequest,
    metrics: &WorkerMetrics,
    answering: impl Future<Output = HttpResponse>,
) -> HttpResponse {
    let (start, identity) = (Instant::now(), Identity::of(request.headers()));
    let mut response = request_id::within(identity.clone(), answering).await;
    let seconds = start.elapsed().as_secs_f64();
    let status = response.status();
    metrics.observe(request.method(), READERS, status.as_u16(), seconds);
    let level = match status.is_redirection() {
        true => log::Level::Debug,
        false => log::Level::Info,
    };
    Line {
        method: request.method().as_str(),
        route: READERS,
        status: status.as_u16(),
        seconds,
        key: "-",
        identity: &identity,
    }
    .write(level);
    response
        .headers_mut()
        .insert(request_id::HEADER, identity.id);
    response
}

/// The route under which readers of short links are counted.
pub const READERS: &str = "/{code}";

/// What the log says of a request.
struct Line<'a> {
    method: &'a str,
    route: &'a str,
    status: u16,
    seconds: f64,
    key: &'a str,
    identity: &'a Identity,
}

impl Line<'_> {
    fn write(&self, level: log::Level) {
        let Self {
            method,
            route,
            status,
            key,
            identity,
            ..
        } = self;
        log::log!(
            level,
            "event=request method={method} route={route} status={status} ms={:.3} key={key} {identity}",
            self.seconds * 1000.0,
        );
    }
}

//! One line per request.

use std::{sync::Arc, time::Instant};

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};

use super::{
    metrics::WorkerMetrics,
    request_id::{self, Identity},
};

/// The public half of the key that a request carries, for its line in the log.
#[derive(Clone, Debug)]
pub struct CallerId(pub String);

/// The operation that a request was answered for out of memory, before it was routed.
#[derive(Clone, Debug)]
pub struct FromMemory(pub Arc<str>);

/// Gives a request of the API its id, writes its line and counts it.
pub async fn trace(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let (start, identity) = (Instant::now(), Identity::of(request.headers()));
    // As it came: a HEAD goes on as a GET.
    let method = request.method().clone();
    let mut response = request_id::within(identity.clone(), next.call(request)).await?;
    let seconds = start.elapsed().as_secs_f64();
    let (request, status) = (response.request(), response.status().as_u16());
    let from_memory = request.extensions().get::<FromMemory>().cloned();
    // There are many, and they are counted; a line for each would cost more than the answer.
    let level = match from_memory {
        Some(_) => log::Level::Debug,
        None => log::Level::Info,
    };
    let route = match from_memory {
        Some(FromMemory(route)) => route,
        None => request.match_pattern().as_deref().unwrap_or("-").into(),
    };
    if let Some(metrics) = request.app_data::<Data<WorkerMetrics>>() {
        metrics.observe(&method, &route, status, seconds);
    }
    let caller = request.extensions().get::<CallerId>().cloned();
    Line {
        method: method.as_str(),
        route: &route,
        status,
        seconds,
        key: caller.as_ref().map_or("-", |caller| &caller.0),
        identity: &identity,
    }
    .write(level);
    response
        .headers_mut()
        .insert(request_id::HEADER, identity.id);
    Ok(response)
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

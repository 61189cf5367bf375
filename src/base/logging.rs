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
    cut_off::{self, CutOff},
    fallback,
    metrics::WorkerMetrics,
    request_id::{self, Identity},
};

/// The public half of the key that a request carries, for its line in the log.
#[derive(Clone, Debug)]
pub struct CallerId(pub String);

/// The operation that a request was answered for out of memory, before it was routed.
#[derive(Clone, Debug)]
pub struct FromMemory(pub Arc<str>);

/// By which operation a request was answered.
enum Route {
    Handled(Option<Arc<str>>),
    Remembered(FromMemory),
}

impl Route {
    fn of(request: &HttpRequest) -> Self {
        match request.extensions().get::<FromMemory>() {
            Some(from_memory) => Self::Remembered(from_memory.clone()),
            None => Self::Handled(fallback::pattern(request)),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Handled(route) => route.as_deref().unwrap_or("-"),
            Self::Remembered(FromMemory(route)) => route,
        }
    }

    /// Answers out of memory are many and are counted; a line for each would cost more than the answer.
    fn level(&self) -> log::Level {
        match self {
            Self::Handled(_) => log::Level::Info,
            Self::Remembered(_) => log::Level::Debug,
        }
    }
}

/// Gives a request of the API its id, writes its line and counts it.
pub async fn trace(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let (start, identity) = (Instant::now(), Identity::of(request.headers()));
    // As it came: a HEAD goes on as a GET.
    let method = request.method().clone();
    let metrics = request.app_data::<Data<WorkerMetrics>>().cloned();
    let answered = request_id::within(identity.clone(), next.call(request)).await;
    let seconds = start.elapsed().as_secs_f64();
    let (status, route, caller) = match &answered {
        Ok(response) => {
            let request = response.request();
            let caller = request.extensions().get::<CallerId>().cloned();
            (response.status(), Route::of(request), caller)
        }
        Err(fault) => {
            let cut_off = fault.as_error::<CutOff>();
            let route = cut_off.and_then(|cut_off| cut_off.route.clone());
            let status = fault.as_response_error().status_code();
            (status, Route::Handled(route), None)
        }
    };
    let status = status.as_u16();
    if let Some(metrics) = metrics {
        metrics.observe(&method, route.name(), status, seconds);
    }
    Line {
        method: method.as_str(),
        route: route.name(),
        status,
        seconds,
        key: caller.as_ref().map_or("-", |caller| &caller.0),
        identity: &identity,
    }
    .write(route.level());
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

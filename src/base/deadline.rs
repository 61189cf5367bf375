//! How many requests are worked on at once, and for how long.

use std::{cell::Cell, future::Ready, pin::pin, rc::Rc};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, ResponseError,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web::Data,
};
use tokio::time::{Instant, timeout_at};

use super::{
    cut_off::CutOff,
    error::{AppError, AppResult, Code},
    fallback::{self, Routes},
    limits::Limits,
    request_id,
};

/// In the signature of a handler that works on much at once, and may take `LONG_REQUEST_TIMEOUT_MS`.
pub struct LongRunning;

/// When the answer must have begun.
#[derive(Clone)]
struct Deadline(Rc<Cell<Instant>>);

impl FromRequest for LongRunning {
    type Error = AppError;
    type Future = Ready<AppResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let limits = request.app_data::<Data<Limits>>();
        if let (Some(limits), Some(deadline)) = (limits, request.extensions().get::<Deadline>()) {
            deadline
                .0
                .set(Instant::now() + limits.settings.long_request_timeout);
        }
        std::future::ready(Ok(Self))
    }
}

/// A request's place among those that are worked on.
struct Place {
    limits: Data<Limits>,
    is_answered: bool,
}

impl Place {
    /// A place; none if all are taken.
    fn take(limits: Data<Limits>) -> Option<Self> {
        let most = i64::from(limits.settings.max_requests);
        let place = Self {
            limits,
            is_answered: true,
        };
        (place.limits.active.inc() < most).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.limits.active.dec();
        if !self.is_answered {
            self.limits.abandoned.inc();
            log::info!("event=caller_gone{}", request_id::told());
        }
    }
}

/// Works on a request within its deadline, if there is a place for it.
///
/// Work that is cut off is dropped where it stands. So is the work for a caller who went away, by actix. What Postgres
/// does for it then is cancelled, except for look-ups, which end by the time limit of statements.
pub async fn hold(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let Some(limits) = Limits::of(&request) else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let Some(mut place) = Place::take(limits.clone()) else {
        limits.count("requests");
        let detail = "Too many requests are worked on. Try again in a moment.";
        let refusal = AppError::new(Code::Overloaded, detail).error_response();
        return Ok(request.into_response(refusal).map_into_right_body());
    };
    place.is_answered = false;
    let cut = Cut::of(&request);
    let end = Instant::now() + limits.settings.request_timeout;
    let deadline = Deadline(Rc::new(Cell::new(end)));
    request.extensions_mut().insert(deadline.clone());
    let answered = within(deadline, next.call(request)).await;
    place.is_answered = true;
    match answered {
        Some(answered) => Ok(answered?.map_into_left_body()),
        None => {
            limits.count("time");
            Err(cut.answer().into())
        }
    }
}

/// What comes of some work before its deadline, which may be moved meanwhile.
async fn within<T>(deadline: Deadline, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    loop {
        let end = deadline.0.get();
        match timeout_at(end, work.as_mut()).await {
            Ok(done) => return Some(done),
            Err(_) if deadline.0.get() > end => {}
            Err(_) => return None,
        }
    }
}

/// What has to be known of a request to answer it when it is no more.
struct Cut {
    method: Method,
    path: String,
    routes: Option<Data<Routes>>,
}

impl Cut {
    fn of(request: &ServiceRequest) -> Self {
        Self {
            method: request.method().clone(),
            path: fallback::path(request.request()).to_owned(),
            routes: request.app_data::<Data<Routes>>().cloned(),
        }
    }

    fn answer(self) -> CutOff {
        let detail = match self.method.is_safe() {
            true => "The answer took too long. Try again, or ask for less.",
            false => {
                "The work took too long, and it is not known whether it was done. Send the request again with its \
                 Idempotency-Key, or read what is there now."
            }
        };
        let refusal = AppError::new(Code::DeadlineExceeded, detail);
        let route = self.routes.as_ref();
        let route = route.and_then(|routes| routes.pattern(&self.path));
        CutOff::new(route, refusal.error_response())
    }
}

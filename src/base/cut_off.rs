//! Answers in the place of those that were cut off.

use std::{cell::RefCell, fmt, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    dev::ServiceResponse,
    http::{StatusCode, header::HeaderMap},
};

/// Changes the headers of what answers a request, also where it is the answer in the place of one that was cut off;
/// such an answer has no request any more.
pub fn amend<B>(
    answered: Result<ServiceResponse<B>, actix_web::Error>,
    change: impl FnOnce(Option<&HttpRequest>, &mut HeaderMap),
) -> Result<ServiceResponse<B>, actix_web::Error> {
    match answered {
        Ok(mut response) => {
            let request = response.request().clone();
            change(Some(&request), response.headers_mut());
            Ok(response)
        }
        Err(fault) => {
            if let Some(cut) = fault.as_error::<CutOff>() {
                change(None, cut.response.borrow_mut().headers_mut());
            }
            Err(fault)
        }
    }
}

/// An answer in the place of one that was cut off: the request went with the work on it.
#[derive(Debug)]
pub struct CutOff {
    /// The pattern of the request's path.
    pub route: Option<Arc<str>>,
    response: RefCell<HttpResponse>,
}

impl CutOff {
    /// The answer to a request on a route.
    pub fn new(route: Option<Arc<str>>, response: HttpResponse) -> Self {
        Self {
            route,
            response: RefCell::new(response),
        }
    }
}

impl fmt::Display for CutOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer was cut off")
    }
}

impl ResponseError for CutOff {
    fn status_code(&self) -> StatusCode {
        self.response.borrow().status()
    }

    fn error_response(&self) -> HttpResponse {
        let taken = HttpResponse::new(StatusCode::GATEWAY_TIMEOUT);
        self.response.replace(taken)
    }
}

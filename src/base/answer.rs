//! Answers with their caching rules and entity tags.

use std::{cell::RefCell, fmt};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError,
    dev::ServiceResponse,
    http::StatusCode,
    http::header::{self, HeaderMap},
};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    context::Context,
    error::{AppError, AppResult},
    etag,
};

/// How an answer may be reused by caches.
#[derive(Clone, Debug)]
pub struct Answer {
    cache_control: String,
    language: Option<String>,
}

impl Answer {
    /// An answer that everybody gets: caches may keep it for a while, unless the deployment is closed
    /// to the public.
    pub fn public(context: &Context) -> Self {
        if !context.config.public_read {
            return Self::private();
        }
        let (max_age, stale) = (context.config.cache_max_age_s, context.config.cache_stale_s);
        Self::of(format!(
            "public, max-age={max_age}, stale-while-revalidate={stale}"
        ))
    }

    /// An answer that everybody gets until this moment, when time alone changes it: no cache keeps it longer.
    pub fn public_until(context: &Context, end: Option<DateTime<Utc>>) -> Self {
        let Some(end) = end.filter(|_| context.config.public_read) else {
            return Self::public(context);
        };
        let left = u32::try_from((end - context.clock.now()).num_seconds()).unwrap_or_default();
        let max_age = left.min(context.config.cache_max_age_s);
        let stale = (left - max_age).min(context.config.cache_stale_s);
        Self::of(format!(
            "public, max-age={max_age}, stale-while-revalidate={stale}"
        ))
    }

    /// An answer that needed a key: no cache keeps it.
    pub fn private() -> Self {
        Self::of("private, no-store".to_owned())
    }

    fn of(cache_control: String) -> Self {
        Self {
            cache_control,
            language: None,
        }
    }

    /// The same in a language, if it is known which.
    pub fn in_language(self, language: Option<&str>) -> Self {
        Self {
            language: language.map(str::to_owned),
            ..self
        }
    }

    /// An answer of status 200 with the caching rules, to be finished by the caller.
    pub fn builder(&self) -> HttpResponseBuilder {
        self.build(StatusCode::OK)
    }

    fn build(&self, status: StatusCode) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CACHE_CONTROL, self.cache_control.as_str()));
        response.insert_header((header::VARY, "Authorization, Accept, Accept-Language"));
        if let Some(language) = &self.language {
            response.insert_header((header::CONTENT_LANGUAGE, language.as_str()));
        }
        response
    }

    /// One resource with its entity tag; 304 if the caller of a read has it already.
    pub fn resource(
        &self,
        request: &HttpRequest,
        version: i32,
        view: &impl Serialize,
    ) -> AppResult<HttpResponse> {
        let body = serde_json::to_vec(view).map_err(|fault| AppError::internal(&fault))?;
        let tag = etag::of(version, &body);
        let is_read = matches!(request.method().as_str(), "GET" | "HEAD");
        let is_known = is_read && etag::is_known(request, &tag);
        let mut response = self.build(if is_known {
            StatusCode::NOT_MODIFIED
        } else {
            StatusCode::OK
        });
        response.insert_header((header::ETAG, tag));
        if is_known {
            return Ok(response.finish());
        }
        Ok(response.content_type("application/json").body(body))
    }

    /// A resource that has just been made.
    pub fn created(&self, location: &str, version: i32, view: &impl Serialize) -> HttpResponse {
        let body = serde_json::to_vec(view).unwrap_or_default();
        self.build(StatusCode::CREATED)
            .insert_header((header::LOCATION, location))
            .insert_header((header::ETAG, etag::of(version, &body)))
            .content_type("application/json")
            .body(body)
    }
}

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
    /// The route of the request.
    pub route: String,
    response: RefCell<HttpResponse>,
}

impl CutOff {
    /// The answer to a request on a route.
    pub fn new(route: String, response: HttpResponse) -> Self {
        Self {
            route,
            response: RefCell::new(response),
        }
    }
}

impl fmt::Display for CutOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was cut off", self.route)
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

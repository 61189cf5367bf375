//! Answers with their caching rules and entity tags.

use std::sync::OnceLock;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web::Bytes,
};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    coding,
    context::Context,
    error::{AppError, AppResult},
    etag,
};

/// What an answer depends on besides the path and the query. No cache may hold against a position what it kept before.
const VARY: HeaderValue = HeaderValue::from_static(
    "Authorization, Accept, Accept-Language, Accept-Encoding, Dateline-Position",
);

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// How an answer may be reused by caches.
#[derive(Clone, Debug)]
pub struct Answer {
    cache_control: HeaderValue,
    language: Option<HeaderValue>,
}

impl Answer {
    /// An answer that everybody gets: caches may keep it for a while, unless the deployment is closed
    /// to the public.
    pub fn public(context: &Context) -> Self {
        if !context.config.public_read {
            return Self::private();
        }
        let (max_age, stale) = (context.config.cache_max_age_s, context.config.cache_stale_s);
        Self::fresh_for(max_age, stale)
    }

    /// An answer that everybody gets until this moment, when time alone changes it: no cache keeps it longer.
    pub fn public_until(context: &Context, end: Option<DateTime<Utc>>) -> Self {
        let Some(end) = end.filter(|_| context.config.public_read) else {
            return Self::public(context);
        };
        let left = u32::try_from((end - context.clock.now()).num_seconds()).unwrap_or_default();
        let max_age = left.min(context.config.cache_max_age_s);
        let stale = (left - max_age).min(context.config.cache_stale_s);
        Self::fresh_for(max_age, stale)
    }

    fn fresh_for(max_age: u32, stale: u32) -> Self {
        let rule = format!("public, max-age={max_age}, stale-while-revalidate={stale}");
        HeaderValue::try_from(rule).map_or_else(|_| Self::private(), Self::of)
    }

    /// An answer that needed a key: no cache keeps it.
    pub fn private() -> Self {
        Self::of(HeaderValue::from_static("private, no-store"))
    }

    fn of(cache_control: HeaderValue) -> Self {
        Self {
            cache_control,
            language: None,
        }
    }

    /// The same in a language, if it is known which.
    pub fn in_language(self, language: Option<&str>) -> Self {
        Self {
            language: language.and_then(|tag| HeaderValue::from_str(tag).ok()),
            ..self
        }
    }

    /// An answer of status 200 with the caching rules, to be finished by the caller.
    pub fn builder(&self) -> HttpResponseBuilder {
        self.build(StatusCode::OK)
    }

    fn build(&self, status: StatusCode) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CACHE_CONTROL, self.cache_control.clone()));
        response.insert_header((header::VARY, VARY));
        if let Some(language) = &self.language {
            response.insert_header((header::CONTENT_LANGUAGE, language.clone()));
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
        Ok(self.finish(version, view)?.respond(request))
    }

    /// One resource with its entity tag, ready to be answered again and again.
    pub fn finish(&self, version: i32, view: &impl Serialize) -> AppResult<Finished> {
        let body = serde_json::to_vec(view).map_err(|fault| AppError::internal(&fault))?;
        let tag = HeaderValue::try_from(etag::of(version, &body));
        Ok(Finished {
            answer: self.clone(),
            tag: tag.map_err(|fault| AppError::internal(&fault))?,
            body: body.into(),
            compressed: OnceLock::new(),
        })
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

/// A resource as it is sent.
#[derive(Debug)]
pub struct Finished {
    answer: Answer,
    tag: HeaderValue,
    body: Bytes,
    /// The body for callers who take it compressed, made for the first of them.
    compressed: OnceLock<Option<Bytes>>,
}

impl Finished {
    /// The resource; 304 if the caller of a read has it already.
    pub fn respond(&self, request: &HttpRequest) -> HttpResponse {
        self.respond_by(request, &self.answer)
    }

    /// The same at another moment, when other caching rules hold.
    pub fn respond_by(&self, request: &HttpRequest, answer: &Answer) -> HttpResponse {
        let is_read = matches!(request.method().as_str(), "GET" | "HEAD");
        if let Some(tag) = is_read.then(|| etag::known(request, &self.tag)).flatten() {
            let mut response = answer.build(StatusCode::NOT_MODIFIED);
            return response.insert_header((header::ETAG, tag)).finish();
        }
        let mut response = answer.build(StatusCode::OK);
        response
            .insert_header((header::ETAG, self.tag.clone()))
            .insert_header((header::CONTENT_TYPE, JSON));
        let is_small = self.body.len() < coding::MIN_BYTES;
        if is_small || !coding::accepts_gzip(request) {
            return response.body(self.body.clone());
        }
        let compressed = self
            .compressed
            .get_or_init(|| coding::gzip(&self.body).ok());
        match compressed {
            None => response.body(self.body.clone()),
            Some(compressed) => {
                let mut response = response.body(compressed.clone());
                coding::mark(response.headers_mut());
                response
            }
        }
    }

    /// Memory that it takes, in bytes, about: what it is compressed to is about a third.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.tag.len() + self.body.len() * 4 / 3
    }
}

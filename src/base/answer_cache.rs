//! Finished answers that everybody gets, out of memory.

use std::sync::Arc;

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderMap},
    },
    middleware::Next,
    web::Data,
};
use chrono::{DateTime, Utc};
use prometheus_client::{metrics::counter::Counter, registry::Registry};

use super::{
    accept_language,
    answer::{Answer, Finished},
    basis::Basis,
    cache::{Cache, Keep},
    coherence::Coherence,
    config::Config,
    context::Context,
    fallback,
    logging::FromMemory,
    position,
};

/// Answers by what was asked for; clones share them.
#[derive(Clone)]
pub struct AnswerCache(Arc<Shared>);

struct Shared {
    cache: Cache<Kept>,
    coherence: Coherence,
    hits: Counter,
    misses: Counter,
}

/// An answer, and for how long it stands.
struct Kept {
    finished: Finished,
    /// The operation that it answers.
    route: FromMemory,
    /// When time alone changes it.
    until: Option<DateTime<Utc>>,
    basis: Basis,
}

impl Keep for Kept {
    fn basis(&self) -> &Basis {
        &self.basis
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + self.finished.bytes() + self.basis.bytes()
    }
}

impl AnswerCache {
    /// Nothing known yet.
    pub fn new(config: &Config, coherence: &Coherence) -> Self {
        Self(Arc::new(Shared {
            cache: Cache::new(config.answer_cache_bytes, coherence),
            coherence: coherence.clone(),
            hits: Counter::default(),
            misses: Counter::default(),
        }))
    }

    /// Adds how answers are found to the metrics.
    pub fn register(&self, registry: &mut Registry) {
        let Shared { hits, misses, .. } = &*self.0;
        let help = "Reads that were answered out of memory";
        registry.register("answer_cache_hits", help, hits.clone());
        let help = "Reads that could have been, and were not";
        registry.register("answer_cache_misses", help, misses.clone());
    }

    /// The answer to a request, if it is in memory and stands.
    fn find(&self, request: &HttpRequest, now: DateTime<Utc>) -> Option<Arc<Kept>> {
        let headers = request.headers();
        let can_answer = self.0.coherence.is_listening()
            && !must_read_through(headers)
            && fallback::accepts(headers, fallback::JSON);
        let kept = can_answer.then(|| self.0.cache.get(&name_of(request)?));
        let kept = kept
            .flatten()
            .filter(|kept| kept.until.is_none_or(|end| now < end));
        let counter = if kept.is_some() {
            &self.0.hits
        } else {
            &self.0.misses
        };
        counter.inc();
        kept
    }
}

/// Answers a request, and keeps the answer for all who ask for the same: everybody would get it until this moment.
pub fn share(
    request: &HttpRequest,
    finished: Finished,
    until: Option<DateTime<Utc>>,
    basis: Basis,
) -> HttpResponse {
    let response = finished.respond(request);
    let answers = request.app_data::<Data<AnswerCache>>();
    if let (Some(answers), Some(name), Some(route)) =
        (answers, name_of(request), fallback::pattern(request))
    {
        let route = FromMemory(route);
        let kept = Kept {
            finished,
            route,
            until,
            basis,
        };
        answers.0.cache.keep(name, Arc::new(kept));
    }
    response
}

/// What a request asks for, if everybody may be answered the same: what a key is shown for is nobody else's.
fn name_of(request: &HttpRequest) -> Option<String> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let headers = request.headers();
    let path = fallback::path(request);
    let is_shared = is_read
        && (path.starts_with("/v1/articles/") || path.starts_with("/v1/tags/"))
        && !headers.contains_key(header::AUTHORIZATION);
    if !is_shared {
        return None;
    }
    // As they are understood: there are many ways to write the same wish.
    let languages = accept_language::preferred(request, None).unwrap_or_default();
    let languages = languages.tags().join(",");
    Some([path, "?", request.query_string(), "\n", &languages].concat())
}

/// Whether the caller wants what the database says now, or what another instance may have written a moment ago. Source:
/// RFC 9111 §5.2.1.4.
fn must_read_through(headers: &HeaderMap) -> bool {
    if headers.contains_key(position::HEADER) {
        return true;
    }
    let mut rules = headers.get_all(header::CACHE_CONTROL);
    rules.any(|rule| {
        let rule = rule.to_str().unwrap_or_default().to_ascii_lowercase();
        rule.contains("no-cache") || rule.contains("no-store")
    })
}

/// Answers out of memory what can be, before anything else is done.
pub async fn answer_from_memory(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, actix_web::Error> {
    match kept_answer(request.request()) {
        Some(response) => Ok(request.into_response(response).map_into_right_body()),
        None => Ok(next.call(request).await?.map_into_left_body()),
    }
}

fn kept_answer(request: &HttpRequest) -> Option<HttpResponse> {
    let context = request.app_data::<Data<Context>>()?;
    let answers = request.app_data::<Data<AnswerCache>>()?;
    let kept = answers.find(request, context.clock.now())?;
    request.extensions_mut().insert(kept.route.clone());
    let finished = &kept.finished;
    Some(match kept.until {
        None => finished.respond(request),
        // The nearer the end, the shorter caches may keep it.
        until => finished.respond_by(request, &Answer::public_until(context, until)),
    })
}

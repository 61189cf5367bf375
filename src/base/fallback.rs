//! What answers when no handler does: unknown paths, wrong methods, HEAD, `Accept`.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use utoipa::openapi::{OpenApi, PathItem, RefOr};

use super::error::{AppError, Code};

/// The paths of a listener and the methods that each offers, out of its OpenAPI document: what is
/// documented and what is answered cannot differ.
pub struct Routes {
    /// The more specific first: of two patterns that one path matches, the first counts.
    all: Vec<Route>,
}

struct Route {
    pattern: Arc<str>,
    /// Its segments; a variable is none.
    shape: Vec<Option<String>>,
    methods: Vec<Method>,
    /// Media types of what is answered instead of JSON.
    kinds: Vec<String>,
    /// Whether a less specific pattern would take what this one does not offer.
    is_contested: bool,
}

impl Routes {
    /// The routes of a document.
    pub fn of(document: &OpenApi) -> Self {
        let paths = document.paths.paths.iter();
        let mut all: Vec<Route> = paths
            .map(|(path, item)| Route {
                kinds: kinds(item),
                ..Route::new(path, methods(item))
            })
            .collect();
        all.sort_by_key(|route| route.shape.iter().map(Option::is_none).collect::<Vec<_>>());
        for index in 0..all.len() {
            let (route, rest) = (&all[index], &all[index + 1..]);
            let is_contested = rest.iter().any(|other| route.overlaps(other));
            all[index].is_contested = is_contested;
        }
        Self { all }
    }

    /// The routes with pages that no document describes.
    #[must_use]
    pub fn with_pages(mut self, paths: &[&str]) -> Self {
        let page = |path: &&str| Route::new(path, vec![Method::GET, Method::HEAD]);
        self.all.extend(paths.iter().map(page));
        self
    }

    /// The pattern that a path matches.
    pub fn pattern(&self, path: &str) -> Option<Arc<str>> {
        self.find(path).map(|route| Arc::clone(&route.pattern))
    }

    /// The methods that the path offers; none for an unknown path.
    fn allowed(&self, path: &str) -> &[Method] {
        self.find(path).map_or(&[], |route| &route.methods)
    }

    fn find(&self, path: &str) -> Option<&Route> {
        let segments: Vec<&str> = path.split('/').collect();
        self.all.iter().find(|route| route.matches(&segments))
    }
}

impl Route {
    fn new(path: &str, methods: Vec<Method>) -> Self {
        let literal = |segment: &str| (!segment.starts_with('{')).then(|| segment.to_owned());
        Self {
            pattern: path.into(),
            shape: path.split('/').map(literal).collect(),
            methods,
            kinds: Vec::new(),
            is_contested: false,
        }
    }

    /// Segment by segment, and from the end, where patterns differ: every request is held against all of them, and a
    /// regular expression for each would take a tenth of the time for an article.
    fn matches(&self, segments: &[&str]) -> bool {
        let fits = |(wanted, segment): (&Option<String>, &&str)| match wanted {
            Some(word) => word == segment,
            None => !segment.is_empty(),
        };
        self.shape.len() == segments.len() && self.shape.iter().zip(segments).rev().all(fits)
    }

    /// Whether there are paths that both patterns match.
    fn overlaps(&self, other: &Self) -> bool {
        let mut segments = self.shape.iter().zip(&other.shape);
        self.shape.len() == other.shape.len()
            && segments.all(|(one, other)| one.is_none() || other.is_none() || one == other)
    }
}

fn methods(item: &PathItem) -> Vec<Method> {
    let offered = [
        (Method::GET, item.get.is_some()),
        (Method::HEAD, item.get.is_some() || item.head.is_some()),
        (Method::POST, item.post.is_some()),
        (Method::PUT, item.put.is_some()),
        (Method::PATCH, item.patch.is_some()),
        (Method::DELETE, item.delete.is_some()),
        (Method::OPTIONS, item.options.is_some()),
    ];
    offered
        .into_iter()
        .filter_map(|(method, is_offered)| is_offered.then_some(method))
        .collect()
}

/// What the API offers, unlike health, metrics and the document.
const API: &str = "/v1/";

/// The path that routes are matched against, in which an encoded letter is a letter. Who decides by the path as it was
/// sent is got round by encoding one.
pub fn path(request: &HttpRequest) -> &str {
    request.match_info().as_str()
}

/// The pattern that the path of a request matches, by which its operation is known.
pub fn pattern(request: &HttpRequest) -> Option<Arc<str>> {
    request.app_data::<Data<Routes>>()?.pattern(path(request))
}

/// Whether a request is one of the API's own.
pub fn is_of_api(request: &HttpRequest) -> bool {
    path(request).starts_with(API)
}

/// The kind of nearly all answers.
pub const JSON: &str = "application/json";

/// What a path answers that answers no JSON.
fn kinds(item: &PathItem) -> Vec<String> {
    let ok = item.get.as_ref();
    let ok = ok.and_then(|operation| operation.responses.responses.get("200"));
    let Some(RefOr::T(response)) = ok else {
        return Vec::new();
    };
    let kinds = response.content.keys();
    kinds.filter(|kind| *kind != JSON).cloned().collect()
}

/// Answers what no route of the API answers: 405 with `Allow` on a known path, else 404.
pub fn answer(request: &HttpRequest, routes: &Routes) -> HttpResponse {
    match routes.allowed(path(request)) {
        [] => {
            let detail = "No such path. The document at /openapi.json lists all.";
            AppError::new(Code::NotFound, detail).error_response()
        }
        allowed => not_allowed(request.method(), allowed).error_response(),
    }
}

fn not_allowed(method: &Method, allowed: &[Method]) -> AppError {
    let allowed: Vec<&str> = allowed.iter().map(Method::as_str).collect();
    let allow = allowed.join(", ");
    let detail = format!("{method} is not offered here, but {allow}.");
    AppError::new(Code::MethodNotAllowed, detail).header(header::ALLOW, allow)
}

/// Lets HEAD follow GET: the handler sees a GET, and the connection, which remembers the method it
/// read, sends the headers alone.
pub async fn head_follows_get(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await
}

/// Refuses what no handler should see: a method that a path does not offer where another path's
/// variable would take its last word for a name, a caller who accepts no JSON, and a position that is none.
pub async fn refuse_early(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    // An answer and not an error, which would pass by the middleware that knows the request's id.
    if let Some(refusal) = refusal(request.request()) {
        let response = request.into_response(refusal.error_response());
        return Ok(response.map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

fn refusal(request: &HttpRequest) -> Option<AppError> {
    if !is_of_api(request) {
        return None;
    }
    let routes = request.app_data::<Data<Routes>>();
    let route = routes.and_then(|routes| routes.find(path(request)));
    if let Some(route) = route.filter(|route| route.is_contested)
        && !route.methods.contains(request.method())
    {
        return Some(not_allowed(request.method(), &route.methods));
    }
    let kinds = route.map_or(&[][..], |route| &route.kinds);
    let kinds: Vec<&str> = match kinds {
        [] => vec![JSON],
        kinds => kinds.iter().map(String::as_str).collect(),
    };
    if kinds.iter().any(|kind| accepts(request.headers(), kind)) {
        return None;
    }
    let detail = format!("Answers here are {}.", kinds.join(", "));
    Some(AppError::new(Code::NotAcceptable, detail))
}

/// Whether a caller takes an answer of this kind. Source: RFC 9110 §12.5.1.
pub fn accepts(headers: &HeaderMap, kind: &str) -> bool {
    let mut ranges = headers.get_all(header::ACCEPT).peekable();
    let is_open = ranges.peek().is_none();
    let admits = |ranges: &HeaderValue| ranges.to_str().is_ok_and(|ranges| admits(ranges, kind));
    is_open || ranges.any(admits)
}

fn admits(ranges: &str, offered: &str) -> bool {
    ranges.split(',').any(|range| {
        let (kind, parameters) = range.split_once(';').unwrap_or((range, ""));
        let mut parameters = parameters.split(';').map(str::trim);
        let mut quality = || parameters.find_map(|it| it.strip_prefix("q=")?.parse::<f32>().ok());
        is_meant(kind.trim(), offered) && quality().is_none_or(|quality| quality > 0.0)
    })
}

/// Whether a kind or a range of kinds covers what is offered, or the problems that are answered instead.
fn is_meant(kind: &str, offered: &str) -> bool {
    let is = |other: &str| kind.eq_ignore_ascii_case(other);
    let is_of_type = || {
        let of_type = kind.strip_suffix("/*").zip(offered.split_once('/'));
        of_type.is_some_and(|(kind, (of, _))| kind.eq_ignore_ascii_case(of))
    };
    ["", "*/*", offered, "application/problem+json"]
        .into_iter()
        .any(is)
        || is_of_type()
}

#[cfg(test)]
mod tests {
    use utoipa::openapi::{HttpMethod, Paths, path::Operation};

    use super::*;

    #[test]
    fn a_word_of_a_path_counts_before_a_variable() {
        let mut paths = Paths::new();
        for (path, method) in [
            ("/things/{id}", HttpMethod::Delete),
            ("/things/newest", HttpMethod::Get),
            ("/things/{id}/parts", HttpMethod::Put),
        ] {
            paths.add_path_operation(path, vec![method], Operation::new());
        }
        let routes = Routes::of(&OpenApi::new(Default::default(), paths));

        assert_eq!(
            routes.allowed("/things/newest"),
            [Method::GET, Method::HEAD]
        );
        assert_eq!(routes.allowed("/things/7"), [Method::DELETE]);
        assert!(routes.allowed("/things").is_empty());
        assert!(routes.allowed("/things/").is_empty());
        let pattern = routes.pattern("/things/7/parts");
        assert_eq!(pattern.as_deref(), Some("/things/{id}/parts"));
        let is_contested = |path| routes.find(path).map(|route| route.is_contested);
        assert_eq!(is_contested("/things/newest"), Some(true));
        assert_eq!(is_contested("/things/7"), Some(false));
        assert_eq!(is_contested("/things/7/parts"), Some(false));
    }

    #[test]
    fn accept_is_read_by_range_and_quality() {
        for good in [
            "*/*",
            "application/json",
            "text/html, application/*;q=0.1",
            "text/html,*/*;q=0.8",
        ] {
            assert!(admits(good, JSON), "{good}");
        }
        assert!(admits("application/x-ndjson", "application/x-ndjson"));
        assert!(admits("text/*", "text/csv"));
        for bad in [
            "application/x-ndjson",
            "text/html",
            "application/json;q=0",
            "image/*",
        ] {
            assert!(!admits(bad, JSON), "{bad}");
        }
    }
}

//! The answers of the public listener.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};

use super::{entry::Ready, page, preview::Preview};

/// What the public listener offers.
pub const ALLOW: &str = "GET, HEAD, OPTIONS";

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
);
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NOINDEX: HeaderValue = HeaderValue::from_static("noindex");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const PRIVATE_NO_STORE: HeaderValue = HeaderValue::from_static("private, no-store");
const BRIEFLY: HeaderValue = HeaderValue::from_static("public, max-age=10");
const A_MINUTE: HeaderValue = HeaderValue::from_static("public, max-age=60");

fn answer(
    status: StatusCode,
    content_type: HeaderValue,
    cache_control: HeaderValue,
) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::CONTENT_TYPE, content_type))
        .insert_header((header::CACHE_CONTROL, cache_control))
        .insert_header((ROBOTS, NOINDEX));
    response
}

/// A page that somebody sees: it loads nothing and is in nobody's frame.
fn html(status: StatusCode, cache_control: HeaderValue) -> HttpResponseBuilder {
    let mut response = answer(status, HTML, cache_control);
    response
        .insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, NOSNIFF));
    response
}

/// Leads the reader on. `canonical` is the target without what the reader's query added to it.
pub fn found(status: StatusCode, ready: &Ready, canonical: &HeaderValue) -> HttpResponse {
    answer(status, HTML, PRIVATE_NO_STORE)
        .insert_header((header::LOCATION, ready.location.clone()))
        .insert_header((header::LINK, canonical.clone()))
        .body(ready.page.clone())
}

/// A code that leads nowhere that anybody may know of; to where the domain sends its readers then, or
/// nowhere.
pub fn unknown(elsewhere: Option<&str>) -> HttpResponse {
    match elsewhere {
        Some(address) => sent_elsewhere(address),
        None => html(StatusCode::NOT_FOUND, NO_STORE).body(page::unknown()),
    }
}

/// Sends a reader who named no link to a page of the domain's owner.
pub fn sent_elsewhere(address: &str) -> HttpResponse {
    match Ready::new(address.to_owned()) {
        Some(ready) => html(StatusCode::FOUND, NO_STORE)
            .insert_header((header::LOCATION, ready.location))
            .body(ready.page),
        None => no_code(&[]),
    }
}

/// What no link can be named after, with links that may have been meant. The database is not asked,
/// and caches may remember it for a while.
pub fn no_code(suggestions: &[String]) -> HttpResponse {
    let page = page::not_found(suggestions.iter().map(String::as_str));
    html(StatusCode::NOT_FOUND, BRIEFLY).body(page)
}

/// A code that led somewhere.
pub fn gone(replacement: Option<&str>) -> HttpResponse {
    let page = replacement.map_or_else(page::gone, page::replaced);
    html(StatusCode::GONE, A_MINUTE).body(page)
}

/// A code whose story may not be shown. Source: RFC 7725.
pub fn blocked() -> HttpResponse {
    html(StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS, A_MINUTE).body(page::blocked())
}

/// What is behind a code, as a page or as JSON. What it says may change at any moment.
pub fn preview(preview: &Preview, is_json: bool) -> HttpResponse {
    let mut response = html(StatusCode::OK, PRIVATE_NO_STORE);
    response.insert_header((header::VARY, "Accept"));
    if is_json {
        response.insert_header((header::CONTENT_TYPE, "application/json"));
        return response.json(preview);
    }
    response.body(page::preview(preview))
}

/// A QR code.
pub fn image(content_type: &'static str, image: Vec<u8>) -> HttpResponse {
    let content_type = HeaderValue::from_static(content_type);
    answer(StatusCode::OK, content_type, PRIVATE_NO_STORE).body(image)
}

/// A request that says what nobody can make sense of.
pub fn bad_request(sentence: &str) -> HttpResponse {
    html(StatusCode::BAD_REQUEST, NO_STORE).body(page::bad_request(sentence))
}

/// Whatever the cause was, it is in the log; a reader can only try again.
pub fn unavailable() -> HttpResponse {
    html(StatusCode::SERVICE_UNAVAILABLE, NO_STORE)
        .insert_header((header::RETRY_AFTER, "2"))
        .body(page::unavailable())
}

/// The methods that there are.
pub fn options() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((header::ALLOW, ALLOW))
        .finish()
}

/// Another method.
pub fn not_allowed() -> HttpResponse {
    html(StatusCode::METHOD_NOT_ALLOWED, NO_STORE)
        .insert_header((header::ALLOW, ALLOW))
        .body(page::not_allowed())
}

/// Whether a program asks for JSON.
pub fn accepts_json(request: &HttpRequest) -> bool {
    let accept = request.headers().get_all(header::ACCEPT);
    let accept = accept.filter_map(|value| value.to_str().ok());
    super::preview::Form::choose(accept) == super::preview::Form::Json
}

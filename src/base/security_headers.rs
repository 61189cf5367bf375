//! What answers of the API tell browsers to keep to.
//!
//! `Strict-Transport-Security` is not among it: whoever ends TLS knows whether the host is never without it.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Of data: nothing in it is run, loaded or framed.
const OF_DATA: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Of Swagger UI: it loads its own files, asks this host, and sets styles and small pictures by itself.
const OF_DOCS: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// Adds them to the answer for a path; `is_shared` says whether pages of other sites may read it.
pub fn write(headers: &mut HeaderMap, is_docs: bool, is_shared: bool) {
    let policy = if is_docs { OF_DOCS } else { OF_DATA };
    let readers = if is_shared {
        "cross-origin"
    } else {
        "same-origin"
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static(readers));
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

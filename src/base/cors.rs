//! Calls from pages of other sites, in a browser. Source: the Fetch standard, "CORS protocol".
//!
//! Written here and not taken from actix-cors, which refuses with plain text instead of a problem.

use std::str::FromStr;

use actix_web::{
    HttpResponse,
    dev::ServiceRequest,
    http::{
        Method,
        header::{self, HeaderMap, HeaderValue},
    },
};

use super::url::HttpUrl;

/// What a page may ask for.
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";

/// What a page may send, besides what it always may.
const ACCEPTED: &str = "Authorization, Cache-Control, Content-Type, Dateline-Position, Idempotency-Key, If-Match, \
                        If-None-Match, X-Request-Id, traceparent, tracestate";

/// What a page may read, besides what it always may.
const SHOWN: &str = "Dateline-Position, ETag, Link, Location, Retry-After, X-Request-Id, Idempotent-Replayed, RateLimit, \
                     RateLimit-Policy, WWW-Authenticate, Allow, Accept-Patch, Accept-Post";

/// For how many seconds a browser need not ask again; more than two hours Chromium does not keep.
const MAX_AGE: &str = "7200";

/// The sites whose pages may call. They are never given the browser's own credentials: a key is in a header that a
/// page sends itself.
#[derive(Clone, Debug)]
pub enum Origins {
    /// Pages of every site.
    Any,
    /// Pages of these, each a scheme and a host.
    Some(Vec<String>),
}

impl FromStr for Origins {
    type Err = String;

    fn from_str(list: &str) -> Result<Self, String> {
        if list == "*" {
            return Ok(Self::Any);
        }
        let origins = list
            .split(',')
            .map(str::trim)
            .filter(|origin| !origin.is_empty());
        let checked = origins.map(|origin| {
            let url = HttpUrl::parse(origin).map_err(|fault| format!("{origin} {fault}"))?;
            let written = url.encoded().trim_end_matches('/');
            match written.split_once("://") {
                // As browsers write it: in lower case, without the port that is usual.
                Some((_, host)) if host == url.authority() => Ok(written.to_owned()),
                _ => Err(format!(
                    "{origin} must be a scheme and a host, without a path"
                )),
            }
        });
        checked.collect::<Result<_, _>>().map(Self::Some)
    }
}

/// What the answer to a page says of it.
pub struct Consent {
    /// The page's site, if it may call.
    origin: Option<HeaderValue>,
    /// Whether another site would get another answer.
    depends: bool,
}

impl Origins {
    /// What the answer to a request says of the page that sends it, if it is one.
    pub fn consent(&self, headers: &HeaderMap) -> Consent {
        let origin = headers.get(header::ORIGIN);
        match self {
            Self::Any => Consent {
                origin: origin.map(|_| HeaderValue::from_static("*")),
                depends: false,
            },
            Self::Some(known) => {
                let is_known = |origin: &&HeaderValue| {
                    known.iter().any(|it| it.as_bytes() == origin.as_bytes())
                };
                Consent {
                    origin: origin.filter(is_known).cloned(),
                    depends: true,
                }
            }
        }
    }
}

/// Whether a browser asks what a page may do, before the page's own request.
pub fn is_preflight(request: &ServiceRequest) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ORIGIN)
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

impl Consent {
    /// What a browser is told before a page's own request. One that may not call is told nothing, and refuses it.
    pub fn preflight(&self) -> HttpResponse {
        let mut response = HttpResponse::NoContent();
        if self.origin.is_some() {
            response
                .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS))
                .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, ACCEPTED))
                .insert_header((header::ACCESS_CONTROL_MAX_AGE, MAX_AGE));
        }
        response.finish()
    }

    /// Tells the browser whether it may show the answer to the page.
    pub fn write(self, headers: &mut HeaderMap) {
        if self.depends {
            headers.append(header::VARY, HeaderValue::from_static("Origin"));
        }
        if let Some(origin) = self.origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            let shown = HeaderValue::from_static(SHOWN);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, shown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_and_a_host_as_browsers_write_it() {
        let Ok(Origins::Some(read)) = "https://Site.example, http://localhost:3000/".parse() else {
            unreachable!("a list");
        };
        assert_eq!(read, ["https://site.example", "http://localhost:3000"]);
        assert!(matches!("*".parse(), Ok(Origins::Any)));
        for wrong in [
            "site.example",
            "https://site.example/path",
            "*, https://a.example",
        ] {
            assert!(wrong.parse::<Origins>().is_err(), "{wrong}");
        }
    }
}

//! What answers when no handler does: unknown paths, wrong methods, HEAD, `Accept`.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    body::MessageBody,
    dev::{ResourceDef, ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::Next,
};
use utoipa::openapi::{OpenApi, PathItem};

use super::error::{AppError, Code};

/// The paths of a listener and the methods that each offers, out of its OpenAPI document: what is
/// documented and what is answered cannot differ.
pub struct Routes(Vec<(ResourceDef, Vec<Method>)>);

impl Routes {
    /// The routes of a document.
    pub fn of(document: &OpenApi) -> Self {
        let paths = document.paths.paths.iter();
        Self(
            paths
                .map(|(path, item)| (ResourceDef::new(path.as_str()), methods(item)))
                .collect(),
        )
    }

    /// The methods that the path offers; empty for an unknown path.
    pub fn allowed(&self, path: &str) -> Vec<Method> {
        let mut allowed = Vec::new();
        for (_, methods) in self.0.iter().filter(|(pattern, _)| pattern.is_match(path)) {
            allowed.extend(
                methods
                    .iter()
                    .filter(|method| !allowed.contains(*method))
                    .cloned()
                    .collect::<Vec<_>>(),
            );
        }
        allowed
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

/// The `Allow` header of these methods.
pub fn allow(methods: &[Method]) -> String {
    methods
        .iter()
        .map(Method::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Answers what no route of the API answers: 405 with `Allow` on a known path, else 404.
pub fn answer(request: &HttpRequest, routes: &Routes) -> HttpResponse {
    let allowed = routes.allowed(request.path());
    if allowed.is_empty() {
        let detail = "No such path. The document at /openapi.json lists all.";
        return AppError::new(Code::NotFound, detail).error_response();
    }
    let allow = allow(&allowed);
    let detail = format!("{} is not offered here; {allow} are.", request.method());
    AppError::new(Code::MethodNotAllowed, detail)
        .header(header::ALLOW, allow)
        .error_response()
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

/// Refuses a caller who accepts no JSON (406). Source: RFC 9110 §12.5.1.
pub async fn accepts_json(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let ranges = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    if request.path().starts_with("/v1/") && ranges.is_some_and(|ranges| !admits_json(ranges)) {
        return Err(
            AppError::new(Code::NotAcceptable, "Answers here are application/json.").into(),
        );
    }
    next.call(request).await
}

fn admits_json(ranges: &str) -> bool {
    ranges.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let is_json = matches!(
            kind.as_str(),
            "" | "*/*" | "application/*" | "application/json" | "application/problem+json"
        );
        let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok());
        is_json && quality.is_none_or(|quality| quality > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_is_read_by_range_and_quality() {
        for good in [
            "*/*",
            "application/json",
            "text/html, application/*;q=0.1",
            "text/html,*/*;q=0.8",
        ] {
            assert!(admits_json(good), "{good}");
        }
        for bad in ["text/html", "application/json;q=0", "image/*"] {
            assert!(!admits_json(bad), "{bad}");
        }
    }
}

//! What every operation of the OpenAPI document has in common, written once.

mod examples;
mod failures;
mod headers;
mod parameters;
mod problem;
mod schemas;

use utoipa::openapi::{
    OpenApi, RefOr,
    path::{Operation, Parameter, PathItem},
    security::{Http, HttpAuthScheme, SecurityScheme},
};

pub use problem::Problem;
pub use schemas::{operation, patch, replacement, schema_of_words};

/// Name of the security scheme.
pub const KEY: &str = "key";

/// Completes a document that was collected from handlers: the failures that operations share, the
/// headers of answers, examples of answers, the key, and which fields are always there.
pub fn complete(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    let key = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("dl_<id>_<secret>")
        .description(Some(
            "A key, made with `dateline keys create` or `POST /v1/keys`.",
        ))
        .build();
    components
        .security_schemes
        .insert(KEY.to_owned(), RefOr::T(SecurityScheme::Http(key)));
    problem::describe(components);
    schemas::complete(components);
    failures::describe(components);
    headers::describe(components);
    for (path, item) in &mut document.paths.paths {
        // Elsewhere, an operation says itself how it fails; where readers look, not with a problem.
        let (is_api, is_for_readers) = (path.starts_with("/v1/"), item.servers.is_some());
        for (method, operation) in operations(item) {
            if is_api {
                failures::share(operation);
            }
            if !is_for_readers {
                failures::fill(operation);
            }
            // What is open to everybody says so, and does not just keep silent.
            operation.security.get_or_insert_default();
            for parameter in parameters_mut(operation) {
                parameter.schema.as_mut().map(schemas::without_null);
            }
            headers::complete(method, operation, components);
            if is_api {
                headers::position(method, operation);
            }
            parameters::complete(operation);
            examples::add(operation, components);
        }
    }
}

/// Every operation of a path, with its method.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem {
        get,
        put,
        post,
        delete,
        options,
        head,
        patch,
        ..
    } = item;
    [
        ("GET", get),
        ("PUT", put),
        ("POST", post),
        ("DELETE", delete),
        ("OPTIONS", options),
        ("HEAD", head),
        ("PATCH", patch),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    let all = operation.parameters.iter().flatten();
    all.filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

fn parameters_mut(operation: &mut Operation) -> impl Iterator<Item = &mut Parameter> {
    let all = operation.parameters.iter_mut().flatten();
    all.filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

fn takes(operation: &Operation, name: &str) -> bool {
    parameters(operation).any(|parameter| parameter.name == name)
}

//! What every operation of the OpenAPI document has in common, written once.

use serde_json::json;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ContentBuilder, Header, OpenApi, Ref, RefOr, Response, Schema,
        path::{Operation, Parameter, ParameterIn, PathItem},
        schema::{AdditionalProperties, ObjectBuilder, Type},
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use super::error::Code;

/// Name of the security scheme.
pub const KEY: &str = "key";

/// A failure, as `application/problem+json` (RFC 9457). Some failures have members of their own
/// besides these, such as the id of the article that stands in the way.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "written by AppError; here for its documentation alone"
)]
pub struct Problem {
    /// A URI that stands for the code.
    #[schema(example = "urn:dateline:problem:invalid")]
    r#type: String,
    /// What went wrong, in words that do not depend on the request.
    #[schema(example = "Fields of the body break rules")]
    title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// What went wrong in this request.
    #[schema(example = "1 field(s) break a rule; the first, /headline, must not be empty.")]
    detail: String,
    /// The stable name of the failure.
    #[schema(example = "invalid")]
    code: String,
    /// The id under which the service's log knows the request.
    #[schema(example = "0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10")]
    request_id: String,
    /// The fields or parameters at fault.
    #[schema(required = false)]
    errors: Option<Vec<FieldFault>>,
}

/// One field or parameter at fault.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "written by AppError; here for its documentation alone"
)]
pub struct FieldFault {
    /// JSON Pointer (RFC 6901) into the body.
    #[schema(required = false, nullable = false, example = "/headline")]
    pointer: Option<String>,
    /// Name of the query parameter.
    #[schema(required = false, nullable = false)]
    parameter: Option<String>,
    /// What is wrong with it.
    #[schema(example = "must not be empty")]
    detail: String,
}

/// Completes a document that was collected from handlers: the failures that every operation
/// shares, the request's id on every answer, the key, and which fields are always there.
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
    components
        .schemas
        .insert(Problem::name().into_owned(), Problem::schema());
    components
        .schemas
        .insert(FieldFault::name().into_owned(), FieldFault::schema());
    for schema in components.schemas.values_mut() {
        require_answered_fields(schema);
    }
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            complete_operation(operation);
        }
    }
}

/// Every operation of a path.
pub fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
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
    [get, put, post, delete, options, head, patch]
        .into_iter()
        .flatten()
}

/// What refuses unknown fields is read from callers; anything else is answered, with every field
/// there, null or not.
fn require_answered_fields(schema: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(object)) = schema else {
        return;
    };
    let is_input = matches!(
        object.additional_properties.as_deref(),
        Some(AdditionalProperties::FreeForm(false))
    );
    let is_problem =
        object.properties.contains_key("request_id") || object.properties.contains_key("pointer");
    if !is_input && !is_problem {
        object.required = object.properties.keys().cloned().collect();
    }
}

fn complete_operation(operation: &mut Operation) {
    // What does not answer JSON shares none of it: it says itself how it fails.
    if operation.responses.responses.values().any(is_json) {
        add_shared_failures(operation);
        for (status, response) in &mut operation.responses.responses {
            if let RefOr::T(response) = response {
                describe_body(status, response);
            }
        }
    }
    let has_etag =
        has_parameter(operation, "If-Match") || operation.responses.responses.contains_key("304");
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response {
            describe_headers(status, response, has_etag);
        }
    }
}

fn is_json(response: &RefOr<Response>) -> bool {
    matches!(response, RefOr::T(response)
        if response.content.is_empty() || response.content.keys().any(|kind| kind.contains("json")))
}

fn has_parameter(operation: &Operation, name: &str) -> bool {
    parameters(operation).any(|parameter| parameter.name == name)
}

fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    operation
        .parameters
        .iter()
        .flatten()
        .filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        })
}

/// The failures that follow from the form of an operation.
fn add_shared_failures(operation: &mut Operation) {
    let stands_in = |place| parameters(operation).any(|parameter| parameter.parameter_in == place);
    let needs_key = operation
        .security
        .as_ref()
        .is_some_and(|security| !security.is_empty());
    let has_body = operation.request_body.is_some();
    let is_conditional = has_parameter(operation, "If-Match");
    let shared = [
        (
            has_body,
            "400",
            "The body or a parameter cannot be read (`invalid-body`, `malformed-json`, `invalid-parameter`).",
        ),
        (
            stands_in(ParameterIn::Query),
            "400",
            "A parameter is unknown, repeated or wrong (`invalid-parameter`).",
        ),
        (
            needs_key,
            "401",
            "No key, or one that is not valid (`unauthenticated`).",
        ),
        (
            needs_key,
            "403",
            "The key lacks the scope that is needed (`forbidden`).",
        ),
        (
            stands_in(ParameterIn::Path),
            "404",
            "There is nothing here that this caller may see (`not-found`).",
        ),
        (
            true,
            "406",
            "The caller accepts no JSON (`not-acceptable`).",
        ),
        (
            is_conditional,
            "412",
            "Not in the state that `If-Match` or `If-None-Match` expects (`precondition-failed`).",
        ),
        (has_body, "413", "The body is too large (`body-too-large`)."),
        (
            has_body,
            "415",
            "The body is not JSON by its media type (`unsupported-media-type`).",
        ),
        (
            has_body,
            "422",
            "Fields of the body break rules; every one is named (`invalid`).",
        ),
        (
            is_conditional,
            "428",
            "This deployment needs `If-Match` (`precondition-required`).",
        ),
        (
            true,
            "503",
            "The database cannot be reached or is busy (`database-unavailable`, `database-busy`); `Retry-After` says when to come back.",
        ),
    ];
    for (applies, status, description) in shared {
        if applies && !operation.responses.responses.contains_key(status) {
            operation
                .responses
                .responses
                .insert(status.to_owned(), RefOr::T(Response::new(description)));
        }
    }
}

/// Failures have a problem for a body, with the first code that their description names as example.
fn describe_body(status: &str, response: &mut Response) {
    if status < "400" || !response.content.is_empty() {
        return;
    }
    let named = |code: &&Code| {
        response
            .description
            .contains(&format!("`{}`", code.as_str()))
    };
    let code = Code::ALL
        .iter()
        .find(named)
        .copied()
        .unwrap_or(Code::Internal);
    let example = json!({
        "type": format!("urn:dateline:problem:{}", code.as_str()), "title": code.title(), "status": code.status(),
        "detail": code.title(), "code": code.as_str(), "request_id": "0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10",
    });
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(Problem::name())))
        .example(Some(example));
    response.content.insert(
        "application/problem+json".to_owned(),
        RefOr::T(content.build()),
    );
}

fn describe_headers(status: &str, response: &mut Response, has_etag: bool) {
    let headers = [
        (
            true,
            "X-Request-Id",
            "The id of this request: the caller's own, if it was sane.",
        ),
        (
            has_etag && status < "400",
            "ETag",
            "Version and hash of the answer.",
        ),
        (
            matches!(status, "201" | "302" | "308"),
            "Location",
            "Address of the resource.",
        ),
        (status == "401", "WWW-Authenticate", "How to show a key."),
        (status == "503", "Retry-After", "Seconds to wait."),
    ];
    for (applies, name, description) in headers {
        if applies && !response.headers.contains_key(name) {
            response
                .headers
                .insert(name.to_owned(), RefOr::T(text_header(description)));
        }
    }
}

/// The description of a header that is text.
pub fn text_header(description: &str) -> Header {
    let mut header = Header::new(ObjectBuilder::new().schema_type(Type::String).build());
    header.description = Some(description.to_owned());
    header
}

/// The schema of a merge patch out of the schema of the whole: no field is required, and every
/// field can be null, which resets it.
pub fn patch_of(whole: RefOr<Schema>, description: &str) -> RefOr<Schema> {
    match whole {
        RefOr::T(Schema::Object(mut object)) => {
            object.required.clear();
            object.description = Some(description.to_owned());
            RefOr::T(Schema::Object(object))
        }
        other => other,
    }
}

/// Defines the type that stands for a merge patch in the document.
#[macro_export]
macro_rules! merge_patch_schema {
    ($(#[doc = $description:literal])+ pub struct $name:ident of $whole:ty;) => {
        $(#[doc = $description])+
        pub struct $name;

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let description = concat!($($description),+).trim();
                $crate::base::openapi::patch_of(<$whole as utoipa::PartialSchema>::schema(), description)
            }
        }

        impl utoipa::ToSchema for $name {
            fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                <$whole as utoipa::ToSchema>::schemas(schemas);
            }
        }
    };
}

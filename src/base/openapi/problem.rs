//! Failures as the document describes them.

use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Components, Content, ContentBuilder, Ref, RefOr, Schema, schema::AdditionalProperties,
    },
};

use crate::base::error::Code;

/// The media type of failures. Source: RFC 9457 §6.1.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A failure, as `application/problem+json` (RFC 9457). Some failures have members of their own
/// besides these, such as the id of the article that stands in the way.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "written by AppError; here for its documentation alone"
)]
pub struct Problem {
    /// A URI that stands for the code.
    #[schema(format = "uri", example = "urn:dateline:problem:invalid")]
    r#type: String,
    /// What went wrong, in words that do not depend on the request.
    #[schema(example = "Fields of the body break rules")]
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599, example = 422)]
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
    #[schema(required = false, nullable = false)]
    errors: Option<Vec<FieldFault>>,
    /// The line of the body, from 1, at which reading it failed.
    #[schema(required = false, nullable = false, minimum = 1, example = 3)]
    line: Option<u32>,
    /// The column of that line.
    #[schema(required = false, nullable = false, minimum = 0, example = 14)]
    column: Option<u32>,
}

/// One field or parameter at fault.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "written by AppError; here for its documentation alone"
)]
struct FieldFault {
    /// JSON Pointer (RFC 6901) into the body.
    #[schema(required = false, nullable = false, example = "/headline")]
    pointer: Option<String>,
    /// Name of the query parameter.
    #[schema(required = false, nullable = false, example = "limit")]
    parameter: Option<String>,
    /// What is wrong with it.
    #[schema(example = "must not be empty")]
    detail: String,
}

/// Adds both schemas, with every code there is.
pub fn describe(components: &mut Components) {
    let mut problem = Problem::schema();
    if let RefOr::T(Schema::Object(object)) = &mut problem {
        // Members of their own, which some failures have.
        let open = AdditionalProperties::FreeForm(true);
        object.additional_properties = Some(Box::new(open));
    }
    if let RefOr::T(Schema::Object(problem)) = &mut problem
        && let Some(RefOr::T(Schema::Object(code))) = problem.properties.get_mut("code")
    {
        let codes: Vec<String> = Code::ALL
            .iter()
            .map(|code| format!("`{}`", code.as_str()))
            .collect();
        let all = format!(
            "The stable name of the failure. More may come; these are known: {}.",
            codes.join(", ")
        );
        code.description = Some(all);
    }
    let (name, fault) = (
        Problem::name().into_owned(),
        FieldFault::name().into_owned(),
    );
    components.schemas.insert(name, problem);
    components.schemas.insert(fault, FieldFault::schema());
}

/// A problem of this code as an answer's content; `members` are what it has besides the usual.
pub fn content(code: Code, members: &Value) -> Content {
    let mut example = json!({
        "type": format!("urn:dateline:problem:{}", code.as_str()),
        "title": code.title(),
        "status": code.status(),
        "detail": format!("{}.", code.title()),
        "code": code.as_str(),
        "request_id": "0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10",
    });
    for (name, value) in members.as_object().into_iter().flatten() {
        example[name] = value.clone();
    }
    ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(Problem::name())))
        .example(Some(example))
        .build()
}

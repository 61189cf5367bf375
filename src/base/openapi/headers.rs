//! The headers of answers.

use utoipa::openapi::{
    Components, Header, Ref, RefOr, Response, Schema,
    path::{Operation, ParameterBuilder, ParameterIn},
    schema::{Object, ObjectBuilder, Type},
};

use super::takes;
use crate::base::position;

/// Every header, by the name under which answers refer to it.
const HEADERS: &[(&str, &str)] = &[
    (
        "X-Request-Id",
        "The id of this request: the caller's own, if it was sane.",
    ),
    (
        "ETag",
        "The version of the resource, and a hash of all else that shapes the answer.",
    ),
    ("Location", "The address of the resource."),
    ("Link", "The next page, as `rel=\"next\"`, if there is one."),
    (
        "Cache-Control",
        "How long the answer may be reused, and by whom.",
    ),
    (
        "Content-Language",
        "The language of `name`, if it is known.",
    ),
    ("WWW-Authenticate", "How to show a key."),
    ("Retry-After", "Seconds to wait."),
    (
        "RateLimit-Policy",
        "The caller's quota: `q` requests in `w` seconds.",
    ),
    (
        "RateLimit",
        "What is left of the quota, `r`, and the seconds until there is more, `t`.",
    ),
    (
        "Idempotent-Replayed",
        "`true` where this was answered before to the same `Idempotency-Key`.",
    ),
    (
        position::NAME,
        "A position behind this write, which reads may send back to see it whoever answers them.",
    ),
];

/// Adds every header, and those of the failures that operations share.
pub fn describe(components: &mut Components) {
    for (name, description) in HEADERS {
        let mut header = Header::new(text());
        header.description = Some((*description).to_owned());
        components
            .headers
            .insert((*name).to_owned(), RefOr::T(header));
    }
    for response in components.responses.values_mut() {
        if let RefOr::T(response) = response {
            let status = status_of_example(response);
            refer(response, &["X-Request-Id", "Cache-Control"]);
            match status {
                Some(401) => refer(response, &["WWW-Authenticate"]),
                Some(429) => refer(response, &["Retry-After", "RateLimit-Policy", "RateLimit"]),
                Some(503) => refer(response, &["Retry-After"]),
                _ => {}
            }
        }
    }
}

/// Adds to an operation's answers the headers that they carry, and the condition of a read.
pub fn complete(method: &str, operation: &mut Operation, components: &Components) {
    let is_conditional_read = operation.responses.responses.contains_key("304");
    let is_conditional_write = takes(operation, "If-Match");
    let is_paged = takes(operation, "cursor");
    let is_retried = takes(operation, "Idempotency-Key");
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else {
            continue;
        };
        refer(response, &["X-Request-Id"]);
        if method == "GET" || status.as_str() >= "400" {
            refer(response, &["Cache-Control"]);
        }
        let shows_written = is_conditional_write && matches!(status.as_str(), "200" | "201");
        if status == "304" || shows_written || is_versioned(response, components) {
            refer(response, &["ETag"]);
        }
        if status.starts_with('2') && shows_labels(response, components) {
            refer(response, &["Content-Language"]);
        }
        if is_retried && status.starts_with('2') {
            refer(response, &["Idempotent-Replayed"]);
        }
        match status.as_str() {
            "409" if is_retried => refer(response, &["Retry-After"]),
            "201" | "302" | "308" => refer(response, &["Location"]),
            "200" if is_paged => refer(response, &["Link"]),
            "401" => refer(response, &["WWW-Authenticate"]),
            "503" => refer(response, &["Retry-After"]),
            _ => {}
        }
    }
    if is_conditional_read {
        let about = "ETag of an answer that the caller has already";
        add_parameter(operation, "If-None-Match", about);
    }
    if takes(operation, "lang") {
        let about =
            "The languages in which the caller would like names of tags, where `lang` does not say";
        add_parameter(operation, "Accept-Language", about);
    }
}

/// Operations that read though they are no GET, because what they ask for is too long for an address.
const LOOK_UPS: &[&str] = &["look_up_articles", "resolve_short_links", "resolve_tags"];

/// Adds what writes answer and reads send back.
pub fn position(method: &str, operation: &mut Operation) {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    if method == "GET" || LOOK_UPS.contains(&id) {
        let about =
            "What a write has answered: this read then sees that write, also where others may lag";
        add_parameter(operation, position::NAME, about);
    }
    if method != "GET" {
        for (status, response) in &mut operation.responses.responses {
            if let RefOr::T(response) = response
                && status.starts_with('2')
            {
                refer(response, &[position::NAME]);
            }
        }
    }
}

fn add_parameter(operation: &mut Operation, name: &str, about: &str) {
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(utoipa::openapi::Required::False)
        .description(Some(about))
        .schema(Some(text()));
    let parameters = operation.parameters.get_or_insert_default();
    parameters.push(RefOr::T(parameter.build()));
}

fn refer(response: &mut Response, names: &[&str]) {
    for name in names {
        let reference = Ref::new(format!("#/components/headers/{name}"));
        response
            .headers
            .entry((*name).to_owned())
            .or_insert_with(|| RefOr::Ref(reference));
    }
}

/// Whether a response shows one resource that has versions.
fn is_versioned(response: &Response, components: &Components) -> bool {
    shows(response, components, &["version", "modified_at"])
}

/// Whether a response shows one resource with names in several languages.
fn shows_labels(response: &Response, components: &Components) -> bool {
    shows(response, components, &["labels", "language"])
}

fn shows(response: &Response, components: &Components, fields: &[&str]) -> bool {
    // Lines of many are no resource.
    let one = response.content.get("application/json");
    one.into_iter()
        .filter_map(|content| match content {
            RefOr::T(content) => content.schema.as_ref(),
            RefOr::Ref(_) => None,
        })
        .filter_map(|schema| object(schema, components))
        .any(|object| {
            let mut fields = fields.iter();
            fields.all(|name| object.properties.contains_key(*name))
        })
}

fn object<'a>(schema: &'a RefOr<Schema>, components: &'a Components) -> Option<&'a Object> {
    match super::examples::resolve(schema, components)? {
        Schema::Object(object) => Some(object),
        _ => None,
    }
}

fn status_of_example(response: &Response) -> Option<u64> {
    match response.content.values().next()? {
        RefOr::T(content) => content.example.as_ref()?.get("status")?.as_u64(),
        RefOr::Ref(_) => None,
    }
}

fn text() -> Schema {
    ObjectBuilder::new().schema_type(Type::String).into()
}

//! The failures that follow from the form of an operation.

use serde_json::{Value, json};
use utoipa::openapi::{
    Components, Ref, RefOr, Response,
    path::{Operation, ParameterIn},
    security::SecurityRequirement,
};

use super::{parameters, problem, takes};
use crate::base::error::Code;

/// A failure that many operations share, as a response that they refer to.
struct Failure {
    name: &'static str,
    code: Code,
    description: &'static str,
    /// Members of the example besides the usual.
    example: fn() -> Value,
    applies: fn(&Operation) -> bool,
}

const FAILURES: &[Failure] = &[
    Failure {
        name: "UnreadableBody",
        code: Code::InvalidBody,
        description: "The body, a parameter or a header cannot be read (`malformed-json`, `invalid-body`, `invalid-parameter`, `invalid-header`).",
        example: || {
            json!({"detail": "The body is wrong at /headlin: unknown field `headlin`.", "line": 1, "column": 10,
                   "errors": [{"pointer": "/headlin", "detail": "unknown field `headlin`"}]})
        },
        applies: has_body,
    },
    Failure {
        name: "UnreadableParameter",
        code: Code::InvalidParameter,
        description: "A parameter is unknown, repeated or wrong, or a header is (`invalid-parameter`, `invalid-cursor`, `invalid-header`).",
        example: || {
            json!({"detail": "The parameter limit must be between 1 and 100.",
                   "errors": [{"parameter": "limit", "detail": "must be between 1 and 100"}]})
        },
        applies: |operation| !has_body(operation),
    },
    Failure {
        name: "Unauthenticated",
        code: Code::Unauthenticated,
        description: "No key, or one that is not valid (`unauthenticated`).",
        example: || json!({"detail": "The key is unknown or revoked."}),
        applies: |operation| !requirements(operation).is_empty(),
    },
    Failure {
        name: "Forbidden",
        code: Code::Forbidden,
        description: "The key lacks the scope that is needed (`forbidden`).",
        example: || json!({"detail": "The key lacks the scope articles:write.", "scope": "articles:write"}),
        applies: needs_key,
    },
    Failure {
        name: "NotFound",
        code: Code::NotFound,
        description: "There is nothing here that this caller may see (`not-found`).",
        example: || json!({"detail": "There is nothing here, or nothing that this caller may see."}),
        applies: |operation| {
            parameters(operation).any(|parameter| parameter.parameter_in == ParameterIn::Path)
        },
    },
    Failure {
        name: "NotAcceptable",
        code: Code::NotAcceptable,
        description: "The caller accepts no JSON (`not-acceptable`).",
        example: || json!({"detail": "Answers here are application/json."}),
        applies: |_| true,
    },
    Failure {
        name: "BodyTooSlow",
        code: Code::BodyTooSlow,
        description: "The body did not arrive in time (`body-too-slow`).",
        example: || json!({"detail": "The body did not arrive within 15000 ms."}),
        applies: has_body,
    },
    Failure {
        name: "PreconditionFailed",
        code: Code::PreconditionFailed,
        description: "Not in the state that `If-Match` or `If-None-Match` expects (`precondition-failed`).",
        example: || json!({"detail": "The resource is there, in version 4.", "version": 4}),
        applies: is_conditional_write,
    },
    Failure {
        name: "BodyTooLarge",
        code: Code::BodyTooLarge,
        description: "The body is too large (`body-too-large`).",
        example: || json!({"detail": "A body has at most 2097152 bytes here."}),
        applies: has_body,
    },
    Failure {
        name: "UnsupportedMediaType",
        code: Code::UnsupportedMediaType,
        description: "The body is not JSON by its media type (`unsupported-media-type`).",
        example: || json!({"detail": "Send the body as application/json."}),
        applies: has_body,
    },
    Failure {
        name: "Invalid",
        code: Code::Invalid,
        description: "Fields of the body break rules; every one is named (`invalid`).",
        example: || {
            json!({"detail": "1 field(s) break a rule; the first, /name, must not be empty.",
                   "errors": [{"pointer": "/name", "detail": "must not be empty"}]})
        },
        applies: has_body,
    },
    Failure {
        name: "PreconditionRequired",
        code: Code::PreconditionRequired,
        description: "This deployment needs `If-Match` (`precondition-required`).",
        example: || json!({"detail": "This deployment needs If-Match with the ETag of what is changed."}),
        applies: is_conditional_write,
    },
    Failure {
        name: "TooManyRequests",
        code: Code::TooManyRequests,
        description: "The key, or the address without a valid key, has used up its quota (`too-many-requests`); `Retry-After` says when there is some of it again.",
        example: || json!({"detail": "This key may send 600 requests in a minute."}),
        applies: |_| true,
    },
    Failure {
        name: "HeaderTooLarge",
        code: Code::HeaderTooLarge,
        description: "The address and the headers are too large together (`header-too-large`).",
        example: || json!({"detail": "The head of a request has at most 16384 bytes here."}),
        applies: |_| true,
    },
    Failure {
        name: "Internal",
        code: Code::Internal,
        description: "The service failed; its log knows more under the request's id (`internal`).",
        example: || json!({"detail": "The service failed. The log knows more under the request id."}),
        applies: |_| true,
    },
    Failure {
        name: "Unavailable",
        code: Code::DatabaseUnavailable,
        description: "The database cannot be reached or is busy, or the service works on too much at once (`database-unavailable`, `database-busy`, `overloaded`); `Retry-After` says when to come back.",
        example: || json!({"detail": "The database cannot be reached. Try again in a moment."}),
        applies: |_| true,
    },
    Failure {
        name: "DeadlineExceeded",
        code: Code::DeadlineExceeded,
        description: "The service did not finish in time (`deadline-exceeded`). Whether a write was made is not known: send it again with its `Idempotency-Key`, or read.",
        example: || json!({"detail": "The answer took too long. Try again, or ask for less."}),
        applies: |_| true,
    },
];

/// Adds the shared failures as responses that operations can refer to.
pub fn describe(components: &mut Components) {
    for failure in FAILURES {
        let mut response = Response::new(failure.description);
        let content = problem::content(failure.code, &(failure.example)());
        response
            .content
            .insert(problem::MEDIA_TYPE.to_owned(), RefOr::T(content));
        components
            .responses
            .insert(failure.name.to_owned(), RefOr::T(response));
    }
}

/// How a request that may be sent again fails, besides.
const OF_RETRIES: [(&str, &str); 2] = [
    (
        "409",
        "The request with this `Idempotency-Key` is still at work (`idempotency-key-in-use`)",
    ),
    (
        "422",
        "The `Idempotency-Key` belongs to another request (`idempotency-key-reused`)",
    ),
];

/// Adds to an operation that takes an `Idempotency-Key` how that fails, to what it says itself of the status.
fn tell_of_retries(operation: &mut Operation) {
    for (status, description) in OF_RETRIES {
        let shared = FAILURES.iter().find(|failure| {
            failure.code.status().to_string() == status && (failure.applies)(operation)
        });
        let responses = &mut operation.responses.responses;
        let response = responses.entry(status.to_owned()).or_insert_with(|| {
            Response::new(shared.map_or("", |failure| failure.description)).into()
        });
        if let RefOr::T(response) = response {
            let own = response.description.trim_end_matches('.');
            let parts = [own, description]
                .into_iter()
                .filter(|part| !part.is_empty());
            response.description = parts.collect::<Vec<_>>().join(". ");
        }
    }
}

/// Adds to an operation the failures that it shares.
pub fn share(operation: &mut Operation) {
    if takes(operation, "Idempotency-Key") {
        tell_of_retries(operation);
    }
    for failure in FAILURES {
        if (failure.applies)(operation) {
            let status = failure.code.status().to_string();
            let responses = &mut operation.responses.responses;
            responses
                .entry(status)
                .or_insert_with(|| Ref::from_response_name(failure.name).into());
        }
    }
}

/// Gives the failures that an operation states itself a problem as their body.
pub fn fill(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && status.as_str() >= "400"
        {
            let content = problem::content(code_of(response), &Value::Null);
            response
                .content
                .insert(problem::MEDIA_TYPE.to_owned(), RefOr::T(content));
        }
    }
}

/// The first code that a response's description names.
fn code_of(response: &Response) -> Code {
    let named = |code: &&Code| {
        response
            .description
            .contains(&format!("`{}`", code.as_str()))
    };
    Code::ALL
        .iter()
        .find(named)
        .copied()
        .unwrap_or(Code::Internal)
}

fn has_body(operation: &Operation) -> bool {
    operation.request_body.is_some()
}

fn is_conditional_write(operation: &Operation) -> bool {
    takes(operation, "If-Match")
}

fn requirements(operation: &Operation) -> &[SecurityRequirement] {
    operation.security.as_deref().unwrap_or_default()
}

/// Whether there is no way without a key: the empty requirement would be one.
fn needs_key(operation: &Operation) -> bool {
    let requirements = requirements(operation);
    !requirements.is_empty() && !requirements.contains(&SecurityRequirement::default())
}

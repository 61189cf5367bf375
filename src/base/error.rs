//! Failures as callers see them: `application/problem+json` (RFC 9457).

use std::fmt;

use actix_web::{HttpResponse, ResponseError, http::StatusCode, http::header};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use serde::Serialize;
use serde_json::{Map, Value};

/// What handlers return.
pub type AppResult<T> = Result<T, AppError>;

macro_rules! codes {
    ($($(#[$meta:meta])* $variant:ident = $status:literal $code:literal $title:literal,)+) => {
        /// Every way in which a request can fail, each with a code that never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $(#[doc = $title] $(#[$meta])* $variant,)+ }

        impl Code {
            /// Every code, in the order of their statuses.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable name in kebab-case.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            /// What went wrong, in a few words that do not depend on the request.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }
        }
    };
}

codes! {
    MalformedJson = 400 "malformed-json" "The body is not JSON",
    MalformedDocument = 400 "malformed-document" "The document cannot be read",
    InvalidBody = 400 "invalid-body" "The body has a field of the wrong type or name",
    InvalidParameter = 400 "invalid-parameter" "A parameter of the query is wrong",
    InvalidCursor = 400 "invalid-cursor" "The cursor belongs to another list",
    InvalidHeader = 400 "invalid-header" "A header of the request is wrong",
    Unauthenticated = 401 "unauthenticated" "A valid key is needed",
    Forbidden = 403 "forbidden" "The key lacks a scope",
    NotFound = 404 "not-found" "There is nothing here",
    MethodNotAllowed = 405 "method-not-allowed" "The method is not offered here",
    NotAcceptable = 406 "not-acceptable" "No representation that the caller accepts",
    BodyTooSlow = 408 "body-too-slow" "The body did not arrive in time",
    CanonicalUrlTaken = 409 "canonical-url-taken" "Another article has this address",
    ExternalIdTaken = 409 "external-id-taken" "This external id names something else",
    ArticleDeleted = 409 "article-deleted" "The article is deleted",
    TagKeyTaken = 409 "tag-key-taken" "Another tag has or had this key",
    TagNameTaken = 409 "tag-name-taken" "Another tag of this kind has this name",
    TagCycle = 409 "tag-cycle" "A tag would be part of itself",
    MergeNotUndoable = 409 "merge-not-undoable" "The merge cannot be undone",
    TagInUse = 409 "tag-in-use" "Articles are filed under the tag",
    DomainTaken = 409 "domain-taken" "This short domain is there already",
    CodeTaken = 409 "code-taken" "This code was given out before",
    IdempotencyKeyInUse = 409 "idempotency-key-in-use" "The request of this key is still at work",
    LinkGone = 409 "link-gone" "The short link is gone for good",
    Gone = 410 "gone" "This was here and is no more",
    PreconditionFailed = 412 "precondition-failed" "The resource is not in the state that the request expects",
    BodyTooLarge = 413 "body-too-large" "The body is too large",
    UnsupportedMediaType = 415 "unsupported-media-type" "The body is of a type that is not read here",
    Invalid = 422 "invalid" "Fields of the body break rules",
    BatchRefused = 422 "batch-refused" "An operation of the batch is refused, so none was made",
    UnknownTag = 422 "unknown-tag" "A tag is named that does not exist",
    RetiredTag = 422 "retired-tag" "A tag is named that was retired",
    IdempotencyKeyReused = 422 "idempotency-key-reused" "This key was given to another request",
    PreconditionRequired = 428 "precondition-required" "The request must name the version that it changes",
    TooManyRequests = 429 "too-many-requests" "The caller sends too many requests",
    HeaderTooLarge = 431 "header-too-large" "The head of the request is too large",
    Internal = 500 "internal" "The service failed",
    DatabaseUnavailable = 503 "database-unavailable" "The database cannot be reached",
    DatabaseBusy = 503 "database-busy" "The database did not answer in time",
    Overloaded = 503 "overloaded" "The service works on too much at once",
    DeadlineExceeded = 504 "deadline-exceeded" "The service did not finish in time",
}

/// One field or parameter at fault.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct Fault {
    /// JSON Pointer into the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Name of the query parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// What is wrong with it.
    pub detail: String,
}

/// A failure: its code, what happened in this request, and the fields at fault.
#[derive(Debug)]
pub struct AppError {
    code: Code,
    detail: String,
    // Boxed, because every result of a handler is as large as its error.
    more: Box<More>,
}

#[derive(Debug, Default)]
struct More {
    faults: Vec<Fault>,
    members: Map<String, Value>,
    headers: Vec<(header::HeaderName, String)>,
}

impl AppError {
    /// A failure of this code; `detail` says what happened in this request.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            more: Box::default(),
        }
    }

    /// The answer to who may not know whether something exists.
    pub fn not_found() -> Self {
        Self::new(
            Code::NotFound,
            "There is nothing here, or nothing that this caller may see.",
        )
    }

    /// A fault of one query parameter.
    pub fn parameter(name: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::new(
            Code::InvalidParameter,
            format!("The parameter {name} {detail}."),
        )
        .in_parameter(name, detail)
    }

    /// Names a field at fault.
    pub fn at(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.more.faults.push(Fault {
            pointer: Some(pointer.into()),
            parameter: None,
            detail: detail.into(),
        });
        self
    }

    /// Moves the fields at fault from one place to another: a part knows only its own inside.
    pub fn moved(mut self, from: &str, to: &str) -> Self {
        for fault in &mut self.more.faults {
            if let Some(inside) = fault
                .pointer
                .as_deref()
                .and_then(|at| at.strip_prefix(from))
            {
                fault.pointer = Some(format!("{to}{inside}"));
            }
        }
        self
    }

    /// Names a parameter at fault.
    pub fn in_parameter(mut self, parameter: &str, detail: impl Into<String>) -> Self {
        self.more.faults.push(Fault {
            pointer: None,
            parameter: Some(parameter.to_owned()),
            detail: detail.into(),
        });
        self
    }

    /// A member of the problem that is text.
    pub fn member(&self, name: &str) -> Option<&str> {
        self.more.members.get(name).and_then(Value::as_str)
    }

    /// Adds a member to the problem, such as the id of what stands in the way.
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.more.members.insert(member.to_owned(), value.into());
        self
    }

    /// Adds a header to the answer.
    pub fn header(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.more.headers.push((name, value.into()));
        self
    }

    /// The failure's code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What happened in this request.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The failure as the body of an answer.
    pub fn problem(&self) -> Map<String, Value> {
        let mut problem = Map::new();
        problem.insert(
            "type".to_owned(),
            format!("urn:dateline:problem:{}", self.code.as_str()).into(),
        );
        problem.insert("title".to_owned(), self.code.title().into());
        problem.insert("status".to_owned(), self.code.status().into());
        problem.insert("detail".to_owned(), self.detail.clone().into());
        problem.insert("code".to_owned(), self.code.as_str().into());
        problem.insert("request_id".to_owned(), super::request_id::current().into());
        problem.extend(self.more.members.clone());
        if !self.more.faults.is_empty() {
            let faults = serde_json::to_value(&self.more.faults);
            problem.insert("errors".to_owned(), faults.unwrap_or_default());
        }
        problem
    }

    /// The fields at fault.
    pub fn faults(&self) -> &[Fault] {
        &self.more.faults
    }

    /// The fields at fault in a line of text.
    pub fn faults_in_words(&self) -> String {
        let faults = self.more.faults.iter().map(|fault| {
            let place = fault.pointer.as_deref().unwrap_or_default();
            format!("{place} {}", fault.detail)
        });
        faults.collect::<Vec<_>>().join("; ")
    }
}

/// Faults found while a body is checked, so that all of them are named together.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Notes a fault of the field that the pointer names.
    pub fn add(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.0.push(Fault {
            pointer: Some(pointer.into()),
            parameter: None,
            detail: detail.into(),
        });
    }

    /// The value, or its fault noted.
    pub fn take<T>(&mut self, pointer: impl Into<String>, parsed: Result<T, String>) -> Option<T> {
        parsed.map_err(|detail| self.add(pointer, detail)).ok()
    }

    /// The value of a field that may be absent, or its fault noted.
    pub fn optional<R, T>(
        &mut self,
        pointer: &str,
        raw: Option<R>,
        parse: impl FnOnce(R) -> Result<T, String>,
    ) -> Option<T> {
        raw.and_then(|raw| self.take(pointer, parse(raw)))
    }

    /// Whether any fault was noted.
    pub fn is_any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Fails if any fault was noted.
    pub fn check(self) -> AppResult<()> {
        match self.0.as_slice() {
            [] => Ok(()),
            [first, ..] => {
                let place = first.pointer.as_deref().unwrap_or_default();
                let detail = format!(
                    "{} field(s) break a rule; the first, {place}, {}.",
                    self.0.len(),
                    first.detail
                );
                let mut error = AppError::new(Code::Invalid, detail);
                error.more.faults = self.0;
                Err(error)
            }
        }
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.detail)
    }
}

impl std::error::Error for AppError {}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response
            .content_type("application/problem+json")
            .insert_header((header::CACHE_CONTROL, "no-store"));
        for (name, value) in &self.more.headers {
            response.append_header((name.clone(), value.as_str()));
        }
        if self.code.status() == 503 {
            response.insert_header((header::RETRY_AFTER, "2"));
        }
        response.json(self.problem())
    }
}

/// Needed by diesel's `transaction`. Constraints are named where they can be violated, with
/// [`violates`]; whatever else comes out of the database is either its absence or a bug.
impl From<DieselError> for AppError {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::DatabaseError(
                DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection,
                _,
            )
            | DieselError::BrokenTransactionManager => Self::unavailable(&error),
            DieselError::DatabaseError(_, info)
                if is_absence(info.message()) || is_unmigrated(info.message()) =>
            {
                Self::unavailable(&error)
            }
            DieselError::DatabaseError(kind, info) if is_congestion(kind, info.message()) => {
                Self::busy(&error)
            }
            _ => Self::internal(&error),
        }
    }
}

impl AppError {
    /// The database cannot be reached; the cause goes to the log alone.
    pub fn unavailable(cause: &dyn fmt::Display) -> Self {
        log::error!(
            "event=database_unavailable cause={:?}{}",
            cause.to_string(),
            super::request_id::told()
        );
        Self::new(
            Code::DatabaseUnavailable,
            "The database cannot be reached. Try again in a moment.",
        )
    }

    /// The database did not come to it in time; the cause goes to the log alone.
    pub fn busy(cause: &dyn fmt::Display) -> Self {
        log::warn!(
            "event=database_busy cause={:?}{}",
            cause.to_string(),
            super::request_id::told()
        );
        Self::new(
            Code::DatabaseBusy,
            "The database did not finish in time. The request changed nothing.",
        )
    }

    /// A bug; the cause goes to the log alone.
    pub fn internal(cause: &dyn fmt::Display) -> Self {
        log::error!(
            "event=internal_error cause={:?}{}",
            cause.to_string(),
            super::request_id::told()
        );
        Self::new(
            Code::Internal,
            "The service failed. The log knows more under the request id.",
        )
    }
}

/// diesel keeps no SQLSTATE of these; their English messages are what tells them.
fn is_absence(message: &str) -> bool {
    const SIGNS: &[&str] = &[
        "terminating connection",
        "the database system is",
        "too many clients",
        "remaining connection slots",
        // A standby wants to replay what a read stands in the way of.
        "conflict with recovery",
    ];
    SIGNS.iter().any(|sign| message.contains(sign))
}

/// Whether a table, column or function is missing: the migrations of this version have not run yet.
fn is_unmigrated(message: &str) -> bool {
    const NOUNS: &[&str] = &["relation ", "column ", "function "];
    message.ends_with("does not exist") && NOUNS.iter().any(|noun| message.starts_with(noun))
}

fn is_congestion(kind: &DatabaseErrorKind, message: &str) -> bool {
    const SIGNS: &[&str] = &["canceling statement", "deadlock detected", "lock timeout"];
    matches!(kind, DatabaseErrorKind::SerializationFailure)
        || SIGNS.iter().any(|sign| message.contains(sign))
}

/// Whether an error is the violation of this constraint.
pub fn violates(error: &DieselError, constraint: &str) -> bool {
    matches!(error, DieselError::DatabaseError(_, info) if info.constraint_name() == Some(constraint))
}

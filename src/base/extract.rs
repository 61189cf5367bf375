//! What handlers take from a request, with faults that name their place.

use std::{future::Ready, marker::PhantomData, time::Duration};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header,
    web::{Bytes, BytesMut, Data},
};
use futures_util::StreamExt;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use tokio::time::{Instant, timeout_at};

use super::{
    config::Config,
    context::Context,
    error::{AppError, AppResult, Code},
    members::Members,
};

/// A JSON body that has not been read yet.
///
/// It is read by the handler and not by the extractor, so that a caller without a key is refused
/// first, whatever the body.
pub struct Body<T> {
    request: HttpRequest,
    payload: Payload,
    reads: PhantomData<T>,
}

impl<T> FromRequest for Body<T> {
    type Error = AppError;
    type Future = Ready<AppResult<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self {
            request: request.clone(),
            payload: payload.take(),
            reads: PhantomData,
        }))
    }
}

impl<T: DeserializeOwned> Body<T> {
    /// Reads the body as a JSON object. Its members are read first: a list, which could be taken for
    /// the fields in their order, and a member that is named twice are faults.
    pub async fn read(self) -> AppResult<T> {
        read_object(&self.bytes().await?)
    }
}

impl<T: DeserializeOwned> Body<T> {
    /// Reads the body as [`Body::read`] does; answers also the SHA-256 of the whole request: its method, path, query
    /// and body.
    pub async fn read_hashed(self) -> AppResult<(T, Vec<u8>)> {
        let mut hash = Sha256::new();
        hash.update(format!(
            "{} {}\n",
            self.request.method(),
            self.request.uri()
        ));
        let bytes = self.bytes().await?;
        hash.update(&bytes);
        Ok((read_object(&bytes)?, hash.finalize().to_vec()))
    }
}

impl Body<Bytes> {
    /// Reads the body as it is, if it is of one of these media types and has at most so many bytes;
    /// answers which of the types it is of.
    pub async fn read_file(
        self,
        accepted: &'static [&'static str],
        limit: usize,
    ) -> AppResult<(&'static str, Bytes)> {
        let media_type = check_media_type(&self.request, accepted)?;
        Ok((media_type, self.bytes_up_to(limit).await?.freeze()))
    }
}

impl<T: DeserializeOwned> Body<Vec<T>> {
    /// Reads the body as a JSON list.
    pub async fn read_list(self) -> AppResult<Vec<T>> {
        read_json(&self.bytes().await?)
    }
}

fn read_object<T: DeserializeOwned>(bytes: &[u8]) -> AppResult<T> {
    let Members(members) = read_json(bytes)?;
    from_members(members)
}

fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> AppResult<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(unreadable)?;
    reader.end().map_err(|fault| malformed(&fault))?;
    Ok(value)
}

impl<T> Body<T> {
    fn config(&self) -> Option<&Config> {
        let context = self.request.app_data::<Data<Context>>();
        context.map(|context| &*context.config)
    }

    /// How long a body of at most `limit` bytes may take to arrive, and when that ends. One that may be larger than
    /// others has longer.
    fn patience(&self, limit: usize) -> (Duration, Instant) {
        let patience = self.config().map_or(Duration::MAX, |config| {
            let times = limit.div_ceil(config.max_body_bytes).max(1);
            let times = u32::try_from(times).unwrap_or(u32::MAX);
            config.limits.body_timeout.saturating_mul(times)
        });
        let now = Instant::now();
        // Long beyond any request, where there is no limit.
        let end = now.checked_add(patience);
        (
            patience,
            end.unwrap_or_else(|| now + Duration::from_secs(86_400)),
        )
    }

    async fn bytes(self) -> AppResult<BytesMut> {
        let limit = self.config().map_or(0, |config| config.max_body_bytes);
        let accepted: &'static [&'static str] = match self.request.method().as_str() {
            "PATCH" => &["application/json", "application/merge-patch+json"],
            _ => &["application/json"],
        };
        check_media_type(&self.request, accepted)?;
        self.bytes_up_to(limit).await
    }

    async fn bytes_up_to(mut self, limit: usize) -> AppResult<BytesMut> {
        let declared = self.request.headers().get(header::CONTENT_LENGTH);
        let declared: usize = declared
            .and_then(|length| length.to_str().ok()?.parse().ok())
            .unwrap_or_default();
        if declared > limit {
            return Err(too_large(limit));
        }
        let (patience, end) = self.patience(limit);
        let mut bytes = BytesMut::with_capacity(declared);
        while let Some(chunk) = timeout_at(end, self.payload.next())
            .await
            .map_err(|_| too_slow(patience))?
        {
            let chunk = chunk.map_err(|fault| {
                AppError::new(Code::MalformedJson, format!("The body broke off: {fault}."))
            })?;
            if bytes.len() + chunk.len() > limit {
                return Err(too_large(limit));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

// The rest of the body is not read in either case, so the connection cannot carry another request.

fn too_large(limit: usize) -> AppError {
    let detail = format!("A body has at most {limit} bytes here.");
    AppError::new(Code::BodyTooLarge, detail).header(header::CONNECTION, "close")
}

fn too_slow(patience: Duration) -> AppError {
    let detail = format!(
        "The body did not arrive within {} ms.",
        patience.as_millis()
    );
    AppError::new(Code::BodyTooSlow, detail).header(header::CONNECTION, "close")
}

fn check_media_type(
    request: &HttpRequest,
    accepted: &'static [&'static str],
) -> AppResult<&'static str> {
    let sent = request.content_type().to_ascii_lowercase();
    check_coding(request)?;
    let known = accepted.iter().find(|media_type| **media_type == sent);
    let detail = match (known, other_charset(request)) {
        (Some(media_type), None) => return Ok(media_type),
        (Some(_), Some(charset)) => format!("Send the body in UTF-8, not in {charset}."),
        (None, _) => format!("Send the body as {}.", accepted.join(" or ")),
    };
    let header = if request.method() == "PATCH" {
        "accept-patch"
    } else {
        "accept-post"
    };
    let name = header::HeaderName::from_static(header);
    Err(AppError::new(Code::UnsupportedMediaType, detail).header(name, accepted.join(", ")))
}

/// Fails if a body is compressed. Source: RFC 9110 §15.5.16.
fn check_coding(request: &HttpRequest) -> AppResult<()> {
    let coding = request.headers().get(header::CONTENT_ENCODING);
    let Some(coding) = coding.filter(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
    else {
        return Ok(());
    };
    let detail = format!(
        "Send the body as it is, not as {}.",
        coding.to_str().unwrap_or_default()
    );
    let refused = AppError::new(Code::UnsupportedMediaType, detail);
    Err(refused.header(header::ACCEPT_ENCODING, "identity"))
}

/// The character set that a body says it is written in, if it is not the one that is read here.
fn other_charset(request: &HttpRequest) -> Option<String> {
    let media_type = request.mime_type().ok()??;
    let charset = media_type.get_param("charset")?;
    let is_read = ["utf-8", "utf8", "us-ascii"]
        .iter()
        .any(|known| charset.as_str().eq_ignore_ascii_case(known));
    (!is_read).then(|| charset.to_string())
}

/// Reads a value out of members that were JSON already.
pub fn from_members<T: DeserializeOwned>(members: Map<String, Value>) -> AppResult<T> {
    serde_path_to_error::deserialize(Value::Object(members)).map_err(unreadable)
}

fn unreadable(fault: serde_path_to_error::Error<serde_json::Error>) -> AppError {
    let pointer = pointer(fault.path());
    let inner = fault.into_inner();
    if !inner.is_data() && pointer.is_empty() {
        return malformed(&inner);
    }
    let (code, what) = match inner.is_data() {
        true => (Code::InvalidBody, "cannot be read"),
        false => (Code::MalformedJson, "is not JSON"),
    };
    let detail = format!(
        "The body {what} at {}: {inner}.",
        if pointer.is_empty() {
            "its root"
        } else {
            &pointer
        }
    );
    located(AppError::new(code, detail), &inner).at(pointer, inner.to_string())
}

fn malformed(fault: &serde_json::Error) -> AppError {
    located(
        AppError::new(
            Code::MalformedJson,
            format!("The body is not JSON: {fault}."),
        ),
        fault,
    )
}

fn located(error: AppError, fault: &serde_json::Error) -> AppError {
    match fault.line() {
        0 => error,
        line => error.with("line", line).with("column", fault.column()),
    }
}

/// The JSON Pointer (RFC 6901) of a path.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Unknown => {}
        }
    }
    pointer
}

/// The parameters of the query: unknown ones and repeated ones are refused, except where a field
/// is a list.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = AppError;
    type Future = Ready<AppResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(read_query(request.query_string()).map(Query))
    }
}

fn read_query<T: DeserializeOwned>(query: &str) -> AppResult<T> {
    // The form reader replaces what is no UTF-8; here it is a fault like any other.
    if percent_decode_str(query).decode_utf8().is_err() {
        return Err(AppError::new(
            Code::InvalidParameter,
            "The query is not UTF-8.",
        ));
    }
    let reader = serde_html_form::Deserializer::from_bytes(query.as_bytes());
    let read = serde_path_to_error::deserialize(reader).map_err(|fault| {
        let name = pointer(fault.path()).trim_start_matches('/').to_owned();
        let detail = fault.into_inner().to_string();
        let missing = detail.strip_prefix("missing field `");
        match (name.as_str(), missing) {
            ("", Some(missing)) => AppError::parameter(missing.trim_end_matches('`'), "is missing"),
            ("", None) => AppError::new(
                Code::InvalidParameter,
                format!("The query cannot be read: {detail}."),
            ),
            // What the form reader says of several values where there is place for one.
            (name, _) if detail == "unsupported value" => AppError::parameter(name, "is repeated"),
            (name, _) => AppError::parameter(name, format!("cannot be read: {detail}")),
        }
    })?;
    // The form reader takes an empty value for an absent one, and a filter that selects nothing
    // would then select all.
    match query.split('&').find_map(empty_parameter) {
        Some(name) => Err(AppError::parameter(name, "must not be empty")),
        None => Ok(read),
    }
}

fn empty_parameter(part: &str) -> Option<&str> {
    let (name, value) = part.split_once('=').unwrap_or((part, ""));
    (value.is_empty() && !name.is_empty()).then_some(name)
}

/// A handler that takes no parameters still refuses them.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParameters {}

/// The segments of the path that vary, percent-decoded.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Path<T> {
    type Error = AppError;
    type Future = Ready<AppResult<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let segments = actix_web::web::Path::<T>::from_request(request, payload).into_inner();
        // A segment that cannot be read names nothing.
        let segments = segments.map_err(|_| AppError::not_found());
        std::future::ready(segments.map(|path| Self(path.into_inner())))
    }
}

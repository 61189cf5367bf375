//! Compressed answers, for callers who take them.
//!
//! A compressed answer is another representation, with an entity tag of its own: the same with `-gzip` at its end.
//! Source: RFC 9110 §8.8.3.3.

use std::io::{self, Read, Write};

use actix_http::encoding::Encoder;
use actix_web::{
    body::{BodySize, BoxBody, EitherBody, MessageBody},
    dev::{ResponseHead, ServiceRequest, ServiceResponse},
    http::header::{
        self, AcceptEncoding, ContentEncoding, Encoding, Header, HeaderMap, HeaderValue,
    },
    middleware::Next,
    web::Bytes,
};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};

/// Smaller answers are sent as they are: they fit into a packet anyway. In bytes.
pub const MIN_BYTES: usize = 1024;

/// Gains most of what can be gained, in a fraction of the time.
const LEVEL: u32 = 4;

/// What stands at the end of the entity tag of a compressed answer.
const SUFFIX: &[u8] = b"-gzip\"";

/// Whether a request asks for a compressed answer. Source: RFC 9110 §12.5.3.
pub fn accepts_gzip<M: actix_web::HttpMessage>(request: &M) -> bool {
    if !request.headers().contains_key(header::ACCEPT_ENCODING) {
        return false;
    }
    let offered = [Encoding::gzip(), Encoding::identity()];
    AcceptEncoding::parse(request)
        .is_ok_and(|wishes| wishes.negotiate(offered.iter()) == Some(Encoding::gzip()))
}

/// The entity tag of an answer when it is compressed.
pub fn tag_of_compressed(tag: &HeaderValue) -> Option<HeaderValue> {
    let open = tag.as_bytes().strip_suffix(b"\"")?;
    HeaderValue::from_bytes(&[open, SUFFIX].concat()).ok()
}

/// The bytes, compressed.
pub fn gzip(bytes: &[u8]) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::new(LEVEL));
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.into())
}

/// The bytes as they were before they were compressed.
pub fn gunzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut whole = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut whole)?;
    Ok(whole)
}

/// Compresses what is worth it, for callers who ask for it.
pub async fn compress(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, actix_web::Error> {
    let is_asked = accepts_gzip(&request);
    let mut response = next.call(request).await?;
    if !is_compressible(&response) {
        return Ok(response.map_into_left_body());
    }
    let vary = response.headers().get(header::VARY);
    let names_coding = vary.is_some_and(|vary| {
        let vary = vary.to_str().unwrap_or_default();
        vary.to_ascii_lowercase().contains("accept-encoding")
    });
    if !names_coding {
        let coding = HeaderValue::from_static("Accept-Encoding");
        response.headers_mut().append(header::VARY, coding);
    }
    if !is_asked {
        return Ok(response.map_into_left_body());
    }
    Ok(response.map_body(|head, body| EitherBody::right(compressed(head, body))))
}

fn is_compressible<B: MessageBody>(response: &ServiceResponse<B>) -> bool {
    let is_worth_it = match response.response().body().size() {
        BodySize::None => false,
        BodySize::Sized(bytes) => bytes >= MIN_BYTES as u64,
        BodySize::Stream => true,
    };
    let headers = response.headers();
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_text = ["json", "text/", "yaml", "turtle", "javascript", "xml"]
        .iter()
        .any(|word| kind.contains(word));
    is_worth_it && is_text && !headers.contains_key(header::CONTENT_ENCODING)
}

fn compressed(head: &mut ResponseHead, body: impl MessageBody + 'static) -> BoxBody {
    match body.try_into_bytes() {
        Ok(bytes) => match gzip(&bytes) {
            Ok(smaller) => {
                mark(head.headers_mut());
                BoxBody::new(smaller)
            }
            Err(_) => BoxBody::new(bytes),
        },
        Err(stream) => {
            let stream = Encoder::response(ContentEncoding::Gzip, head, stream);
            mark(head.headers_mut());
            BoxBody::new(stream)
        }
    }
}

/// Says that an answer is compressed.
pub fn mark(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    if let Some(tag) = headers.get(header::ETAG).and_then(tag_of_compressed) {
        headers.insert(header::ETAG, tag);
    }
}

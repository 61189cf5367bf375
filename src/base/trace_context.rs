//! The trace that a request belongs to, as its caller names it in `traceparent`.
//!
//! Source: W3C Trace Context, recommendation of 23 November 2021, §3.2 and §4.3.

use std::fmt;

use actix_web::http::header::{HeaderMap, HeaderName};

/// The header that names a trace and the span within it that called.
const HEADER: HeaderName = HeaderName::from_static("traceparent");

/// Length of a header of version 00; later versions only add to its end.
const LENGTH: usize = 55;

/// A request's place in a trace. It is written as part of a line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    trace_id: [u8; 16],
    parent_span_id: [u8; 8],
    /// Names the work on this request, here alone.
    span_id: u64,
}

impl Trace {
    /// The trace that a request continues. A header that is not sound names none, nor do two headers.
    pub fn of(headers: &HeaderMap) -> Option<Box<Self>> {
        let value = headers.get(HEADER)?;
        if headers.get_all(HEADER).nth(1).is_some() {
            return None;
        }
        Self::parse(value.as_bytes()).map(Box::new)
    }

    fn parse(header: &[u8]) -> Option<Self> {
        let (fields, rest) = header.split_at_checked(LENGTH)?;
        let [version] = bytes(&fields[..2])?;
        let are_parted = [2, 35, 52].iter().all(|at| fields[*at] == b'-');
        let is_known = match version {
            0 => rest.is_empty(),
            // Never to be given out.
            0xff => false,
            _ => matches!(rest.first(), None | Some(b'-')),
        };
        let trace_id: [u8; 16] = bytes(&fields[3..35])?;
        let parent_span_id: [u8; 8] = bytes(&fields[36..52])?;
        let _flags: [u8; 1] = bytes(&fields[53..])?;
        let is_named = trace_id != [0; 16] && parent_span_id != [0; 8];
        (are_parted && is_known && is_named).then(|| Self {
            trace_id,
            parent_span_id,
            span_id: rand::random_range(1..=u64::MAX),
        })
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let trace_id = u128::from_be_bytes(self.trace_id);
        let parent_span_id = u64::from_be_bytes(self.parent_span_id);
        let span_id = self.span_id;
        write!(
            f,
            "trace_id={trace_id:032x} span_id={span_id:016x} parent_span_id={parent_span_id:016x}"
        )
    }
}

/// Reads lower-case hexadecimal digits, two for each byte; capitals are not in the grammar.
fn bytes<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    fn read(headers: &[&str]) -> Option<Box<Trace>> {
        let mut map = HeaderMap::new();
        for header in headers {
            map.append(HEADER, HeaderValue::from_str(header).expect("a header"));
        }
        Trace::of(&map)
    }

    #[test]
    fn a_sound_header_is_continued_by_a_span_of_its_own() {
        for header in [
            format!("00-{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}-00"),
            format!("00-{TRACE}-{SPAN}-ff"),
            // Later versions are read as far as this one goes.
            format!("01-{TRACE}-{SPAN}-01"),
            format!("cc-{TRACE}-{SPAN}-01-what-may-come"),
            format!("fe-{TRACE}-{SPAN}-01-"),
        ] {
            let [one, other] = [(), ()].map(|()| read(&[&header]).expect(&header));

            let told = one.to_string();
            let id = format!("trace_id={TRACE} span_id=");
            assert!(told.starts_with(&id), "{told}");
            assert!(told.ends_with(&format!(" parent_span_id={SPAN}")), "{told}");
            assert_ne!(one.span_id, other.span_id);
        }
    }

    #[test]
    fn a_header_that_is_not_sound_names_no_trace() {
        let zeros = "0".repeat(32);
        for header in [
            String::new(),
            "00".to_owned(),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-"),
            format!("00-{TRACE}-{SPAN}-1"),
            format!("00-{TRACE}-{SPAN}-01-"),
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("00-{TRACE}-{SPAN}-011"),
            format!(" 00-{TRACE}-{SPAN}-1"),
            format!("00_{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}_{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}_01"),
            format!("00-{zeros}-{SPAN}-01"),
            format!("00-{TRACE}-{}-01", &zeros[..16]),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{TRACE}-{}-01", SPAN.to_uppercase()),
            format!("00-{TRACE}-{SPAN}-0A"),
            format!("00-{}-{SPAN}-01", TRACE.replace('b', "g")),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("0A-{TRACE}-{SPAN}-01"),
            format!("01-{TRACE}-{SPAN}"),
            format!("01-{TRACE}-{SPAN}-01more"),
        ] {
            assert_eq!(read(&[&header]), None, "{header}");
        }
    }

    #[test]
    fn two_headers_name_no_trace() {
        let header = format!("00-{TRACE}-{SPAN}-01");

        assert!(read(&[&header]).is_some());
        assert_eq!(read(&[&header, &header]), None);
    }
}

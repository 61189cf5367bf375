//! Answers, and how they are written down.

use std::{collections::HashMap, fmt, io::Read};

use flate2::read::GzDecoder;
use reqwest::{Response, StatusCode, header::HeaderMap};
use serde_json::Value;

/// An answer that was read whole.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// Headers that are part of what is promised, in the order in which they are written down.
const TOLD: &[&str] = &[
    "allow",
    "cache-control",
    "content-type",
    "etag",
    "link",
    "location",
    "retry-after",
    "vary",
    "www-authenticate",
    "x-robots-tag",
];

/// Headers that say when an answer was given.
const OF_THE_MOMENT: [&str; 3] = ["date", "x-request-id", "dateline-position"];

impl Answer {
    /// All of it that a caller gets, but what says when: the date, the request's id and the position.
    pub fn whole(&self) -> String {
        let mut headers: Vec<String> = self
            .headers
            .iter()
            .filter(|(name, _)| !OF_THE_MOMENT.contains(&name.as_str()))
            .map(|(name, value)| format!("{name}: {value:?}"))
            .collect();
        headers.sort();
        format!("{}\n{}\n\n{}", self.status, headers.join("\n"), self.text())
    }

    /// Reads an answer.
    pub async fn of(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.expect("a body").to_vec();
        Self {
            status,
            headers,
            body,
        }
    }

    /// The answer, if it has this status; else the test ends and shows it.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|fault| panic!("{fault}: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as it was before it was compressed, which it must have been.
    #[track_caller]
    pub fn unpacked(&self) -> Vec<u8> {
        assert_eq!(self.header("content-encoding"), "gzip");
        let mut whole = Vec::new();
        let read = GzDecoder::new(&*self.body).read_to_end(&mut whole);
        read.expect("gzip");
        whole
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// A member of the body, by its JSON Pointer, as text.
    #[track_caller]
    pub fn member(&self, pointer: &str) -> String {
        match self.json().pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => panic!("no {pointer} in {}", self.text()),
        }
    }

    /// The stable code of a failure.
    #[track_caller]
    pub fn code(&self) -> String {
        self.member("/code")
    }

    /// The keys of the tags in a member of the body.
    pub fn tag_keys(&self, member: &str) -> Vec<String> {
        let body = self.json();
        let tags = body[member].as_array().expect("tags");
        let key = |tag: &Value| tag["key"].as_str().unwrap_or_default().to_owned();
        tags.iter().map(key).collect()
    }

    /// The pointers of the fields at fault.
    #[track_caller]
    pub fn pointers(&self) -> Vec<String> {
        let json = self.json();
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .filter_map(|error| error["pointer"].as_str().map(str::to_owned))
            .collect()
    }
}

/// The answer as a snapshot keeps it: what differs from run to run has names instead.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = Names::default();
        writeln!(f, "{}", self.status)?;
        for name in TOLD {
            if let Some(value) = self.headers.get(*name) {
                let value = without_cursor(value.to_str().unwrap_or("?"));
                writeln!(f, "{name}: {}", names.replace(&value))?;
            }
        }
        match serde_json::from_slice::<Value>(&self.body) {
            Ok(json) => write!(
                f,
                "\n{}",
                serde_json::to_string_pretty(&names.replace_all(json)).unwrap_or_default()
            ),
            Err(_) if self.body.is_empty() => Ok(()),
            Err(_) => write!(f, "\n{}", names.replace(&self.text())),
        }
    }
}

/// A header with a name in the place of the cursor in its address.
fn without_cursor(value: &str) -> String {
    match value.split_once("cursor=") {
        Some((before, cursor)) => {
            let after = cursor.find('>').map_or("", |end| &cursor[end..]);
            format!("{before}cursor=[cursor]{after}")
        }
        None => value.to_owned(),
    }
}

/// Names for what differs from run to run, the same for the same value.
#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    fn replace_all(&mut self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.replace(&text)),
            Value::Array(items) => items
                .into_iter()
                .map(|item| self.replace_all(item))
                .collect(),
            Value::Object(members) => {
                let named = |(name, value): (String, Value)| {
                    let value = match name.as_str() {
                        "request_id" => "[request]".into(),
                        "created_at" | "modified_at" => "[now]".into(),
                        "next_cursor" if value.is_string() => "[cursor]".into(),
                        "short_url" if value.is_string() => "[short url]".into(),
                        _ => self.replace_all(value),
                    };
                    (name, value)
                };
                Value::Object(members.into_iter().map(named).collect())
            }
            other => other,
        }
    }

    /// Text with a name in the place of every UUID, and of every hash in an entity tag.
    fn replace(&mut self, text: &str) -> String {
        let mut named = String::new();
        let mut rest = text;
        while let Some(start) = rest.find(|c: char| c.is_ascii_hexdigit()) {
            let end = rest[start..]
                .find(|c: char| !c.is_ascii_hexdigit() && c != '-')
                .map_or(rest.len(), |end| start + end);
            let (before, word) = (&rest[..start], &rest[start..end]);
            named.push_str(before);
            match word.len() {
                36 if uuid::Uuid::parse_str(word).is_ok() => {
                    let number = self.0.len() + 1;
                    named.push_str(
                        self.0
                            .entry(word.to_owned())
                            .or_insert_with(|| format!("[id {number}]")),
                    );
                }
                _ => match word.split_once('-') {
                    Some((version, hash)) if before.ends_with('"') && hash.len() == 16 => {
                        named.push_str(&format!("{version}-[hash]"));
                    }
                    _ => named.push_str(word),
                },
            }
            rest = &rest[end..];
        }
        named + rest
    }
}

//! How vocabularies are written down.

use std::path::Path;

use actix_web::{
    HttpRequest,
    http::header::{Accept, Header},
};

use crate::base::error::{AppError, AppResult, Code};

crate::text_enum! {
    /// How a file of tags is written.
    pub enum Format {
        /// One tag a line, as the API answers it.
        Ndjson = "ndjson",
        /// Comma-separated values with a header (RFC 4180).
        Csv = "csv",
        /// SKOS as JSON-LD.
        JsonLd = "json-ld",
        /// SKOS as Turtle.
        Turtle = "turtle",
    }
}

/// The media types of the formats, in the order of [`Format::ALL`].
pub const MEDIA_TYPES: [&str; 4] = [
    "application/x-ndjson",
    "text/csv",
    "application/ld+json",
    "text/turtle",
];

impl Format {
    /// The media type.
    pub fn media_type(self) -> &'static str {
        MEDIA_TYPES[self as usize]
    }

    /// The format of a media type that is known here.
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|format| format.media_type() == media_type)
    }

    /// The format that a file's name tells.
    pub fn of_file(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "csv" => Some(Self::Csv),
            "jsonld" | "json" => Some(Self::JsonLd),
            "ttl" => Some(Self::Turtle),
            _ => None,
        }
    }

    /// The format that a caller would like most; lines of JSON for who takes anything.
    ///
    /// Source: RFC 9110 §12.5.1.
    pub fn wanted(request: &HttpRequest) -> AppResult<Self> {
        let Ok(accept) = Accept::parse(request) else {
            return Ok(Self::Ndjson);
        };
        let ranges = accept.ranked();
        if ranges.is_empty() {
            return Ok(Self::Ndjson);
        }
        let fits = |range: &str, media_type: &str| match range.strip_suffix('*') {
            Some("*/") => true,
            Some(begin) => media_type.starts_with(begin),
            None => range == media_type,
        };
        let mut found = ranges.iter().filter_map(|range| {
            let mut all = Self::ALL.iter().copied();
            all.find(|format| fits(range.essence_str(), format.media_type()))
        });
        found.next().ok_or_else(|| {
            let detail = format!("Answers here are {}.", MEDIA_TYPES.join(", "));
            AppError::new(Code::NotAcceptable, detail)
        })
    }
}

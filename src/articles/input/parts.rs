//! The parts of an article that have rules of their own.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{DescribedTag, TagInput};
use crate::{
    articles::{
        model::{ExternalId, LeadImage, TagWish},
        view::{ExternalIdView, LeadImageView},
    },
    base::{
        error::{AppResult, Faults},
        stored::Stored,
        text::{self, Lines},
        timestamp,
        url::HttpUrl,
    },
};

/// Largest `custom`, in bytes of its JSON.
pub const MAX_CUSTOM_BYTES: usize = 16 * 1024;
/// Largest body, in bytes.
pub const MAX_BODY_BYTES: usize = 512 * 1024;
const MAX_TAGS: usize = 100;
const MAX_RELATED: usize = 50;
const MAX_KEY_POINTS: usize = 20;
const MAX_EXTERNAL_IDS: usize = 20;
const MAX_PIXELS: i32 = 100_000;

/// Tags as a caller names them; faults stand under `/tags`.
pub fn parse_tags(tags: Vec<TagInput>, are_kept: bool, faults: &mut Faults) -> Vec<TagWish> {
    if !are_kept && !is_within("/tags", tags.len(), MAX_TAGS, faults) {
        return Vec::new();
    }
    let mut wishes = Vec::with_capacity(tags.len());
    for (index, tag) in tags.into_iter().enumerate() {
        let pointer = format!("/tags/{index}");
        let wish = match tag {
            TagInput::Name(name)
            | TagInput::Tag(DescribedTag {
                key: Some(name), ..
            }) => Ok(TagWish::Named(name)),
            TagInput::Tag(DescribedTag {
                key: None,
                kind: Some(kind),
                name: Some(name),
            }) => text::clean_name(&name, 200).map(|name| TagWish::Described(kind, name)),
            TagInput::Tag(_) => Err("must have a key, or a kind and a name".to_owned()),
        };
        wishes.extend(faults.take(pointer, wish));
    }
    wishes
}

/// Fails if an article is to carry more tags than it may.
pub fn check_tag_count(count: usize) -> AppResult<()> {
    let mut faults = Faults::default();
    is_within("/tags", count, MAX_TAGS, &mut faults);
    faults.check()
}

/// The headline, which every article has.
pub fn parse_headline(raw: Option<String>, faults: &mut Faults) -> String {
    if raw.is_none() {
        faults.add("/headline", "is required");
    }
    line(faults, "/headline", raw, 300).unwrap_or_default()
}

/// One line of text.
pub fn line(faults: &mut Faults, pointer: &str, raw: Option<String>, max: usize) -> Option<String> {
    faults.optional(pointer, raw, |raw| text::clean(&raw, max, Lines::One))
}

/// Text that may have paragraphs.
pub fn paragraphs(
    faults: &mut Faults,
    pointer: &str,
    raw: Option<String>,
    max: usize,
) -> Option<String> {
    faults.optional(pointer, raw, |raw| text::clean(&raw, max, Lines::Many))
}

/// A moment.
pub fn moment(faults: &mut Faults, pointer: &str, raw: Option<String>) -> Option<DateTime<Utc>> {
    faults.optional(pointer, raw, |raw| timestamp::parse(&raw))
}

/// A count of words that was given.
pub fn parse_word_count(count: Option<i32>, faults: &mut Faults) -> Option<i32> {
    faults.optional("/word_count", count, |count| within(count, 0, i32::MAX))
}

fn is_within(pointer: &str, length: usize, max: usize, faults: &mut Faults) -> bool {
    if length > max {
        faults.add(
            pointer,
            format!("has {length} items; at most {max} are allowed"),
        );
    }
    length <= max
}

fn within(number: i32, min: i32, max: i32) -> Result<i32, String> {
    if (min..=max).contains(&number) {
        Ok(number)
    } else {
        Err(format!("must be between {min} and {max}"))
    }
}

pub fn clean_body(raw: String) -> Result<String, String> {
    if raw.len() > MAX_BODY_BYTES {
        return Err(format!(
            "has {} bytes; at most {MAX_BODY_BYTES} are allowed",
            raw.len()
        ));
    }
    let body = text::clean(&raw, MAX_BODY_BYTES, Lines::Many)?;
    // Normal form C can be longer than what was sent.
    if body.len() > MAX_BODY_BYTES {
        Err(format!("has more than {MAX_BODY_BYTES} bytes in NFC"))
    } else {
        Ok(body)
    }
}

pub fn parse_key_points(points: Vec<String>, faults: &mut Faults) -> Vec<String> {
    if !is_within("/key_points", points.len(), MAX_KEY_POINTS, faults) {
        return Vec::new();
    }
    let clean = |(index, raw): (usize, String)| {
        faults.take(
            format!("/key_points/{index}"),
            text::clean(&raw, 500, Lines::One),
        )
    };
    points.into_iter().enumerate().filter_map(clean).collect()
}

pub fn parse_external_ids(
    views: Vec<ExternalIdView>,
    faults: &mut Faults,
) -> Stored<Vec<ExternalId>> {
    if !is_within("/external_ids", views.len(), MAX_EXTERNAL_IDS, faults) {
        return Stored(Vec::new());
    }
    let mut ids = Vec::with_capacity(views.len());
    for (index, ExternalIdView { source, id }) in views.into_iter().enumerate() {
        let source = faults.take(
            format!("/external_ids/{index}/source"),
            text::clean(&source, 50, Lines::One),
        );
        let id = faults.take(
            format!("/external_ids/{index}/id"),
            text::clean(&id, 255, Lines::One),
        );
        if let (Some(source), Some(id)) = (source, id) {
            let external = ExternalId { source, id };
            if ids.contains(&external) {
                faults.add(format!("/external_ids/{index}"), "is named twice");
            } else {
                ids.push(external);
            }
        }
    }
    Stored(ids)
}

pub fn parse_image(image: Option<LeadImageView>, faults: &mut Faults) -> Option<LeadImage> {
    let LeadImageView {
        url,
        alt,
        caption,
        credit,
        width,
        height,
    } = image?;
    let url = url
        .ok_or_else(|| "is required".to_owned())
        .and_then(|raw| HttpUrl::parse(&raw));
    let url = faults.take("/lead_image/url", url);
    let alt = faults.optional("/lead_image/alt", alt, |raw| {
        text::clean(&raw, 500, Lines::Many)
    });
    let caption = faults.optional("/lead_image/caption", caption, |raw| {
        text::clean(&raw, 1000, Lines::Many)
    });
    let credit = faults.optional("/lead_image/credit", credit, |raw| {
        text::clean(&raw, 200, Lines::One)
    });
    let width = faults.optional("/lead_image/width", width, |pixels| {
        within(pixels, 1, MAX_PIXELS)
    });
    let height = faults.optional("/lead_image/height", height, |pixels| {
        within(pixels, 1, MAX_PIXELS)
    });
    url.map(|url| LeadImage {
        url: url.as_str().to_owned(),
        alt,
        caption,
        credit,
        width,
        height,
    })
}

pub fn parse_related(related: Vec<Uuid>, faults: &mut Faults) -> Vec<Uuid> {
    if !is_within("/related", related.len(), MAX_RELATED, faults) {
        return Vec::new();
    }
    let mut distinct = Vec::with_capacity(related.len());
    for (index, id) in related.into_iter().enumerate() {
        if distinct.contains(&id) {
            faults.add(format!("/related/{index}"), "is named twice");
        } else {
            distinct.push(id);
        }
    }
    distinct
}

/// Postgres keeps no NUL inside JSON; everything else is the caller's own.
pub fn parse_custom(custom: Map<String, Value>, faults: &mut Faults) -> Map<String, Value> {
    let json = serde_json::to_string(&custom).unwrap_or_default();
    if json.len() > MAX_CUSTOM_BYTES {
        faults.add(
            "/custom",
            format!(
                "has {} bytes of JSON; at most {MAX_CUSTOM_BYTES} are allowed",
                json.len()
            ),
        );
    } else if has_nul(&Value::Object(custom.clone())) {
        faults.add("/custom", "must not contain the control character U+0000");
    }
    custom
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

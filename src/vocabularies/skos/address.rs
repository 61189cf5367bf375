//! The addresses of concepts.

use percent_encoding::percent_decode_str;

use crate::tags::{TagKey, TagRef, of_address};

/// What the addresses of tags begin with where they are written. Not where a deployment has them, so
/// that what one wrote another reads as its own. Source: RFC 8141.
const TAG: &str = "urn:dateline:tag:";

/// Where a deployment has tags.
const PATH: &str = "/v1/tags/";

/// The address of the tag of this key.
pub fn of_key(key: &str) -> String {
    format!("{TAG}{key}")
}

/// The tag that an address stands for; the error says why it can stand for none.
pub fn name(address: &str) -> Result<TagRef, String> {
    match own(address) {
        Some(key) => Ok(TagRef::Key(key)),
        None => of_address(address).map(TagRef::External),
    }
}

fn own(address: &str) -> Option<TagKey> {
    let key = address.strip_prefix(TAG);
    let key = key.or_else(|| Some(address.split_once(PATH)?.1))?;
    let key = percent_decode_str(key).decode_utf8().ok()?;
    match TagRef::parse(&key)? {
        TagRef::Key(key) => Some(key),
        TagRef::External(_) => None,
    }
}

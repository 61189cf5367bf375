//! Moments on the wire.

use chrono::{DateTime, Datelike, SecondsFormat, SubsecRound, Utc};
use serde::Serializer;

/// The moment that an RFC 3339 text names, in UTC and to the microsecond.
///
/// Years outside 1 to 9999 are refused: what leaves as RFC 3339 must be able to come back.
pub fn parse(raw: &str) -> Result<DateTime<Utc>, String> {
    let moment = DateTime::parse_from_rfc3339(raw).map_err(|_| {
        "must be an RFC 3339 date and time with an offset, such as 2026-11-23T09:00:00Z".to_owned()
    })?;
    let moment = moment.with_timezone(&Utc).trunc_subsecs(6);
    if is_sound(&moment) {
        return Ok(moment);
    }
    let year = moment.year();
    Err(format!(
        "lies in the year {year}; years 1 to 9999 are allowed"
    ))
}

/// Whether a moment lies in the years that are kept.
pub fn is_sound(moment: &DateTime<Utc>) -> bool {
    (1..=9999).contains(&moment.year())
}

/// RFC 3339 with `Z` and as many fractional digits as the moment needs.
pub fn format(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// For `#[serde(serialize_with)]` on a moment.
pub fn serialize<S: Serializer>(moment: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format(*moment))
}

/// For `#[serde(serialize_with)]` on a moment that may be absent.
pub fn serialize_option<S: Serializer>(
    moment: &Option<DateTime<Utc>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match moment {
        Some(moment) => serialize(moment, serializer),
        None => serializer.serialize_none(),
    }
}

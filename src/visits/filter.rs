//! Which visits are asked for.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

use super::detail::Dimension;
use crate::{
    base::{
        error::{AppError, AppResult},
        text, timestamp,
    },
    codes,
};

/// Most points of one answer.
pub const MAX_POINTS: i64 = 2_000;
/// Longest name of a time zone, in characters.
const MAX_ZONE: usize = 64;
/// Most links in a list of the most visited.
const MAX_TOP: u32 = 100;
/// Links in a list of the most visited when the caller does not say.
const DEFAULT_TOP: u32 = 20;

crate::text_enum! {
    /// The step of a series.
    pub enum Unit {
        /// Days, from midnight to midnight in the time zone.
        Day = "day",
        /// Hours by the clocks of the time zone.
        Hour = "hour",
    }
}

crate::text_enum! {
    /// What visits are broken down by.
    pub enum By {
        /// The channel of the short link that was followed.
        Channel = "channel",
        /// The host of the page that the reader came from.
        Referrer = "referrer",
        /// The country that a trusted proxy named.
        Country = "country",
        /// Who or what visited.
        Class = "class",
    }
}

impl By {
    /// The dimension that is kept; none for the class, which every count tells apart.
    pub fn dimension(self) -> Option<Dimension> {
        match self {
            Self::Channel => Some(Dimension::Channel),
            Self::Referrer => Some(Dimension::Referrer),
            Self::Country => Some(Dimension::Country),
            Self::Class => None,
        }
    }
}

/// Which visits are shown, and in which steps.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatsFilter {
    /// From when on, RFC 3339 with an offset; it is moved back to the beginning of its step. When
    /// absent: so that 30 days or 48 hours are shown.
    #[param(format = "date-time")]
    pub from: Option<String>,
    /// Until when, exclusive; it is moved on to the end of its step. Now when absent.
    #[param(format = "date-time")]
    pub to: Option<String>,
    /// The step; `day` when absent. There are at most 2,000 in an answer.
    #[param(inline)]
    pub unit: Option<Unit>,
    /// Adds the visits of the whole time, broken down by this.
    #[param(inline)]
    pub by: Option<By>,
    /// The time zone in which days and hours begin, as the IANA names it, such as `Asia/Riyadh`;
    /// `UTC` when absent.
    #[param(max_length = 64)]
    pub tz: Option<String>,
}

/// Which visits are shown, read and found sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// From when on.
    pub from: DateTime<Utc>,
    /// Until when, exclusive.
    pub to: DateTime<Utc>,
    /// The step.
    pub unit: Unit,
    /// Name of the time zone, which the database may not know.
    pub tz: String,
    /// What they are broken down by.
    pub by: Option<By>,
}

impl StatsFilter {
    /// Reads the parameters.
    pub fn parse(self, now: DateTime<Utc>) -> AppResult<Span> {
        let Self {
            from,
            to,
            unit,
            by,
            tz,
        } = self;
        let unit = unit.unwrap_or(Unit::Day);
        let (step, steps) = match unit {
            Unit::Day => (TimeDelta::days(1), 30),
            Unit::Hour => (TimeDelta::hours(1), 48),
        };
        let to = moment("to", to)?.unwrap_or(now);
        let from = moment("from", from)?;
        // The step that `to` lies in is one of those that are shown.
        let from = from.unwrap_or_else(|| to - step * (steps - 1));
        check_reach(from, to)?;
        check_order(from, to)?;
        let asked = (to - from).num_seconds() / step.num_seconds();
        if asked >= MAX_POINTS {
            let fault = format!(
                "lies {asked} steps of the unit {unit} before to; at most {MAX_POINTS} are answered"
            );
            return Err(AppError::parameter("from", fault));
        }
        let tz = tz.unwrap_or_else(|| "UTC".to_owned());
        if !is_zone(&tz) {
            return Err(unknown_zone());
        }
        Ok(Span {
            from,
            to,
            unit,
            tz,
            by,
        })
    }
}

/// The answer to a time zone that is none.
pub fn unknown_zone() -> AppError {
    let fault = "must be a time zone by its IANA name, such as Asia/Riyadh or UTC";
    AppError::parameter("tz", fault)
}

/// Whether a name has the form of an IANA time zone. Postgres takes rules such as `ABC5` for zones
/// too; those would be typing errors here.
fn is_zone(name: &str) -> bool {
    let is_offset = |rest: &str| {
        let (digits, most) = match (rest.strip_prefix('+'), rest.strip_prefix('-')) {
            (Some(digits), _) => (digits, 12),
            (_, Some(digits)) => (digits, 14),
            _ => return false,
        };
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number && digits.parse().is_ok_and(|hours: u8| hours <= most)
    };
    if let Some(rest) = name.strip_prefix("Etc/GMT") {
        return rest.is_empty() || is_offset(rest);
    }
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'))
    };
    let is_known = name == "UTC" || name.contains('/');
    name.len() <= MAX_ZONE && is_known && name.split('/').all(is_word)
}

fn moment(parameter: &str, raw: Option<String>) -> AppResult<Option<DateTime<Utc>>> {
    raw.map(|raw| timestamp::parse(&raw).map_err(|fault| AppError::parameter(parameter, fault)))
        .transpose()
}

/// Fails for moments that could not be answered as RFC 3339, which ends with the year 9999.
fn check_reach(from: DateTime<Utc>, to: DateTime<Utc>) -> AppResult<()> {
    for (name, moment) in [("to", to), ("from", from)] {
        if !(1970..=9000).contains(&moment.year()) {
            let fault = "must lie between the years 1970 and 9000";
            return Err(AppError::parameter(name, fault));
        }
    }
    Ok(())
}

fn check_order(from: DateTime<Utc>, to: DateTime<Utc>) -> AppResult<()> {
    if from < to {
        return Ok(());
    }
    let fault = format!("must lie before to, {}", timestamp::format(to));
    Err(AppError::parameter("from", fault))
}

/// Which links are ranked.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TopFilter {
    /// From when on, RFC 3339 with an offset; it is moved back to the beginning of its day in UTC.
    /// When absent: so that 30 days are counted.
    #[param(format = "date-time")]
    pub from: Option<String>,
    /// Until when, exclusive; it is moved on to the end of its day in UTC. Now when absent.
    #[param(format = "date-time")]
    pub to: Option<String>,
    /// Only links of this short domain.
    #[param(min_length = 1, max_length = 255)]
    pub domain: Option<String>,
    /// Most links to answer.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
}

/// Which links are ranked, read and found sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranking {
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
    /// The short domain.
    pub domain: Option<String>,
    /// Most links.
    pub limit: i64,
}

impl TopFilter {
    /// Reads the parameters.
    pub fn parse(self, now: DateTime<Utc>) -> AppResult<Ranking> {
        let to = moment("to", self.to)?.unwrap_or(now);
        let from = moment("from", self.from)?.unwrap_or_else(|| to - TimeDelta::days(29));
        check_reach(from, to)?;
        check_order(from, to)?;
        if (to - from).num_days() >= MAX_POINTS {
            let fault = format!("must lie less than {MAX_POINTS} days before to");
            return Err(AppError::parameter("from", fault));
        }
        let limit = self.limit.unwrap_or(DEFAULT_TOP);
        if !(1..=MAX_TOP).contains(&limit) {
            let fault = format!("must be between 1 and {MAX_TOP}");
            return Err(AppError::parameter("limit", fault));
        }
        let domain = self
            .domain
            .map(|raw| text::clean_parameter("domain", &raw, codes::MAX_DOMAIN));
        let last = (to - TimeDelta::microseconds(1)).date_naive();
        Ok(Ranking {
            from: from.date_naive(),
            to: last.checked_add_days(Days::new(1)).unwrap_or(last),
            domain: domain
                .transpose()?
                .map(|domain| domain.to_ascii_lowercase()),
            limit: i64::from(limit),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(from: &str, to: &str, unit: Option<Unit>) -> StatsFilter {
        let given = |raw: &str| (!raw.is_empty()).then(|| raw.to_owned());
        StatsFilter {
            from: given(from),
            to: given(to),
            unit,
            by: None,
            tz: None,
        }
    }

    fn at_fault(filter: StatsFilter) -> Option<String> {
        let read = filter.parse(timestamp::parse("2026-11-24T12:00:00Z").unwrap());
        read.err()
            .map(|error| error.faults()[0].parameter.clone().unwrap_or_default())
    }

    #[test]
    fn a_time_that_cannot_be_shown_is_refused() {
        let (hour, day) = (Some(Unit::Hour), Some(Unit::Day));
        for (from, to, unit, fault) in [
            ("", "", None, None),
            ("2026-11-24T12:00:00+03:00", "", hour, None),
            ("2021-06-04T12:00:00Z", "", day, None),
            ("2021-06-03T12:00:00Z", "", day, Some("from")),
            ("2026-08-01T12:00:00Z", "", hour, Some("from")),
            ("2026-11-24T12:00:00Z", "", day, Some("from")),
            (
                "0001-01-01T00:00:00Z",
                "9999-12-31T00:00:00Z",
                day,
                Some("to"),
            ),
            ("0001-01-01T00:00:00Z", "", day, Some("from")),
            ("2026-11-24", "", day, Some("from")),
            ("", "tomorrow", day, Some("to")),
            ("", "0001-01-01T00:00:00Z", day, Some("to")),
        ] {
            let told = at_fault(filter(from, to, unit));
            assert_eq!(told.as_deref(), fault, "{from} {to}");
        }
    }

    #[test]
    fn a_time_zone_has_the_form_of_an_iana_name() {
        for name in [
            "UTC",
            "Asia/Riyadh",
            "America/Port-au-Prince",
            "America/Argentina/Buenos_Aires",
            "Etc/GMT+5",
            "Etc/GMT-14",
            "Etc/GMT",
        ] {
            assert!(is_zone(name), "{name}");
        }
        for name in [
            "",
            "Riyadh",
            "EST5EDT",
            "ABC5",
            "+03:00",
            "Asia/",
            "/Riyadh",
            "Asia/Riyadh5",
            "Etc/GMT+123",
            "Etc/GMT+13",
            "Etc/GMT5",
            "Etc/GMT-",
            "../etc/passwd",
            "Asia/Riyadh'",
            "Asia/Riyadh\0",
        ] {
            assert!(!is_zone(name), "{name}");
        }
        assert!(!is_zone(&format!("Asia/{}", "a".repeat(MAX_ZONE))));
    }

    #[test]
    fn a_ranking_counts_whole_days() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let top = |from: &str, to: &str| {
            let filter = TopFilter {
                from: Some(from.to_owned()),
                to: Some(to.to_owned()),
                domain: Some("EXMP.news".to_owned()),
                limit: None,
            };
            let ranking = filter.parse(DateTime::UNIX_EPOCH).unwrap();
            assert_eq!(ranking.domain.as_deref(), Some("exmp.news"));
            (ranking.from, ranking.to)
        };

        assert_eq!(
            top("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"),
            (day(20), day(21))
        );
        assert_eq!(
            top("2026-11-20T23:00:00Z", "2026-11-21T00:00:01Z"),
            (day(20), day(22))
        );
    }
}

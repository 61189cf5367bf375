//! Quarters of an hour in UTC: the steps of every time zone.

use chrono::{DateTime, NaiveDate, Utc};

/// Seconds of a quarter of an hour.
const SECONDS: i64 = 900;

/// A quarter of an hour, by its number since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter(pub u32);

impl Quarter {
    /// The quarter that a moment lies in.
    pub fn of(at: DateTime<Utc>) -> Self {
        Self(u32::try_from(at.timestamp().div_euclid(SECONDS)).unwrap_or_default())
    }

    /// Its first moment.
    pub fn begin(self) -> DateTime<Utc> {
        DateTime::from_timestamp(i64::from(self.0) * SECONDS, 0).unwrap_or_default()
    }

    /// The day in UTC that it lies in.
    pub fn day(self) -> NaiveDate {
        self.begin().date_naive()
    }
}

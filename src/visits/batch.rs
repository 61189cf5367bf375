//! Visits on their way to the database.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{counts::Counts, detail::Detail, quarter::Quarter, tally::Portion};

/// Most links and quarters of one batch: as many rows as a statement writes well within its time.
const MAX_KEYS: usize = 10_000;

/// Visits that were collected and are in no batch yet. However long the database is away, there is
/// one entry for each link and quarter.
#[derive(Debug, Default)]
pub struct Collected {
    entries: BTreeMap<(i64, Quarter), Counts>,
    /// Since when there is something.
    pub since: Option<DateTime<Utc>>,
}

/// What is written in one transaction, and once only.
#[derive(Debug)]
pub struct Batch {
    /// The number of the batch, by which a second attempt knows whether the first one succeeded.
    pub sequence: i64,
    /// Since when its visits wait.
    pub since: DateTime<Utc>,
    /// Visits by link and quarter.
    pub entries: BTreeMap<(i64, Quarter), Counts>,
    /// Single visits.
    pub details: Vec<Detail>,
}

fn sum(entries: &BTreeMap<(i64, Quarter), Counts>) -> i64 {
    entries.values().map(Counts::sum).sum()
}

impl Collected {
    /// Adds a portion of a counter.
    pub fn add(&mut self, portion: Portion, now: DateTime<Utc>) {
        self.since.get_or_insert(now);
        let key = (portion.link_id, portion.quarter);
        *self.entries.entry(key).or_default() += portion.counts;
    }

    /// How many visits there are.
    pub fn visits(&self) -> i64 {
        sum(&self.entries)
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes as much as one batch holds.
    pub fn take(&mut self) -> BTreeMap<(i64, Quarter), Counts> {
        let rest = match self.entries.keys().nth(MAX_KEYS).copied() {
            Some(first) => self.entries.split_off(&first),
            None => BTreeMap::new(),
        };
        if rest.is_empty() {
            self.since = None;
        }
        std::mem::replace(&mut self.entries, rest)
    }
}

impl Batch {
    /// How many visits it counts.
    pub fn visits(&self) -> i64 {
        sum(&self.entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portion(link_id: i64, quarter: u32, people: i64) -> Portion {
        let counts = Counts {
            people,
            ..Counts::default()
        };
        Portion {
            link_id,
            quarter: Quarter(quarter),
            counts,
        }
    }

    #[test]
    fn a_batch_holds_as_much_as_a_statement_writes_and_leaves_the_rest() {
        let now = DateTime::UNIX_EPOCH;
        let mut collected = Collected::default();
        let many = i64::try_from(MAX_KEYS).unwrap() + 5;
        for link in 0..many {
            collected.add(portion(link, 1, 2), now);
        }

        let first = collected.take();

        assert_eq!(first.len(), MAX_KEYS);
        assert_eq!((collected.visits(), collected.since), (10, Some(now)));
        assert_eq!(collected.take().len(), 5);
        assert!(collected.is_empty() && collected.since.is_none());
    }
}

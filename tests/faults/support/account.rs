//! What became of visits, by the service's numbers and by the database

use std::collections::BTreeMap;

use tokio_postgres::Client;

use super::{Service, until};

/// The service's own numbers about visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Visits that were counted.
    pub accepted: i64,
    /// Visits that are in the database.
    pub persisted: i64,
    /// Visits that wait.
    pub pending: i64,
    /// Single visits that were told of.
    pub details_accepted: i64,
    /// Single visits that are in the database.
    pub details_stored: i64,
    /// Single visits for which there was no place.
    pub details_dropped: i64,
    /// Single visits that wait.
    pub details_pending: i64,
    /// Attempts to write that failed.
    pub flush_failures: i64,
}

impl Account {
    /// As `/metrics` tells it.
    pub async fn read(service: &Service) -> Self {
        let address = format!("http://{}/metrics", service.api);
        let answer = reqwest::get(address).await.expect("an answer");
        let text = answer.text().await.expect("a text");
        let numbers: BTreeMap<&str, i64> = text
            .lines()
            .filter_map(|line| {
                let (name, value) = line.strip_prefix("dateline_")?.split_once(' ')?;
                Some((name, value.parse().ok()?))
            })
            .collect();
        Self {
            accepted: numbers["visits_accepted_total"],
            persisted: numbers["visits_persisted_total"],
            pending: numbers["visits_pending"],
            details_accepted: numbers["visit_details_accepted_total"],
            details_stored: numbers["visit_details_stored_total"],
            details_dropped: numbers["visit_details_dropped_total"],
            details_pending: numbers["visit_details_pending"],
            flush_failures: numbers["visit_flush_failures_total"],
        }
    }

    /// As soon as nothing waits any more and nobody follows a link, with both sums right.
    pub async fn at_rest(service: &Service) -> Self {
        until("nothing waiting", async || {
            let now = Self::read(service).await;
            now.pending == 0 && now.details_pending == 0
        })
        .await;
        Self::balanced(service).await
    }

    /// At a moment when nobody follows a link, with both sums right.
    async fn balanced(service: &Service) -> Self {
        let it = Self::read(service).await;
        assert_eq!(it.accepted, it.persisted + it.pending, "{it:?}");
        let details = it.details_stored + it.details_dropped + it.details_pending;
        assert_eq!(it.details_accepted, details, "{it:?}");
        assert_eq!(it.details_accepted, it.accepted, "{it:?}");
        it
    }
}

/// What is in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Visits: totals, quarters and days agree.
    pub visits: i64,
    /// Single visits: those stored, and those in each of the breakdowns, agree.
    pub details: i64,
    /// Milliseconds since the last flush began to be written.
    pub since_flush_ms: i64,
}

impl Stored {
    /// As it is now.
    pub async fn now(client: &Client) -> Self {
        // What was written, but is not added to the counts yet, belongs to each of them.
        let sum = |table: &str, journal: &str| {
            format!(
                "(select coalesce(sum(people + bots + prefetches), 0)::bigint from ( \
                 select people, bots, prefetches from {table} union all select part.* from {journal} part) parts)"
            )
        };
        let journal = "visit_journal j, lateral unnest(j.people, j.bots, j.prefetches)";
        let tables =
            ["visit_totals", "visit_quarters", "visit_days"].map(|table| sum(table, journal));
        let breakdowns = ["visit_breakdown_quarters", "visit_breakdown_days"].map(|table| {
            let journal = "visit_breakdown_journal j, lateral (select e.people, e.bots, e.prefetches \
                           from unnest(j.dimensions, j.people, j.bots, j.prefetches) \
                           e (dimension, people, bots, prefetches) where e.dimension = 'all')";
            sum(&format!("{table} where dimension = 'all'"), journal)
        });
        let sql = format!(
            "select {}, {}, {}, {}, {}, (select count(*) from visits), \
             (select coalesce(extract(epoch from clock_timestamp() - max(flushed_at)) * 1000, 0)::bigint \
              from visit_flushes)",
            tables[0], tables[1], tables[2], breakdowns[0], breakdowns[1]
        );
        let row = client.query_one(&sql, &[]).await.expect("sums");
        let numbers: Vec<i64> = (0..7).map(|column| row.get(column)).collect();
        let [
            totals,
            quarters,
            days,
            by_quarter,
            by_day,
            singles,
            since_flush_ms,
        ] = numbers[..]
        else {
            panic!("seven numbers");
        };
        assert_eq!((totals, totals), (quarters, days), "{numbers:?}");
        assert_eq!((singles, singles), (by_quarter, by_day), "{numbers:?}");
        Self {
            visits: totals,
            details: singles,
            since_flush_ms,
        }
    }
}

//! Edits through one instance, reads through another

use std::{cell::Cell as Remaining, time::Instant};

use dateline::base::coherence::STALENESS_BOUND;
use futures_util::future::join_all;

use super::cell::{Cell, read};
use crate::support::TestApp;

/// Articles that are edited at once, each with its links.
const CELLS: usize = 8;

/// How many edits are made; `make faults` asks for more.
fn edits() -> usize {
    let told = std::env::var("COHERENCE_EDITS").ok();
    told.map_or(2000, |told| {
        told.parse().expect("COHERENCE_EDITS: a number")
    })
}

#[tokio::test]
async fn no_instance_answers_later_than_the_bound_what_another_has_overtaken() {
    let app = TestApp::start().await;
    let other = app.beside(|_| {});
    let editor = app.admin().await;
    app.listening().await;
    other.listening().await;
    let begun = Instant::now();
    let remaining = Remaining::new(edits());
    let mut cells = Vec::new();
    for number in 0..CELLS {
        cells.push(Cell::new(number, &editor, (&app, &other)).await);
    }

    join_all(cells.iter_mut().map(|cell| async {
        while remaining.get() > 0 {
            remaining.set(remaining.get() - 1);
            cell.edit().await;
        }
    }))
    .await;

    let since_begun = cells.iter().map(|cell| cell.stalest.since_begun).max();
    let since_done = cells.iter().map(|cell| cell.stalest.since_done).max();
    let stale: usize = cells.iter().map(|cell| cell.stale).sum();
    let reads: usize = cells.iter().map(|cell| cell.reads).sum();
    eprintln!(
        "{} edits in {:?}; {reads} answers of the other instance, {stale} of them asked for after an \
         edit had been answered that overtook them, by at most {:?} ({:?} after it had begun)",
        edits(),
        begun.elapsed(),
        since_done.unwrap_or_default(),
        since_begun.unwrap_or_default()
    );
    assert!(reads > edits() / 2);
    tokio::time::sleep(STALENESS_BOUND).await;
    for instance in [&app, &other] {
        for link in cells.iter().flat_map(|cell| &cell.links) {
            assert_eq!(
                &read(instance, &link.code).await,
                link.current(),
                "{}",
                link.code
            );
        }
    }
}

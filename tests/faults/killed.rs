//! `kill -9` in mid-load

use std::time::Duration;

use crate::support::{Account, Api, Ground, Load, Writers};

/// How much later than the flush began a visit may have been answered that is in it: the time from
/// the collecting to the writing, on a busy machine.
const SLACK: Duration = Duration::from_millis(250);

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_loses_at_most_what_arrived_since_the_last_flush() {
    let ground = Ground::with_links(20).await;
    let mut before = 0;

    for flush_ms in ["200", "200", "200", "1000", "1000"] {
        let service = ground.serve(&[("VISIT_FLUSH_MS", flush_ms)]);
        let load = Load::start(&service.public, &ground.codes);
        // At moments that have nothing to do with the flusher's.
        load.visits(1500 + before % 700).await;

        let killed = service.kill();
        let seen = load.stop().await;
        ground.is_left().await;
        let stored = ground.stored().await;
        let flushed =
            std::time::Instant::now() - Duration::from_millis(stored.since_flush_ms.unsigned_abs());

        let visits = stored.visits - before;
        let lost = seen.visits() - visits;
        let reached = usize::try_from(visits).expect("a number");
        let begun = seen.found.get(reached).map_or(killed, |(at, _)| *at);
        println!(
            "killed: flush_ms={flush_ms} seen={} unanswered={} stored={visits} lost={lost} \
             lost_ms={} since_flush_ms={}",
            seen.visits(),
            seen.unanswered,
            killed.saturating_duration_since(begun).as_millis(),
            killed.saturating_duration_since(flushed).as_millis(),
        );
        assert!(visits <= seen.visits() + seen.unanswered, "nothing twice");
        let certain = seen.visits_before(flushed - SLACK);
        assert!(visits >= certain, "{visits} of {certain}");
        let interval: u64 = flush_ms.parse().expect("a number");
        let age = killed.saturating_duration_since(flushed);
        // An interval, a rest of two, and a busy machine.
        assert!(age < Duration::from_millis(3 * interval + 1500), "{age:?}");
        before = stored.visits;
    }

    let service = ground.serve(&[]);
    let load = Load::start(&service.public, &ground.codes);
    load.visits(500).await;
    let seen = load.stop().await;
    let account = Account::at_rest(&service).await;
    assert_eq!(account.accepted, seen.visits());
    assert_eq!(ground.stored().await.visits, before + seen.visits());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_keeps_every_write_that_it_acknowledged() {
    let ground = Ground::with_links(0).await;
    ground.linger().await;
    let service = ground.serve(&[]);
    let api = Api::as_admin(&ground, &service);
    drop(service);

    for round in ["one", "two"] {
        let service = ground.serve(&[]);
        let writers = Writers::start(&api.at(&service.api), round);
        writers.told("2", 120).await;
        ground.in_mid_transaction().await;
        service.kill();
        writers.told("no connection", 1).await;
        let mut ledger = writers.stop().await;
        ground.is_left().await;

        let service = ground.serve(&[]);
        let api = api.at(&service.api);
        ledger.expect_kept(&api).await;
        let there = ledger.retry(&api).await;
        ledger.expect_kept(&api).await;
        ground.expect_whole().await;
        println!("killed under writes: {ledger} there_before_retry={there}");
        ledger.expect_only(&["no answer", "no connection"]);
        assert!(ledger.told("no answer") > 0, "{ledger}");
    }
}

//! SIGTERM under load

use std::time::{Duration, Instant};

use crate::support::{Api, Ground, Load, Writers};

/// How long a process may take to end, with something for a busy machine.
const LIMIT: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_told_to_end_under_load_loses_nothing() {
    let ground = Ground::with_links(20).await;
    let mut before = 0;

    // With an interval that only the last drain can make up for, too.
    for flush_ms in ["200", "60000"] {
        let service = ground.serve(&[("VISIT_FLUSH_MS", flush_ms)]);
        let load = Load::start(&service.public, &ground.codes);
        load.visits(1500).await;

        let told = Instant::now();
        service.terminate();
        let status = service.end(LIMIT).await;
        let took = told.elapsed();
        let seen = load.stop().await;

        let visits = ground.stored().await.visits - before;
        println!(
            "ended: flush_ms={flush_ms} ms={} seen={} unanswered={} stored={visits}",
            took.as_millis(),
            seen.visits(),
            seen.unanswered
        );
        assert!(status.success(), "{status}");
        assert!(visits >= seen.visits(), "{visits} of {}", seen.visits());
        assert!(visits <= seen.visits() + seen.unanswered, "nothing twice");
        before += visits;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_told_to_end_under_writes_answers_all_that_it_does() {
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
        let told = Instant::now();
        service.terminate();
        let status = service.end(LIMIT).await;
        let took = told.elapsed();
        writers.told("no connection", 1).await;
        let mut ledger = writers.stop().await;

        let service = ground.serve(&[]);
        let api = api.at(&service.api);
        ledger.only_what_was_told().expect_kept(&api).await;
        ledger.retry(&api).await;
        ledger.expect_kept(&api).await;
        ground.expect_whole().await;
        println!("ended under writes: ms={} {ledger}", took.as_millis());
        assert!(status.success(), "{status}");
        ledger.expect_only(&["no answer", "no connection"]);
        // A connection that rests may be closed as a request is sent on it. What was begun is answered.
        assert!(ledger.told("no answer") <= 2, "{ledger}");
    }
}

//! SIGTERM under load

use std::time::{Duration, Instant};

use crate::support::{Ground, Load};

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

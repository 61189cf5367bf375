//! Every connection of Postgres taken by others

use std::time::{Duration, Instant};

use reqwest::Method;

use crate::support::{Api, Ground, Writers, follow};

/// How long it may take until callers are served again.
const RECOVERY: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn while_others_have_every_connection_callers_are_told_when_to_retry_and_memory_answers() {
    let ground = Ground::with_links(2).await;
    let service = ground.serve(&[]);
    let api = Api::as_admin(&ground, &service);
    let (cached, uncached) = (&ground.codes[0], &ground.codes[1]);
    assert_eq!(follow(&service, cached).await.0, 302);
    let writers = Writers::start(&api, "story");
    writers.told("2", 50).await;

    let held = ground.postgres.fill().await;
    writers.told("503", 50).await;
    let probes = [
        api.ask(Method::GET, "/livez").await.0,
        follow(&service, cached).await.0,
        follow(&service, uncached).await.0,
    ];
    let connections = held.len();
    drop(held);
    let freed = Instant::now();
    writers.told("2", 50).await;
    let back = freed.elapsed();
    let mut ledger = writers.stop().await;
    let there = ledger.retry(&api).await;

    println!(
        "filled: connections={connections} back_ms={} {ledger} there_before_retry={there}",
        back.as_millis()
    );
    assert_eq!(probes, [200, 302, 503]);
    assert!(back < RECOVERY, "{back:?}");
    ledger.expect_only(&["503 database-unavailable"]);
    ledger.expect_kept(&api).await;
    ground.expect_whole().await;
    assert_eq!(follow(&service, uncached).await.0, 302);
}

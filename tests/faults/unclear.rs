//! A connection cut between a commit and its answer

use crate::support::{Api, Ground, Proxy, Service, Writers};

#[tokio::test(flavor = "multi_thread")]
async fn a_write_whose_commit_is_not_answered_is_made_once_however_often_it_is_retried() {
    let ground = Ground::with_links(0).await;
    // Every write records a change, and nothing else does.
    let proxy = Proxy::losing(ground.postgres.url(), 7, "insert into changes").await;
    let service = Service::start(proxy.url(), &[]);
    let api = Api::as_admin(&ground, &service);
    let writers = Writers::start(&api, "story");

    writers.told("503", 24).await;
    let mut ledger = writers.stop().await;
    ledger.expect_kept(&api).await;
    let there = ledger.retry(&api).await;

    println!("unclear commits of writes: {ledger} there_before_retry={there}");
    ledger.expect_only(&["503 database-unavailable"]);
    assert!(there > 0, "{ledger}");
    ledger.expect_kept(&api).await;
    ground.expect_whole().await;
}

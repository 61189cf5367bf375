//! Postgres stopped under load

use std::time::{Duration, Instant};

use crate::support::{Account, Api, Ground, Load, Writers, follow};

/// How long Postgres is away.
const AWAY: Duration = Duration::from_secs(20);

/// How often it is restarted afterwards: each return is a moment at which readers could be refused.
const RESTARTS: usize = 6;

/// What a reader may wait for an answer out of memory, on a busy machine.
const SLOW: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread")]
async fn while_postgres_is_stopped_cached_links_are_followed_and_every_visit_is_kept() {
    let mut ground = Ground::with_links(20).await;
    let (cached, uncached) = ground.codes.split_at(10);
    let (cached, uncached) = (cached.to_vec(), uncached.to_vec());
    let service = ground.serve(&[]);
    let load = Load::start(&service.public, &cached);
    load.visits(500).await;

    let stopped = Instant::now();
    ground.postgres.stop().await;
    let mut answers = Vec::new();
    while stopped.elapsed() < AWAY {
        for code in &uncached {
            answers.push(follow(&service, code).await.0);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let during = load.so_far();
    ground.postgres.start_again().await;
    load.visits(500).await;
    for _ in 0..RESTARTS {
        ground.postgres.stop().await;
        load.visits(300).await;
        ground.postgres.start_again().await;
        load.visits(700).await;
    }
    let seen = load.stop().await;
    let account = Account::at_rest(&service).await;
    let stored = ground.stored().await;

    let slowest = during.slowest_since(stopped);
    println!(
        "stopped: seen={} while_away={} slowest_ms={} flush_failures={}",
        seen.visits(),
        during.visits() - during.visits_before(stopped),
        slowest.as_millis(),
        account.flush_failures,
    );
    assert!(answers.iter().all(|status| *status == 503), "{answers:?}");
    assert!(seen.others.is_empty(), "{:?}", seen.others);
    assert_eq!((seen.unanswered, seen.refused), (0, 0));
    assert!(slowest < SLOW, "{slowest:?}");
    assert!(account.flush_failures > 0);
    assert_eq!(account.accepted, seen.visits());
    assert_eq!(stored.visits, seen.visits());
    assert_eq!(stored.details, account.details_stored);
    assert_eq!(follow(&service, &uncached[0]).await.0, 302);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_crashes_in_mid_transaction_keeps_every_write_that_was_acknowledged() {
    let mut ground = Ground::with_links(0).await;
    ground.linger().await;
    let service = ground.serve(&[]);
    let api = Api::as_admin(&ground, &service);
    let writers = Writers::start(&api, "story");

    for _ in 0..2 {
        writers.told("2", 80).await;
        ground.in_mid_transaction().await;
        ground.postgres.crash().await;
        writers.told("503", 20).await;
        ground.postgres.start_again().await;
    }
    writers.told("2", 80).await;
    let mut ledger = writers.stop().await;
    ledger.expect_kept(&api).await;
    let there = ledger.retry(&api).await;

    println!("crashed under writes: {ledger} there_before_retry={there}");
    ledger.expect_only(&["503 database-unavailable"]);
    ledger.expect_kept(&api).await;
    ground.expect_whole().await;
    let log = service.lines("internal_error");
    assert!(log.is_empty(), "{log:#?}");
}

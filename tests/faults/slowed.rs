//! Postgres slowed, and silent

use std::time::{Duration, Instant};

use dateline::base::coherence::STALENESS_BOUND;

use crate::support::{Account, Api, Ground, Load, Mode, Proxy, Seen, Service, Writers};

/// By how much each piece is late that goes to Postgres or comes from it.
const LATE: Duration = Duration::from_millis(200);

/// How long Postgres is slow, or silent.
const WHILE: Duration = Duration::from_secs(10);

/// What a reader may wait for an answer out of memory, on a busy machine.
const SLOW: Duration = Duration::from_secs(1);

/// How long it may take until notices arrive again on a way that is open.
const RECOVERY: Duration = Duration::from_secs(5);

/// Slack for a busy machine.
const SLACK: Duration = Duration::from_millis(500);

async fn expect_exact(ground: &Ground, service: &Service, seen: &Seen) -> Account {
    let account = Account::at_rest(service).await;
    let stored = ground.stored().await;
    assert!(seen.others.is_empty(), "{:?}", seen.others);
    assert_eq!((seen.unanswered, seen.refused), (0, 0));
    assert_eq!(account.accepted, seen.visits());
    assert_eq!(stored.visits, seen.visits());
    assert_eq!(stored.details, account.details_stored);
    account
}

#[tokio::test(flavor = "multi_thread")]
async fn while_postgres_is_slow_cached_links_are_followed_at_once_and_every_visit_is_kept() {
    let ground = Ground::with_links(10).await;
    let proxy = Proxy::open(ground.postgres.url()).await;
    let service = Service::start(proxy.url(), &[]);
    let load = Load::start(&service.public, &ground.codes);
    load.visits(500).await;

    let slowed = Instant::now();
    proxy.set(Mode::Slow(LATE));
    tokio::time::sleep(WHILE).await;
    let during = load.so_far();
    let pending = Account::read(&service).await.pending;
    let seen = load.stop().await;
    let account = expect_exact(&ground, &service, &seen).await;

    let slowest = during.slowest_since(slowed);
    println!(
        "slowed: seen={} slowest_ms={} pending={pending} flush_failures={} rest_ms={}",
        seen.visits(),
        slowest.as_millis(),
        account.flush_failures,
        (slowed.elapsed() - WHILE).as_millis(),
    );
    assert!(slowest < SLOW, "{slowest:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_postgres_is_silent_cached_links_are_followed_and_the_listener_is_known_as_lost() {
    let ground = Ground::with_links(10).await;
    let proxy = Proxy::open(ground.postgres.url()).await;
    let service = Service::start(proxy.url(), &[]);
    let load = Load::start(&service.public, &ground.codes);
    load.visits(500).await;

    let stalled = Instant::now();
    proxy.set(Mode::Stalled);
    let lost = service.logged("event=listener_lost", stalled).await;
    tokio::time::sleep(WHILE).await;
    let during = load.so_far();
    let opened = Instant::now();
    proxy.set(Mode::Open);
    let listening = service.logged("event=listening", opened).await;
    load.visits(500).await;
    let seen = load.stop().await;
    let account = expect_exact(&ground, &service, &seen).await;

    let slowest = during.slowest_since(stalled);
    // Until the listener is lost memory answers; then, once, all who come wait for a look-up.
    let fewest = during.fewest_in_a_second(lost + SLOW + SLACK, opened);
    println!(
        "stalled: seen={} while_silent={} slowest_ms={} slowest_second={fewest} lost_ms={} listening_ms={} \
         flush_failures={}",
        seen.visits(),
        during.visits() - during.visits_before(stalled),
        slowest.as_millis(),
        (lost - stalled).as_millis(),
        (listening - opened).as_millis(),
        account.flush_failures,
    );
    assert!(lost - stalled < STALENESS_BOUND + SLACK);
    assert!(listening - opened < RECOVERY);
    assert!(slowest < SLOW + SLACK, "{slowest:?}");
    assert!(fewest > 50, "one waits for all: {fewest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_postgres_is_slow_writes_are_made_slowly_or_refused_and_nothing_is_half_done() {
    let ground = Ground::with_links(0).await;
    let proxy = Proxy::open(ground.postgres.url()).await;
    // Fewer places than writers, and less patience than a slow write takes.
    let settings = [
        ("DATABASE_POOL_SIZE", "2"),
        ("STATEMENT_TIMEOUT_MS", "1000"),
        ("DATABASE_WAIT_MS", "1000"),
    ];
    let service = Service::start(proxy.url(), &settings);
    let api = Api::as_admin(&ground, &service);
    let writers = Writers::start(&api, "story");
    writers.told("2", 100).await;

    proxy.set(Mode::Slow(LATE / 8));
    writers.told("2", 8).await;
    writers.told("503", 8).await;
    let slow = writers.so_far();
    proxy.set(Mode::Open);
    writers.told("2", 100).await;
    let mut ledger = writers.stop().await;
    ledger.expect_kept(&api).await;
    let there = ledger.retry(&api).await;

    println!("slowed under writes: {slow}; at last {ledger} there_before_retry={there}");
    ledger.expect_only(&["503 database-busy", "503 database-unavailable"]);
    ledger.expect_kept(&api).await;
    ground.expect_whole().await;
}

//! Several instances that count visits of the same links

use std::time::Duration;

use crate::support::{Account, Ground, Load, Proxy, Seen, Service, until};

/// How long there is load, if nothing else ends it.
const WHILE: Duration = Duration::from_secs(8);

/// So many writes have to fail before the load ends.
const FAILURES: i64 = 5;

/// How often each instance flushes: so often that they are always at it together.
const OFTEN: &[(&str, &str)] = &[("VISIT_FLUSH_MS", "10")];

/// A Postgres that takes a millisecond for each row of a total, so that two instances are always at
/// the same rows at once: locked in different orders, these would be a deadlock in no time.
const LINGER: &str = "create function linger() returns trigger language plpgsql as \
                      $$ begin perform pg_sleep(0.001); return new; end $$; \
                      create trigger linger before insert on visit_totals \
                      for each row execute function linger();";

/// Load on both instances until something has come about, what was seen, and what each of them says at
/// rest.
async fn visits_of(
    ground: &Ground,
    services: &[Service; 2],
    end: impl Future<Output = ()>,
) -> [(Seen, Account); 2] {
    // In opposite order, which is how two that lock rows as they come would block each other.
    let mut reverse = ground.codes.clone();
    reverse.reverse();
    let loads = [
        Load::start(&services[0].public, &ground.codes),
        Load::start(&services[1].public, &reverse),
    ];
    end.await;
    let [one, other] = loads;
    let (one, other) = (one.stop().await, other.stop().await);
    let accounts = (
        Account::at_rest(&services[0]).await,
        Account::at_rest(&services[1]).await,
    );
    [(one, accounts.0), (other, accounts.1)]
}

/// Every visit was answered, was counted by the instance that answered, and is in Postgres once.
async fn expect_exact(ground: &Ground, counted: &[(Seen, Account); 2]) {
    for (seen, account) in counted {
        assert!(seen.others.is_empty(), "{:?}", seen.others);
        assert_eq!((seen.unanswered, seen.refused), (0, 0));
        assert_eq!(account.accepted, seen.visits());
    }
    let all = counted.iter().map(|(seen, _)| seen.visits()).sum::<i64>();
    let stored = ground.stored().await;
    assert_eq!(stored.visits, all);
    let details = counted.iter().map(|(_, account)| account.details_stored);
    assert_eq!(stored.details, details.sum::<i64>());
    let log = ground.postgres.log();
    assert!(!log.contains("deadlock"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_flush_visits_of_the_same_links_exactly_and_never_deadlock() {
    let ground = Ground::with_links(40).await;
    let admin = ground.postgres.connect().await;
    admin.batch_execute(LINGER).await.expect("a trigger");
    let services = [ground.serve(OFTEN), ground.serve(OFTEN)];

    let counted = visits_of(&ground, &services, tokio::time::sleep(WHILE)).await;

    let visits = counted.each_ref().map(|(seen, _)| seen.visits());
    println!("two instances: seen={visits:?}");
    expect_exact(&ground, &counted).await;
    assert!(counted.iter().all(|(_, it)| it.flush_failures == 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_lost_counts_once_beside_another_instance() {
    let ground = Ground::with_links(40).await;
    let proxy = Proxy::losing(ground.postgres.url(), 2, "visit_flushes").await;
    let services = [ground.serve(OFTEN), Service::start(proxy.url(), OFTEN)];

    // However slow the machine, and however long an instance rests after each write.
    let end = until("writes whose answer is lost", async || {
        Account::read(&services[1]).await.flush_failures >= FAILURES
    });
    let counted = visits_of(&ground, &services, end).await;

    let visits = counted.each_ref().map(|(seen, _)| seen.visits());
    let failures = counted[1].1.flush_failures;
    println!("unclear commits: seen={visits:?} flush_failures={failures}");
    expect_exact(&ground, &counted).await;
}

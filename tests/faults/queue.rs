//! A queue of single visits that is full

use crate::support::{Account, Ground, Load};

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_drops_single_visits_and_says_so_but_never_a_count() {
    let ground = Ground::with_links(10).await;
    let service = ground.serve(&[("VISIT_QUEUE_SIZE", "8")]);
    let load = Load::start(&service.public, &ground.codes);
    load.visits(3000).await;

    let seen = load.stop().await;
    let account = Account::at_rest(&service).await;
    let stored = ground.stored().await;

    println!(
        "full queue: seen={} details_stored={} details_dropped={}",
        seen.visits(),
        account.details_stored,
        account.details_dropped
    );
    assert_eq!(account.accepted, seen.visits());
    assert_eq!(stored.visits, seen.visits());
    assert_eq!(stored.details, account.details_stored);
    assert!(account.details_dropped > 1000, "{account:?}");
    assert!(account.details_stored > 8, "{account:?}");
}

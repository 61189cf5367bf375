//! For how long memory answers without Postgres

use std::time::{Duration, Instant};

use crate::support::{Ground, Mode, Proxy, Service, follow, until};

/// `CACHE_GRACE_S`
const GRACE: Duration = Duration::from_secs(2);

/// Slack for a busy machine.
const SLACK: Duration = Duration::from_millis(700);

#[tokio::test(flavor = "multi_thread")]
async fn without_postgres_memory_answers_for_the_grace_and_never_shows_what_was_changed_meanwhile()
{
    let ground = Ground::with_links(1).await;
    let code = &ground.codes[0];
    let proxy = Proxy::open(ground.postgres.url()).await;
    let cut_off = Service::start(proxy.url(), &[("CACHE_GRACE_S", "2")]);
    let editor = ground.serve(&[]);
    let listening = Instant::now() - Duration::from_secs(60);
    cut_off.logged("event=listening", listening).await;
    let (old, new) = ("https://news.example/0", "https://news.example/new");
    assert_eq!(follow(&cut_off, code).await, (302, Some(old.to_owned())));

    let cut = Instant::now();
    proxy.set(Mode::Cut);
    ground.retarget(&editor, code, new).await;
    let mut last = cut;
    until("an answer without memory", async || {
        let (status, target) = follow(&cut_off, code).await;
        if status == 302 {
            assert_eq!(target.as_deref(), Some(old));
            last = Instant::now();
        }
        status == 503
    })
    .await;
    let grace = last - cut;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(2) {
        assert_eq!(follow(&cut_off, code).await.0, 503);
    }
    let opened = Instant::now();
    proxy.set(Mode::Open);
    until("an answer out of Postgres", async || {
        let (status, target) = follow(&cut_off, code).await;
        assert!(
            status == 503 || target.as_deref() == Some(new),
            "{target:?}"
        );
        status == 302
    })
    .await;
    let back = opened.elapsed();
    cut_off.logged("event=listening", opened).await;
    let after = follow(&cut_off, code).await;

    println!(
        "grace: answered_ms={} back_ms={}",
        grace.as_millis(),
        back.as_millis()
    );
    assert!(grace < GRACE + SLACK, "{grace:?}");
    assert!(grace > GRACE - SLACK, "{grace:?}");
    assert_eq!(after, (302, Some(new.to_owned())));
}

//! Single visits: how many there may be, and what is kept of them

use std::time::Duration;

use chrono::Utc;
use reqwest::Method;

use dateline::visits::{Class, Visit};

use super::ground::{BROWSER, Instance, counts, follow, groups, link, number, settled, stats};
use crate::support::TestApp;

#[tokio::test]
async fn a_full_queue_drops_detail_and_never_the_count() {
    let app = TestApp::start().await;
    link(&app, "harbour").await;
    let link = number(&app, "harbour").await;
    let mut instance = Instance::beside(&app, |config| config.visit_queue_size = 3);
    let visit = Visit {
        class: Class::Person,
        channel: Some("wa"),
        referrer: Some("social.example"),
        country: Some(*b"SA"),
        at: Utc::now(),
    };

    for _ in 0..10 {
        instance.record(link, visit);
    }
    let before = instance.recorder.account(Utc::now());
    instance.write().await;
    let after = instance.recorder.account(Utc::now());

    assert_eq!(
        (before.accepted, before.persisted, before.pending),
        (10, 0, 10)
    );
    assert_eq!(
        (after.accepted, after.persisted, after.pending),
        (10, 10, 0)
    );
    let details = |it: dateline::visits::Account| {
        [
            it.details_accepted,
            it.details_stored,
            it.details_dropped,
            it.details_pending,
        ]
    };
    assert_eq!(details(before), [10, 0, 7, 3]);
    assert_eq!(details(after), [10, 3, 7, 0]);
    for (by, value) in [
        ("channel", "wa"),
        ("referrer", "social.example"),
        ("country", "SA"),
    ] {
        let told = stats(&app, "harbour", &format!("by={by}")).await;
        assert_eq!(counts(&told["total"]), [10, 0, 0]);
        assert_eq!(groups(&told), [(value.to_owned(), [3, 0, 0])]);
        assert_eq!(counts(&told["unattributed"]), [7, 0, 0]);
    }
    let rows = "select concat_ws(' ', class, channel, referrer, country) as line from visits";
    assert_eq!(app.lines(rows).await, ["person wa social.example SA"; 3]);
}

#[tokio::test]
async fn many_single_visits_are_written_before_their_time() {
    let app = TestApp::start().await;
    let config = |config: &mut dateline::base::config::Config| {
        config.visit_flush = Duration::from_secs(3600);
    };
    let Instance {
        recorder,
        mut flusher,
    } = Instance::beside(&app, config);
    let flushing = tokio::spawn(async move { flusher.flush_forever().await });
    tokio::task::yield_now().await;
    let tally = recorder.tally(1);

    let visit = Visit {
        class: Class::Bot,
        channel: None,
        referrer: None,
        country: None,
        at: Utc::now(),
    };
    for _ in 0..5_000 {
        recorder.record(&tally, visit);
    }

    super::ground::until("the visits being written", || async {
        recorder.account(Utc::now()).details_stored == 5_000
    })
    .await;
    flushing.abort();
}

#[tokio::test]
async fn neither_addresses_nor_user_agents_of_readers_are_kept() {
    let app = TestApp::start().await;
    let code = link(&app, "harbour").await;
    let headers = [
        ("user-agent", BROWSER),
        ("x-forwarded-for", "192.0.2.77"),
        ("forwarded", "for=192.0.2.77"),
        ("cookie", "reader=anna"),
        ("accept-language", "ar-SA"),
        (
            "referer",
            "https://anna:secret@social.example/inbox/anna?reader=anna",
        ),
    ];

    follow(&app, Method::GET, &code, &headers).await;
    settled(&app).await;

    let columns = "select string_agg(column_name, ' ' order by ordinal_position) as line \
                   from information_schema.columns where table_name ~ '^visit' \
                   and table_name !~ '^visits_' group by table_name order by table_name";
    insta::assert_snapshot!(app.lines(columns).await.join("\n"), @"
    link_id dimension day value people bots prefetches
    id link_ids dimensions quarters names people bots prefetches
    link_id dimension at value people bots prefetches
    link_id day people bots prefetches
    instance sequence flushed_at
    id link_ids quarters people bots prefetches
    link_id at people bots prefetches
    link_id people bots prefetches
    at link_id class channel referrer country
    ");
    let mut kept = String::new();
    let tables =
        "select relname::text as line from pg_class where relname ~ '^visit' and relkind = 'r'";
    for table in app.lines(tables).await {
        kept += &app
            .lines(&format!("select t::text as line from {table} t"))
            .await
            .join("\n");
    }
    assert!(kept.contains("social.example"), "{kept}");
    for hidden in [
        "Mozilla",
        "Firefox",
        "192.0.2",
        "127.0.0.1",
        "anna",
        "secret",
        "inbox",
        "ar-SA",
    ] {
        assert!(!kept.contains(hidden), "{hidden} in {kept}");
    }
}

//! Exactly once into the database

use std::time::Duration;

use chrono::{TimeDelta, Utc};

use super::ground::{
    Instance, counts, link, metrics, number, rolled_up, settled, stats, until, visit,
};
use crate::support::TestApp;

const TOTALS: &str = "select concat_ws(' ', \
    (select sum(people) from visit_totals), (select sum(people) from visit_quarters), \
    (select sum(people) from visit_days), (select count(*) from visits), \
    (select sum(people) from visit_breakdown_quarters), (select sum(people) from visit_breakdown_days)) as line";

async fn totals(app: &TestApp) -> String {
    rolled_up(app).await;
    app.lines(TOTALS).await.concat()
}

#[tokio::test]
async fn what_is_counted_is_written_or_waits_to_be() {
    let app = TestApp::with(|config| config.visit_flush = Duration::from_secs(3600)).await;
    let code = link(&app, "harbour").await;

    for _ in 0..7 {
        visit(&app, &code).await;
    }
    let waiting = metrics(&app).await;
    app.advance(60);
    let later = metrics(&app).await;

    let names = [
        "visits_accepted_total",
        "visits_persisted_total",
        "visits_pending",
    ];
    assert_eq!(names.map(|name| waiting[name]), [7.0, 0.0, 7.0]);
    let names = [
        "visit_details_accepted_total",
        "visit_details_stored_total",
        "visit_details_dropped_total",
        "visit_details_pending",
    ];
    assert_eq!(names.map(|name| waiting[name]), [7.0, 0.0, 0.0, 7.0]);
    assert!(later["visits_oldest_pending_seconds"] >= 60.0, "{later:?}");
    assert_eq!(later["visit_flush_failures_total"], 0.0);
}

#[tokio::test]
async fn what_was_written_waits_no_more() {
    let app = TestApp::start().await;
    let code = link(&app, "harbour").await;

    for _ in 0..7 {
        visit(&app, &code).await;
    }
    let now = settled(&app).await;

    assert_eq!(now["visits_accepted_total"], 7.0);
    assert_eq!(now["visits_persisted_total"], 7.0);
    assert_eq!(now["visit_details_stored_total"], 7.0);
    assert_eq!(now["visits_oldest_pending_seconds"], 0.0);
    assert_eq!(totals(&app).await, "7 7 7 7 7 7");
}

#[tokio::test]
async fn a_service_that_stops_writes_what_is_left() {
    let app = TestApp::start().await;
    let code = link(&app, "harbour").await;
    let url = app.database.url.clone();
    let other = TestApp::with(|config| {
        config.visit_flush = Duration::from_secs(3600);
        config.database_url = Some(dateline::base::config::Secret(url));
    })
    .await;

    for _ in 0..5 {
        visit(&other, &code).await;
    }
    assert_eq!(totals(&app).await, "0");
    drop(other);

    assert_eq!(totals(&app).await, "5 5 5 5 5 5");
}

#[tokio::test]
async fn what_cannot_be_written_waits_and_is_written_once() {
    let app = TestApp::start().await;
    let mut instance = Instance::beside(&app, |_| {});
    let now = Utc::now();

    app.execute("alter table visits rename to away")
        .await
        .expect("a table");
    for _ in 0..4 {
        instance.visit(1, now);
    }
    instance.flusher.drain(Duration::from_millis(300)).await;
    instance.visit(1, now);
    instance.visit(2, now - TimeDelta::hours(30));
    let away = instance.recorder.account(now);
    app.execute("alter table away rename to visits")
        .await
        .expect("a table");
    instance.write().await;

    assert!(away.flush_failures > 0);
    assert_eq!((away.accepted, away.persisted, away.pending), (6, 0, 6));
    assert_eq!((away.details_stored, away.details_pending), (0, 6));
    assert_eq!(totals(&app).await, "6 6 6 6 6 6");
    let done = instance.recorder.account(now);
    assert_eq!((done.persisted, done.details_stored), (6, 6));
}

#[tokio::test]
async fn two_services_count_the_same_links_exactly() {
    let app = TestApp::start().await;
    let code = link(&app, "harbour").await;
    let url = app.database.url.clone();
    let other = TestApp::with(|config| {
        config.database_url = Some(dateline::base::config::Secret(url));
    })
    .await;

    let visits = (0..100).map(|_| async {
        tokio::join!(visit(&app, &code), visit(&other, &code));
    });
    futures_util::future::join_all(visits).await;
    let (one, two) = (settled(&app).await, settled(&other).await);

    let told = stats(&app, &code, "").await;
    assert_eq!(counts(&told["total"]), [200, 0, 0]);
    for instance in [one, two] {
        assert_eq!(instance["visits_persisted_total"], 100.0);
        assert_eq!(instance["visit_flush_failures_total"], 0.0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn instances_that_write_the_same_rows_wait_for_each_other_and_never_in_a_circle() {
    const LINKS: i64 = 300;
    const ROUNDS: i64 = 15;
    let app = TestApp::start().await;
    let mut instances = [
        Instance::beside(&app, |_| {}),
        Instance::beside(&app, |_| {}),
    ];
    let now = Utc::now();
    // Partitions are there before the race, which is about rows.
    for instance in &mut instances {
        instance.visit(1, now);
        instance.write().await;
    }

    let writing = instances
        .into_iter()
        .enumerate()
        .map(|(turn, mut instance)| {
            tokio::spawn(async move {
                for _ in 0..ROUNDS {
                    for link in 0..LINKS {
                        // The two meet the links from opposite ends.
                        let link = if turn == 0 { link } else { LINKS - 1 - link };
                        instance.visit(link, now);
                    }
                    instance.write().await;
                }
                instance.recorder.account(now)
            })
        });
    let accounts = futures_util::future::join_all(writing).await;

    for account in accounts {
        let account = account.expect("an instance");
        assert_eq!(account.flush_failures, 0);
        assert_eq!(account.persisted, LINKS * ROUNDS + 1);
    }
    let all = 2 * (LINKS * ROUNDS + 1);
    let expected = [all; 6].map(|number| number.to_string()).join(" ");
    assert_eq!(totals(&app).await, expected);
}

#[tokio::test]
async fn old_instances_are_forgotten() {
    let app = TestApp::start().await;
    let code = link(&app, "harbour").await;
    let flushes = "select sequence::text as line from visit_flushes";

    visit(&app, &code).await;
    settled(&app).await;
    assert_eq!(app.lines(flushes).await, ["1"]);
    app.advance(8 * 86_400);
    until("an empty table", || async {
        app.lines(flushes).await.is_empty()
    })
    .await;
    visit(&app, &code).await;
    settled(&app).await;

    assert_eq!(app.lines(flushes).await, ["2"]);
    assert_eq!(totals(&app).await, "2 2 2 2 2 2");
}

#[tokio::test]
async fn a_link_keeps_its_visits_apart_from_its_row() {
    let app = TestApp::start().await;
    let code = link(&app, "harbour").await;
    let id = number(&app, &code).await;

    visit(&app, &code).await;
    settled(&app).await;

    let totals = format!("select people::text as line from visit_totals where link_id = {id}");
    assert_eq!(app.lines(&totals).await, ["1"]);
    let version = "select version::text as line from short_links";
    assert_eq!(app.lines(version).await, ["1"]);
}

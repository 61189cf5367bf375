//! How seldom the database is asked, and how much is kept

use std::time::{Duration, Instant};

use chrono::{SecondsFormat, TimeDelta};
use dateline::base::coherence::STALENESS_BOUND;
use futures_util::{StreamExt, future::join_all, stream};
use serde_json::json;

use super::cell::read;
use crate::support::{Story, TestApp};

#[tokio::test]
async fn two_hundred_first_readers_ask_the_database_once() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    app.listening().await;
    let story = Story::publish(&editor, "https://news.example/a").await;

    for (code, status) in [(story.code.as_str(), 302), ("nowhere", 404)] {
        let before = app.lookups().await;
        let answers = join_all((0..200).map(|_| read(&app, code))).await;

        assert!(answers.iter().all(|seen| seen.0 == status), "{code}");
        assert_eq!(app.lookups().await - before, 1, "{code}");
    }
}

#[tokio::test]
async fn an_alias_that_was_tried_too_early_is_found_on_every_instance() {
    let app = TestApp::start().await;
    let other = app.beside(|_| {});
    let editor = app.admin().await;
    app.listening().await;
    other.listening().await;

    for number in 0..20 {
        let code = format!("early-{number}");
        for _ in 0..2 {
            assert_eq!(read(&app, &code).await.0, 404);
            assert_eq!(read(&other, &code).await.0, 404);
        }
        let link = json!({"code": code, "target_url": "https://news.example/"});
        let batch = json!({"operations": [{"op": "create", "code": code, "target_url": "https://news.example/"}]});
        if number % 2 == 0 {
            editor.post("/v1/short-links", link).await.expect(201);
        } else {
            let done = editor
                .post("/v1/short-links/batch", batch)
                .await
                .expect(200);
            assert_eq!(done.member("/items/0/status"), "201", "{}", done.text());
        }
        let done = Instant::now();

        assert_eq!(read(&app, &code).await.0, 302);
        while read(&other, &code).await.0 != 302 {
            assert!(done.elapsed() < STALENESS_BOUND);
        }
    }
}

#[tokio::test]
async fn what_is_in_memory_turns_live_and_ends_on_the_moment() {
    let app = TestApp::with(|config| config.link_absent = Duration::from_secs(600)).await;
    let editor = app.admin().await;
    app.listening().await;
    let ahead = |seconds| {
        let moment = app.now() + TimeDelta::seconds(seconds);
        moment.to_rfc3339_opts(SecondsFormat::Micros, true)
    };
    let story = json!({
        "status": "published", "canonical_url": "https://news.example/a",
        "published_at": ahead(1000), "expires_at": ahead(2000),
    });
    let story = Story::create(&editor, story).await;
    let link = json!({
        "code": "early", "target_url": "https://news.example/b",
        "not_before": ahead(1000), "expires_at": ahead(2000),
    });
    editor.post("/v1/short-links", link).await.expect(201);
    let statuses = async || [read(&app, &story.code).await.0, read(&app, "early").await.0];
    assert_eq!(statuses().await, [404, 404]);
    let lookups = app.lookups().await;

    app.advance(900);
    assert_eq!(statuses().await, [404, 404]);
    app.advance(100);
    assert_eq!(statuses().await, [302, 302]);
    app.advance(900);
    assert_eq!(statuses().await, [302, 302]);
    app.advance(100);
    assert_eq!(statuses().await, [410, 410]);
    assert_eq!(app.lookups().await, lookups);
}

/// Many more links than fit, and as many codes that nobody has given out.
#[tokio::test]
async fn memory_is_bounded_and_a_link_that_is_read_again_and_again_stays_in_it() {
    const BYTES: u64 = 256 * 1024;
    const LINKS: u64 = 2000;
    let app = TestApp::with(|config| config.link_cache_bytes = BYTES).await;
    let links = format!(
        "insert into short_links (domain, code, kind, status, target_url, created_at, modified_at) \
         select 'exmp.news', 'hot-' || n, 'alias', 'active', 'https://news.example/' || n, now(), now() \
         from generate_series(0, {LINKS}) n"
    );
    app.execute(&links).await.expect("links");
    app.listening().await;
    let before = app.lookups().await;

    for kind in ["none", "hot"] {
        let asked = stream::iter(1..=LINKS).map(|number| {
            let app = &app;
            async move {
                if number % 10 == 0 {
                    assert_eq!(read(app, "hot-0").await.0, 302);
                }
                read(app, &format!("{kind}-{number}")).await;
                if number % 200 == 0 {
                    let bytes = app.metric("link_cache_bytes").await;
                    assert!(bytes <= BYTES, "{bytes}");
                }
            }
        });
        asked.buffer_unordered(8).collect::<Vec<()>>().await;
    }

    // Each code once, and the one that is read again and again once too.
    assert_eq!(app.lookups().await - before, 2 * LINKS + 1);
    let bytes = app.metric("link_cache_bytes").await;
    assert!(bytes > BYTES / 2, "{bytes}");
}

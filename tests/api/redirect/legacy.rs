//! Imported codes, and what becomes of links, as readers see it

use std::{fs, time::Instant};

use chrono::{SecondsFormat, TimeDelta};
use dateline::base::coherence::STALENESS_BOUND;
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::{
    ops::dateline,
    support::{Answer, TestApp},
};

async fn get(app: &TestApp, domain: &str, code: &str) -> Answer {
    app.follow(Method::GET, domain, &format!("/{code}")).await
}

fn import(app: &TestApp, lines: &str) {
    let path = std::env::temp_dir().join(format!("import-{}.csv", Uuid::now_v7().simple()));
    fs::write(&path, format!("domain,code,target\n{lines}")).expect("a file");
    let settings = [
        ("DATABASE_URL", &*app.database.url),
        ("SHORT_BASE_URLS", "https://exmp.news,https://arab.example"),
    ];
    let run = dateline(
        &["import", "short-links", &path.to_string_lossy()],
        &settings,
    )
    .output();
    fs::remove_file(&path).ok();
    let run = run.expect("the binary");
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
}

#[tokio::test]
async fn an_imported_code_is_found_on_its_domain_whatever_its_check_character() {
    let app = TestApp::start().await;
    let other = app.beside(|_| {});
    app.listening().await;
    other.listening().await;
    for instance in [&app, &other] {
        for code in ["bcdfgh", "x", "old_1"] {
            get(instance, "exmp.news", code).await.expect(404);
        }
    }

    import(
        &app,
        "exmp.news,BCDFGH,https://news.example/a\nexmp.news,x,https://news.example/b\nexmp.news,old_1,https://news.example/c\n",
    );
    let done = Instant::now();

    for instance in [&app, &other] {
        for (code, address) in [("bcdfgh", "a"), ("x", "b"), ("OLD_1", "c")] {
            while get(instance, "exmp.news", code).await.status != 302 {
                assert!(done.elapsed() < STALENESS_BOUND, "{code}");
            }
            let found = get(instance, "exmp.news", code).await;
            assert_eq!(
                found.header("location"),
                format!("https://news.example/{address}")
            );
        }
        let lookups = instance.lookups().await;
        for (domain, code) in [
            ("arab.example", "bcdfgh"),
            ("arab.example", "x"),
            ("exmp.news", "bcdfghj"),
        ] {
            let refused = get(instance, domain, code).await.expect(404);
            assert_eq!(
                refused.header("cache-control"),
                "public, max-age=10",
                "{code}"
            );
        }
        assert_eq!(instance.lookups().await, lookups);
        let unknown = get(instance, "exmp.news", "bcdfgj").await.expect(404);
        assert_eq!(unknown.header("cache-control"), "no-store");
        assert_eq!(instance.lookups().await, lookups + 1);
    }
}

#[tokio::test]
async fn a_blocked_link_says_so_and_a_gone_one_names_its_replacement_until_it_is_restored() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    app.listening().await;
    let path = "/v1/short-links/exmp.news/eid";
    let link = json!({
        "code": "eid", "target_url": "https://news.example/a",
        "replacement_url": "https://news.example/b?x=\"<1>\"",
    });
    editor.post("/v1/short-links", link).await.expect(201);
    get(&app, "exmp.news", "eid").await.expect(302);

    editor
        .patch(path, json!({"status": "blocked"}))
        .await
        .expect(200);
    let blocked = get(&app, "exmp.news", "eid").await.expect(451);
    editor.delete(path).await.expect(204);
    let gone = get(&app, "exmp.news", "eid").await.expect(410);
    // The way back from gone is no way around the law.
    let restore = format!("{path}/restore");
    editor.post(&restore, json!({})).await.expect(200);
    get(&app, "exmp.news", "eid").await.expect(451);
    editor
        .patch(path, json!({"status": "active"}))
        .await
        .expect(200);
    editor.delete(path).await.expect(204);
    editor.post(&restore, json!({})).await.expect(200);
    let restored = get(&app, "exmp.news", "eid").await.expect(302);

    assert_eq!(blocked.header("cache-control"), "public, max-age=60");
    assert_eq!(blocked.header("content-type"), "text/html; charset=utf-8");
    for answer in [&blocked, &gone] {
        assert_eq!(answer.header("location"), "");
        assert!(
            !answer.text().contains("https://news.example/a"),
            "{}",
            answer.text()
        );
    }
    assert!(
        !blocked.text().contains("https://news.example/b"),
        "{}",
        blocked.text()
    );
    assert!(
        gone.text().contains("href=\"https://news.example/b?x="),
        "{}",
        gone.text()
    );
    assert!(!gone.text().contains("<1>"), "{}", gone.text());
    assert_eq!(restored.header("location"), "https://news.example/a");
}

#[tokio::test]
async fn a_link_begins_on_the_very_moment() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    app.listening().await;
    let start = app.now() + TimeDelta::seconds(1000);
    let link = json!({
        "code": "eid", "target_url": "https://news.example/a",
        "not_before": start.to_rfc3339_opts(SecondsFormat::Micros, true),
    });
    editor.post("/v1/short-links", link).await.expect(201);

    get(&app, "exmp.news", "eid").await.expect(404);
    app.advance(990);
    get(&app, "exmp.news", "eid").await.expect(404);
    app.advance(10);
    get(&app, "exmp.news", "eid").await.expect(302);
}

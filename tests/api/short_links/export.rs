//! `GET /v1/short-links/export`

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

/// Links behind the service's back, more than are read at once.
const MANY: &str = "insert into short_links (domain, code, kind, status, target_url, created_at, modified_at) \
    select 'exmp.news', 'many-' || n, 'alias', 'active', 'https://news.example/' || n, now(), now() \
    from generate_series(1, 1234) n";

fn lines(answer: &Answer) -> Vec<Value> {
    let text = answer.text();
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[tokio::test]
async fn every_link_is_exported_as_a_line_as_it_is_listed() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    app.execute(MANY).await.expect("links");
    let link =
        json!({"target_url": "https://news.example/", "code": "eid", "domain": "arab.example"});
    let made = editor.post("/v1/short-links", link).await.expect(201);

    let export = editor.get("/v1/short-links/export").await.expect(200);

    assert_eq!(export.header("content-type"), "application/x-ndjson");
    assert_eq!(export.header("cache-control"), "private, no-store");
    let lines = lines(&export);
    assert_eq!(lines.len(), 1235);
    assert_eq!(lines[0], made.json());
    let codes: Vec<_> = lines[1..]
        .iter()
        .map(|line| line["code"].as_str().unwrap_or_default())
        .collect();
    let expected: Vec<_> = (1..=1234).rev().map(|n| format!("many-{n}")).collect();
    assert_eq!(codes, expected);
}

#[tokio::test]
async fn an_export_is_filtered_as_a_list_is() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    app.execute(MANY).await.expect("links");
    editor
        .delete("/v1/short-links/exmp.news/many-7")
        .await
        .expect(204);

    for (query, count) in [
        ("status=gone", 1),
        ("q=many-123", 6),
        ("domain=arab.example", 0),
        ("domain=exmp.news", 1234),
    ] {
        let export = editor
            .get(&format!("/v1/short-links/export?{query}"))
            .await
            .expect(200);
        assert_eq!(lines(&export).len(), count, "{query}");
    }
    editor
        .get("/v1/short-links/export?limit=5")
        .await
        .expect(400);
}

#[tokio::test]
async fn an_export_is_answered_to_who_accepts_lines() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let ask = |kind: &str| {
        editor
            .request(Method::GET, "/v1/short-links/export")
            .header("accept", kind)
    };

    editor.send(ask("application/x-ndjson")).await.expect(200);
    editor.send(ask("text/html")).await.expect(406);
    let list = editor
        .request(Method::GET, "/v1/short-links")
        .header("accept", "application/x-ndjson");
    editor.send(list).await.expect(406);
}

#[tokio::test]
async fn an_export_that_loses_the_database_breaks_off() {
    let app = TestApp::with(|config| config.database_pool_size = 1).await;
    let editor = app.admin().await;
    let large = MANY.replace(
        "'https://news.example/' || n",
        "'https://news.example/' || repeat('x', 2000)",
    );
    app.execute(&large.replace("1234", "20000"))
        .await
        .expect("links");

    let request = editor.request(Method::GET, "/v1/short-links/export");
    let mut response = request.send().await.expect("an answer");
    let first = response.chunk().await.expect("a page");
    // While the caller is slow the only connection is free for others.
    editor.get("/v1/short-links?limit=1").await.expect(200);
    app.lose_database().await;
    let mut end = Ok(first);
    while let Ok(Some(_)) = end {
        end = response.chunk().await;
    }

    assert!(
        end.is_err(),
        "an export that is not complete must not look so"
    );
}

//! Callers who send or read slowly, or too much.

use std::{
    io::{Read, Write},
    time::Duration,
};

use serde_json::json;

use super::raw;
use crate::support::{TestApp, until};

#[tokio::test]
async fn a_body_that_does_not_arrive_is_given_up() {
    let app = TestApp::with(|config| config.limits.body_timeout = Duration::from_millis(100)).await;
    let editor = app.admin().await;
    let mut stream = raw::connect(&app);

    let key = format!("Authorization: Bearer {}", editor.key().unwrap_or_default());
    let headers = [&key, "Content-Type: application/json", "Content-Length: 30"];
    raw::send(&mut stream, "POST /v1/articles", &headers);
    let answer = raw::read_to_end(stream);

    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    assert!(answer.contains(r#""code":"body-too-slow""#), "{answer}");
}

#[tokio::test]
async fn a_head_that_does_not_arrive_is_given_up() {
    let app =
        TestApp::with(|config| config.limits.header_timeout = Duration::from_millis(100)).await;
    let mut stream = raw::connect(&app);
    // Less than it would take without the setting.
    let patience = Some(Duration::from_secs(4));
    stream.set_read_timeout(patience).expect("a time limit");

    let part = b"GET /v1/articles HTTP/1.1\r\nHost:";
    stream.write_all(part).expect("a part");

    let answer = raw::read_to_end(stream);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let app = TestApp::with(|config| config.limits.max_header_bytes = 2000).await;
    let anybody = app.anybody();
    let get = |path: &str, length: usize| {
        let request = anybody.request(reqwest::Method::GET, path);
        anybody.send(request.header("x-filler", "a".repeat(length)))
    };

    get("/v1/articles", 1000).await.expect(200);
    get("/livez", 3000).await.expect(200);
    let refused = get("/v1/articles", 2000).await.expect(431);
    let refused_for_its_query = anybody
        .get(&format!("/v1/articles?q={}", "a".repeat(2000)))
        .await;

    assert_eq!(refused.code(), "header-too-large");
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(
        refused.member("/request_id"),
        refused.header("x-request-id")
    );
    assert_eq!(refused_for_its_query.expect(431).code(), "header-too-large");
    assert_eq!(app.limited("header").await, 2);
}

#[tokio::test]
async fn who_stops_reading_an_export_is_dropped_and_held_no_database_connection() {
    let app =
        TestApp::with(|config| config.limits.send_timeout = Duration::from_millis(1000)).await;
    let editor = app.admin().await;
    let create = json!({"op": "create", "headline": "A", "status": "published",
                        "custom": {"filler": "a".repeat(15_000)}});
    let create = json!({"operations": vec![create; 100]});
    for _ in 0..8 {
        editor
            .post("/v1/articles/batch", create.clone())
            .await
            .expect(200);
    }
    let mut stream = raw::connect(&app);
    let caller = stream.local_addr().expect("an address");

    raw::send(
        &mut stream,
        "GET /v1/articles/export",
        &["Accept: application/x-ndjson"],
    );
    let mut begin = [0; 15];
    stream
        .read_exact(&mut begin)
        .expect("the beginning of an answer");

    assert_eq!(&begin, b"HTTP/1.1 200 OK");
    app.until_idle().await;
    assert!(raw::is_open(app.api(), caller));
    until(async || !raw::is_open(app.api(), caller)).await;
    assert_eq!(app.metric("database_pool_waiting_requests").await, 0);
}

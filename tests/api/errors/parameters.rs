//! Parameters and headers that cannot be read

use reqwest::Method;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn parameters_that_cannot_be_read_are_named() {
    let app = TestApp::start().await;
    let nobody = app.anybody();

    for (query, parameter) in [
        ("langauge=en", "langauge"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("limit=1&limit=2", "limit"),
        ("limit=", "limit"),
        ("kind=play", "kind"),
        ("kind", "kind"),
        ("sort=headline", "sort"),
        ("language=e", "language"),
        ("published_from=yesterday", "published_from"),
        ("published_to=0000-01-01T00:00:00Z", "published_to"),
        ("modified_since=99999-01-01T00:00:00Z", "modified_since"),
        ("ids=7", "ids"),
        ("has=everything", "has"),
        ("fields=body", "fields"),
        ("visibility=live,seen", "visibility"),
        ("visibility=live&status=draft", "status"),
        ("tag_any=a,,b", "tag_any"),
        ("count=all", "count"),
    ] {
        let answer = nobody.get(&format!("/v1/articles?{query}")).await;

        assert_eq!(answer.status, 400, "{query}: {}", answer.text());
        assert_eq!(answer.code(), "invalid-parameter", "{query}");
        assert_eq!(answer.member("/errors/0/parameter"), parameter, "{query}");
    }
    let answer = nobody.get("/v1/articles/by-url").await.expect(400);
    assert_eq!(answer.member("/errors/0/parameter"), "url");
    let answer = nobody.get("/v1/articles?tag=%FF").await.expect(400);
    assert_eq!(answer.code(), "invalid-parameter");
}

#[tokio::test]
async fn a_caller_who_accepts_no_json_is_refused() {
    let app = TestApp::start().await;
    let nobody = app.anybody();

    for (ranges, status) in [
        (vec!["text/html"], 406),
        (vec!["application/json;q=0"], 406),
        (vec!["image/*", "text/html"], 406),
        (vec!["text/html", "application/json"], 200),
        (vec!["text/html, */*;q=0.1"], 200),
        (vec!["application/*"], 200),
        (vec![], 200),
    ] {
        let mut request = nobody.request(Method::GET, "/v1/tags");
        for range in &ranges {
            request = request.header("accept", *range);
        }
        let answer = nobody.send(request).await;

        assert_eq!(answer.status, status, "{ranges:?}");
        assert!(!answer.header("x-request-id").is_empty(), "{ranges:?}");
        if status == 406 {
            assert_eq!(answer.member("/request_id"), answer.header("x-request-id"));
        }
    }
}

#[tokio::test]
async fn a_body_of_another_kind_is_told_which_kinds_are_read() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    for (method, kind, header) in [
        (Method::POST, "text/plain", "accept-post"),
        (Method::POST, "application/merge-patch+json", "accept-post"),
        (Method::POST, "", "accept-post"),
    ] {
        let request = admin
            .request(method, "/v1/articles")
            .header("content-type", kind)
            .body("{}");
        let answer = admin.send(request).await;

        assert_eq!(answer.status, 415, "{kind}: {}", answer.text());
        assert_eq!(answer.code(), "unsupported-media-type");
        assert!(answer.header(header).contains("application/json"));
    }
}

#[tokio::test]
async fn conditions_that_cannot_be_read_are_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let created = admin.post("/v1/articles", json!({"headline": "a"})).await;
    let path = created.expect(201).header("location").to_owned();

    for (header, value) in [
        ("if-match", "1"),
        ("if-match", "\"99999999999999999999-0\""),
        ("if-match", "\"\""),
        ("if-none-match", "\"1-0\""),
    ] {
        let request = admin.request(Method::PATCH, &path).header(header, value);
        let answer = admin.send(request.json(&json!({}))).await;

        assert_eq!(answer.status, 400, "{header}: {value}");
        assert_eq!(answer.code(), "invalid-header", "{header}: {value}");
    }
}

//! `GET /v1/articles/{id}`

use reqwest::Method;
use serde_json::json;

use super::{created, id_of, published};
use crate::support::TestApp;

#[tokio::test]
async fn only_the_fields_that_are_asked_for_are_answered() {
    let app = TestApp::start().await;
    let path = published(&app.admin().await, "A").await;

    let sparse = app
        .anybody()
        .get(&format!("{path}?fields=headline,id,summary"))
        .await
        .expect(200);
    let whole = app.anybody().get(&path).await.expect(200);

    assert_eq!(
        sparse.json(),
        json!({"id": id_of(&path), "headline": "A", "summary": null})
    );
    assert_ne!(sparse.header("etag"), whole.header("etag"));
}

#[tokio::test]
async fn a_parameter_that_is_wrong_is_named() {
    let app = TestApp::start().await;
    let path = published(&app.admin().await, "A").await;

    for (query, parameter) in [
        ("fields=headlin", "fields"),
        ("fields=", "fields"),
        ("fields=id,,headline", "fields"),
        ("fields=body", "fields"),
        ("include=bodies", "include"),
        ("field=id", "field"),
        ("fields=id&fields=headline", "fields"),
    ] {
        let refused = app
            .anybody()
            .get(&format!("{path}?{query}"))
            .await
            .expect(400);
        assert_eq!(refused.code(), "invalid-parameter", "{query}");
        assert_eq!(refused.member("/errors/0/parameter"), parameter, "{query}");
    }
}

#[tokio::test]
async fn head_answers_the_headers_of_get() {
    let app = TestApp::start().await;
    let path = published(&app.admin().await, "A").await;
    let anybody = app.anybody();

    for path in [
        path.as_str(),
        "/v1/articles?limit=1",
        "/v1/articles/0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10",
    ] {
        let get = anybody.get(path).await;
        let head = anybody.send(anybody.request(Method::HEAD, path)).await;
        assert_eq!(head.status, get.status);
        for name in [
            "etag",
            "cache-control",
            "content-type",
            "vary",
            "link",
            "content-length",
        ] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
        assert!(head.body.is_empty());
    }
}

#[tokio::test]
async fn what_is_no_id_names_nothing() {
    let app = TestApp::start().await;

    for path in [
        "/v1/articles/1",
        "/v1/articles/%00",
        "/v1/articles/%FF",
        "/v1/articles/by-url/x",
    ] {
        let answer = app.admin().await.get(path).await;
        assert_eq!(answer.expect(404).code(), "not-found", "{path}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_which_are_right() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = created(&editor, json!({"headline": "A"})).await;

    let refused = editor
        .send(editor.request(Method::POST, &path))
        .await
        .expect(405);

    assert_eq!(refused.header("allow"), "GET, HEAD, PUT, PATCH, DELETE");
    let request = editor
        .request(Method::GET, &path)
        .header("accept", "text/html");
    assert_eq!(
        editor.send(request).await.expect(406).code(),
        "not-acceptable"
    );
}

//! `/v1/articles/by-url` and `/v1/articles/by-external-id/{source}/{external_id}`

use reqwest::Method;
use serde_json::json;

use super::{created, id_of};
use crate::support::TestApp;

const BY_URL: &str = "/v1/articles/by-url?url=https://news.example/a";
const BY_ID: &str = "/v1/articles/by-external-id/cms/1";

#[tokio::test]
async fn an_article_is_found_by_any_form_of_its_address() {
    let app = TestApp::start().await;
    let article = json!({"headline": "A", "status": "published", "canonical_url": "https://news.example/a/?x=1&utm_medium=m"});
    let path = created(&app.admin().await, article).await;
    let by_id = app.anybody().get(&path).await;

    for form in [
        "https://news.example/a?x=1",
        "HTTPS://NEWS.example:443/a/?x=1%23top",
        "https://news.example/a?gclid=9%26x=1",
    ] {
        let found = app
            .anybody()
            .get(&format!("/v1/articles/by-url?url={form}"))
            .await
            .expect(200);
        assert_eq!(found.json(), by_id.json(), "{form}");
        assert_eq!(found.header("etag"), by_id.header("etag"));
    }
    for other in ["http://news.example/a?x=1", "https://news.example/a"] {
        app.anybody()
            .get(&format!("/v1/articles/by-url?url={other}"))
            .await
            .expect(404);
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_a_fault_of_the_parameter() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    for query in [
        "",
        "?url=",
        "?url=news.example",
        "?url=ftp://a.example/",
        "?url=https://a.example/&url=https://b.example/",
    ] {
        let path = format!("/v1/articles/by-url{query}");
        assert_eq!(
            editor.get(&path).await.expect(400).code(),
            "invalid-parameter",
            "{query}"
        );
        assert_eq!(
            editor
                .put(&path, json!({"headline": "A"}))
                .await
                .expect(400)
                .code(),
            "invalid-parameter",
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_lookup_shows_what_is_asked_for() {
    let app = TestApp::start().await;
    let article = json!({"headline": "A", "status": "published", "canonical_url": "https://news.example/a", "body": "b",
        "external_ids": [{"source": "cms", "id": "1"}]});
    created(&app.admin().await, article).await;

    for path in [
        format!("{BY_URL}&fields=headline&include=body"),
        format!("{BY_ID}?fields=headline&include=body"),
    ] {
        let found = app.anybody().get(&path).await.expect(200);
        assert_eq!(found.json(), json!({"headline": "A", "body": "b"}));
        let request = app
            .anybody()
            .request(Method::GET, &path)
            .header("if-none-match", found.header("etag"));
        app.anybody().send(request).await.expect(304);
    }
}

#[tokio::test]
async fn an_upsert_makes_then_replaces() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    for (path, name) in [(BY_URL, "canonical_url"), (BY_ID, "external_ids")] {
        let made = editor
            .put(path, json!({"headline": "A", "summary": "s"}))
            .await
            .expect(201);
        let replaced = editor.put(path, json!({"headline": "B"})).await.expect(200);
        let same = editor.put(path, json!({"headline": "B"})).await.expect(200);

        assert_eq!(id_of(made.header("location")), replaced.member("/id"));
        assert_eq!(replaced.json()["summary"], json!(null));
        assert_eq!(replaced.member("/version"), "2");
        assert_eq!(same.json(), replaced.json());
        assert_eq!(replaced.json()[name], made.json()[name]);
    }
}

#[tokio::test]
async fn an_upsert_gives_the_article_the_name_in_the_path() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    let by_url = editor
        .put(BY_URL, json!({"headline": "A"}))
        .await
        .expect(201);
    let raw = json!({"headline": "A", "canonical_url": "https://news.example/a/#top"});
    let in_body = editor.put(BY_URL, raw).await.expect(200);
    let by_id = json!({"headline": "B", "external_ids": [{"source": "wire", "id": "9"}]});
    let by_id = editor.put(BY_ID, by_id).await.expect(201);

    assert_eq!(by_url.member("/canonical_url"), "https://news.example/a");
    assert_eq!(
        in_body.member("/canonical_url"),
        "https://news.example/a/#top"
    );
    assert_eq!(
        by_id.json()["external_ids"],
        json!([{"source": "cms", "id": "1"}, {"source": "wire", "id": "9"}])
    );
}

#[tokio::test]
async fn an_upsert_by_url_refuses_a_body_that_names_another_address() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    let other = json!({"headline": "A", "canonical_url": "https://news.example/b"});
    let refused = editor.put(BY_URL, other).await.expect(422);

    assert_eq!(refused.pointers(), ["/canonical_url"]);
}

#[tokio::test]
async fn an_upsert_that_takes_anothers_name_is_refused() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let owner = created(
        &editor,
        json!({"headline": "A", "canonical_url": "https://news.example/a"}),
    )
    .await;

    let thief = json!({"headline": "B", "canonical_url": "https://news.example/a"});
    let made = editor.put(BY_ID, thief.clone()).await.expect(409);
    editor
        .put(BY_ID, json!({"headline": "B"}))
        .await
        .expect(201);
    let changed = editor.put(BY_ID, thief).await.expect(409);

    for refused in [made, changed] {
        assert_eq!(refused.code(), "canonical-url-taken");
        assert_eq!(refused.member("/article_id"), id_of(&owner));
    }
}

#[tokio::test]
async fn an_upsert_keeps_its_conditions() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let put = async |path: &str, name: &'static str, value: &str| {
        let request = editor
            .request(Method::PUT, path)
            .json(&json!({"headline": "A"}));
        editor.send(request.header(name, value)).await
    };

    for path in [BY_URL, BY_ID] {
        put(path, "if-match", "*").await.expect(412);
        put(path, "if-none-match", "*").await.expect(201);
        put(path, "if-none-match", "*").await.expect(412);
        put(path, "if-match", "\"2-0\"").await.expect(412);
        put(path, "if-match", "\"1-0\"").await.expect(200);
    }
}

#[tokio::test]
async fn an_external_id_may_hold_any_character() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    for (raw, encoded) in [
        ("a/b", "a%2Fb"),
        ("a b?c#d", "a%20b%3Fc%23d"),
        ("50%", "50%25"),
        ("%2F", "%252F"),
        ("الدوحة", "الدوحة"),
        ("a+b", "a+b"),
    ] {
        let path = format!("/v1/articles/by-external-id/cms/{encoded}");
        let made = editor
            .put(&path, json!({"headline": "A"}))
            .await
            .expect(201);
        assert_eq!(made.member("/external_ids/0/id"), raw);
        assert_eq!(
            editor.get(&path).await.expect(200).member("/id"),
            made.member("/id")
        );
    }
}

#[tokio::test]
async fn a_name_that_no_article_can_have_names_nothing() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    for (source, id) in [
        ("x".repeat(51), "1".to_owned()),
        ("cms".to_owned(), "x".repeat(256)),
        ("cms".to_owned(), "%00".to_owned()),
    ] {
        let path = format!("/v1/articles/by-external-id/{source}/{id}");
        editor.get(&path).await.expect(404);
    }
}

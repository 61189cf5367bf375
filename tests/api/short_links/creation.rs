//! `POST /v1/short-links`, and the links that articles are born with

use dateline::keys::Scope;
use reqwest::Method;
use serde_json::json;

use super::refused;
use crate::support::{Story, TestApp};

#[tokio::test]
async fn an_article_is_born_with_its_primary_link() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    let story = Story::publish(&editor, "https://news.example/a").await;

    let link = editor.get(&story.link()).await.expect(200);
    assert_eq!(
        (link.member("/target/article_id"), link.member("/primary")),
        (story.id, "true".into())
    );
    assert_eq!(story.code.len(), 6);
    assert!(
        story
            .code
            .bytes()
            .all(|b| b"23456789bcdfghjkmnpqrstvwxyz".contains(&b))
    );
}

#[tokio::test]
async fn an_article_that_is_refused_leaves_no_link() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    Story::publish(&editor, "https://news.example/a").await;

    let same = json!({"headline": "B", "canonical_url": "https://news.example/a"});
    editor.post("/v1/articles", same).await.expect(409);

    assert_eq!(
        app.lines("select count(*)::text as line from short_links")
            .await,
        ["1"]
    );
}

#[tokio::test]
async fn a_link_to_an_article_is_answered_as_it_was_created() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;

    let link = json!({"article_id": story.id, "code": "HARBOUR", "expires_at": "2030-01-01T03:00:00+03:00"});
    let created = editor.post("/v1/short-links", link).await;
    let found = editor
        .get("/v1/short-links/EXMP.news/Harbour")
        .await
        .expect(200);

    assert_eq!(found.json(), created.json());
    assert_eq!(found.header("etag"), created.header("etag"));
    insta::assert_snapshot!(created, @r#"
    201 Created
    cache-control: private, no-store
    content-type: application/json
    etag: "1-[hash]"
    location: /v1/short-links/exmp.news/harbour
    vary: Authorization, Accept, Accept-Language, Accept-Encoding, Dateline-Position

    {
      "domain": "exmp.news",
      "code": "harbour",
      "version": 1,
      "url": "https://exmp.news/harbour",
      "kind": "alias",
      "status": "active",
      "target": {
        "type": "article",
        "article_id": "[id 1]",
        "url": "https://news.example/a"
      },
      "primary": false,
      "not_before": null,
      "expires_at": "2030-01-01T00:00:00Z",
      "forward_query": "utm",
      "replacement_url": null,
      "visits": 0,
      "created_at": "[now]",
      "modified_at": "[now]"
    }
    "#);
}

#[tokio::test]
async fn an_alias_has_a_grammar_of_its_own() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteLinks]).await;
    let longest = "a".repeat(64);
    let link = |code: &str| json!({"target_url": "https://news.example/", "code": code});

    for code in [
        "ab",
        "EID",
        "6gw9y",
        "2026",
        "a-b_c",
        "-_",
        "harbour",
        "bcdfghjkmn",
        &longest,
    ] {
        let created = editor.post("/v1/short-links", link(code)).await.expect(201);
        assert_eq!(created.member("/code"), code.to_lowercase());
        app.follow(Method::GET, "exmp.news", &format!("/{code}"))
            .await
            .expect(302);
    }
    let (generated, too_long) = ("bcdfgh", "a".repeat(65));
    for code in [
        "",
        "a",
        generated,
        "BCDFGH",
        "222222222",
        "a b",
        "a/b",
        "a.b",
        "a+b",
        "ünï",
        "مرفأ",
        "a\u{202e}b",
        "a\u{0}b",
        "ｅｉｄ",
        &too_long,
    ] {
        assert_eq!(refused(&editor, link(code)).await, ["/code"], "{code:?}");
    }
}

#[tokio::test]
async fn an_alias_is_taken_once_on_each_domain() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteLinks]).await;
    let link = |domain: &str| json!({"target_url": "https://news.example/", "code": "eid", "domain": domain});
    editor
        .post("/v1/short-links", link("exmp.news"))
        .await
        .expect(201);

    editor
        .post("/v1/short-links", link("arab.example"))
        .await
        .expect(201);
    let taken = editor.post("/v1/short-links", link("exmp.news")).await;

    insta::assert_snapshot!(taken, @r#"
    409 Conflict
    cache-control: no-store
    content-type: application/problem+json

    {
      "type": "urn:dateline:problem:code-taken",
      "title": "This code was given out before",
      "status": 409,
      "detail": "exmp.news/eid was given out before. A code is never given out twice.",
      "code": "code-taken",
      "request_id": "[request]",
      "errors": [
        {
          "pointer": "/code",
          "detail": "is taken"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn every_fault_of_a_link_is_named_at_once() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteLinks]).await;

    let link = json!({"target_url": "ftp://a", "code": "x", "domain": "other.example", "expires_at": "tomorrow"});

    assert_eq!(
        refused(&editor, link).await,
        ["/target_url", "/code", "/domain", "/expires_at"]
    );
    for body in [
        json!({"article_id": "x"}),
        json!({"target_url": 1}),
        json!({"url": "https://news.example/"}),
        json!([]),
    ] {
        editor.post("/v1/short-links", body).await.expect(400);
    }
}

#[tokio::test]
async fn a_new_link_is_answered_as_it_is_read() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteLinks]).await;
    for link in [
        json!({"target_url": "https://news.example/1"}),
        json!({"target_url": "https://news.example/2", "forward_query": "all",
               "not_before": "2027-01-01T00:00:00.123456789+02:00", "expires_at": "2028-01-01T00:00:00.9999999Z",
               "replacement_url": "https://news.example/3"}),
        json!({"target_url": "https://news.example/4", "code": "chosen"}),
    ] {
        let made = editor.post("/v1/short-links", link.clone()).await;
        let made = made.expect(201);
        let read = editor.get(made.header("location")).await.expect(200);
        assert_eq!(made.json(), read.json(), "{link}");
        assert_eq!(made.header("etag"), read.header("etag"), "{link}");
    }
}

//! Entity tags and the conditions that callers attach.

use reqwest::Method;
use serde_json::json;

use super::{created, published, tag_keys, topics};
use crate::support::{Answer, Client, TestApp};

async fn unless(caller: &Client<'_>, path: &str, tag: &str) -> Answer {
    caller
        .send(
            caller
                .request(Method::GET, path)
                .header("if-none-match", tag),
        )
        .await
}

#[tokio::test]
async fn who_has_the_answer_already_gets_none() {
    let app = TestApp::start().await;
    let path = published(&app.admin().await, "A").await;
    let found = app.anybody().get(&path).await.expect(200);
    let tag = found.header("etag").to_owned();

    for known in [
        tag.clone(),
        format!("\"x\", {tag}"),
        format!("W/{tag}"),
        "*".to_owned(),
    ] {
        let same = unless(&app.anybody(), &path, &known).await.expect(304);
        assert!(same.body.is_empty());
        for name in ["etag", "cache-control", "vary"] {
            assert_eq!(same.header(name), found.header(name), "{known} {name}");
        }
    }
    // All of the tag counts, not the version alone.
    for other in ["\"1-0000000000000000\"", "\"1\"", "x"] {
        unless(&app.anybody(), &path, other).await.expect(200);
    }
}

#[tokio::test]
async fn every_shape_of_an_answer_has_a_tag_of_its_own() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let draft = created(&editor, json!({"headline": "D"})).await;
    let article = json!({"headline": "A", "status": "published", "related": [super::id_of(&draft)], "body": "b"});
    let path = created(&editor, article).await;

    let mut tags = vec![editor.get(&path).await.header("etag").to_owned()];
    for query in [
        "",
        "?fields=id",
        "?fields=id,headline",
        "?include=body",
        "?fields=id&include=body",
    ] {
        tags.push(
            app.anybody()
                .get(&format!("{path}{query}"))
                .await
                .expect(200)
                .header("etag")
                .to_owned(),
        );
    }

    assert!(tags.iter().all(|tag| tag.starts_with("\"1-")), "{tags:?}");
    let count = tags.len();
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), count);
}

#[tokio::test]
async fn a_renamed_tag_changes_the_entity_tag_of_its_articles_and_not_their_version() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["old", "other"]).await;
    let article =
        json!({"headline": "A", "status": "published", "tags": ["topic:old", "topic:other"]});
    let path = created(&editor, article).await;
    let first = app.anybody().get(&path).await;

    editor
        .patch("/v1/tags/topic:old", json!({"name": "New", "slug": "new"}))
        .await
        .expect(200);
    let renamed = unless(&app.anybody(), &path, first.header("etag"))
        .await
        .expect(200);
    editor
        .delete("/v1/tags/topic:new?force=true")
        .await
        .expect(204);
    let without = unless(&app.anybody(), &path, renamed.header("etag"))
        .await
        .expect(200);

    assert_eq!(tag_keys(&renamed), "topic:new topic:other");
    assert_eq!(renamed.member("/tags/0/name"), "New");
    assert_eq!(tag_keys(&without), "topic:other");
    for answer in [&renamed, &without] {
        assert_eq!(answer.member("/version"), "1");
        assert_eq!(answer.member("/modified_at"), first.member("/modified_at"));
    }
    // A writer who knew the article before both still gets through.
    let request = editor
        .request(Method::PATCH, &path)
        .json(&json!({"summary": "s"}));
    let written = editor
        .send(request.header("if-match", first.header("etag")))
        .await
        .expect(200);
    assert_eq!(tag_keys(&written), "topic:other");
}

#[tokio::test]
async fn a_related_article_that_goes_live_changes_the_entity_tag() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let ahead = json!({"headline": "B", "status": "published", "published_at": super::seconds_ahead(&app, 1000)});
    let ahead = created(&editor, ahead).await;
    let path = created(
        &editor,
        json!({"headline": "A", "status": "published", "related": [super::id_of(&ahead)]}),
    )
    .await;

    let before = app.anybody().get(&path).await.expect(200);
    app.advance(1001);

    unless(&app.anybody(), &path, before.header("etag"))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_stale_writer_is_told_the_current_version() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = published(&editor, "A").await;
    let patch = async |tag: &str| {
        let request = editor
            .request(Method::PATCH, &path)
            .json(&json!({"summary": tag}));
        editor.send(request.header("if-match", tag)).await
    };

    let first = patch("\"1-whatever\"").await.expect(200);
    let stale = patch("\"1-whatever\"").await.expect(412);

    insta::assert_snapshot!(stale, @r#"
    412 Precondition Failed
    cache-control: no-store
    content-type: application/problem+json

    {
      "type": "urn:dateline:problem:precondition-failed",
      "title": "The resource is not in the state that the request expects",
      "status": 412,
      "detail": "The resource is there, in version 2.",
      "code": "precondition-failed",
      "request_id": "[request]",
      "version": 2
    }
    "#);
    patch(first.header("etag")).await.expect(200);
    patch("*").await.expect(200);
    patch("\"4-0\", \"5-0\"").await.expect(200);
    for nonsense in ["5", "\"five\"", "\"\"", ""] {
        assert_eq!(
            patch(nonsense).await.expect(400).code(),
            "invalid-header",
            "{nonsense}"
        );
    }
}

#[tokio::test]
async fn a_deployment_can_want_if_match_for_every_change() {
    let app = TestApp::with(|config| config.require_if_match = true).await;
    let editor = app.admin().await;
    topics(&editor, &["x"]).await;
    let made = json!({"headline": "A", "canonical_url": "https://a.example/", "external_ids": [{"source": "cms", "id": "1"}], "tags": ["topic:x"]});
    let path = created(&editor, made).await;
    let at = |end: &str| format!("{path}{end}");

    let article = json!({"headline": "B"});
    for (method, path, body) in [
        (Method::PUT, path.clone(), article.clone()),
        (Method::PATCH, path.clone(), article.clone()),
        (Method::DELETE, path.clone(), json!(null)),
        (Method::POST, at("/restore"), json!(null)),
        (
            Method::PUT,
            "/v1/articles/by-url?url=https://a.example/".to_owned(),
            article.clone(),
        ),
        (
            Method::PUT,
            "/v1/articles/by-external-id/cms/1".to_owned(),
            article.clone(),
        ),
        (Method::PUT, at("/tags"), json!([])),
        (Method::PUT, at("/tags/topic:x"), json!(null)),
        (Method::DELETE, at("/tags/topic:x"), json!(null)),
    ] {
        let refused = editor
            .send(editor.request(method.clone(), &path).json(&body))
            .await;
        assert_eq!(refused.status, 428, "{method} {path}");
        assert_eq!(refused.code(), "precondition-required");
    }
    // What does not exist yet has no version to name.
    let new = "/v1/articles/0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10";
    editor.put(new, article.clone()).await.expect(201);
    editor
        .put("/v1/articles/by-external-id/cms/2", article)
        .await
        .expect(201);
}

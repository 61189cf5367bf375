//! The tags of an article.

use serde_json::json;

use super::{created, tag_keys, topics};
use crate::support::TestApp;
use dateline::keys::Scope;

#[tokio::test]
async fn tags_keep_the_order_in_which_they_were_given() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["a", "b", "c"]).await;
    let wikidata = json!({"external_ids": [{"authority": "wikidata", "id": "Q1"}]});
    editor.patch("/v1/tags/topic:b", wikidata).await.expect(200);

    let tags = json!(["topic:c", "wikidata:Q1", {"kind": "topic", "name": " A "}, "topic:c", {"kind": "place", "name": "New"}]);
    let made = editor
        .post("/v1/articles", json!({"headline": "A", "tags": tags}))
        .await
        .expect(201);

    assert_eq!(tag_keys(&made), "topic:c topic:b topic:a place:new");
    assert_eq!(
        made.json()["tags"][0],
        json!({"key": "topic:c", "kind": "topic", "name": "c"})
    );
}

#[tokio::test]
async fn a_name_finds_the_tag_of_its_kind_however_it_is_written() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let tag = |name: &str| json!({"headline": "A", "tags": [{"kind": "place", "name": name}]});

    let first = editor
        .post("/v1/articles", tag("São Paulo"))
        .await
        .expect(201);
    let second = editor
        .post("/v1/articles", tag("SAO  PAULO"))
        .await
        .expect(201);
    let arabic = editor.post("/v1/articles", tag("الدوحة")).await.expect(201);

    assert_eq!(tag_keys(&first), "place:sao-paulo");
    assert_eq!(second.json()["tags"], first.json()["tags"]);
    assert_eq!(tag_keys(&arabic), "place:الدوحة");
}

#[tokio::test]
async fn a_new_tag_needs_the_scope_and_a_known_one_does_not() {
    let app = TestApp::start().await;
    let writer = app.caller(&[Scope::WriteArticles]).await;
    topics(&app.admin().await, &["known"]).await;
    let article = |name: &str| json!({"headline": "A", "tags": [{"kind": "topic", "name": name}]});

    let known = writer
        .post("/v1/articles", article("KNOWN"))
        .await
        .expect(201);
    let refused = writer
        .post("/v1/articles", article("unknown"))
        .await
        .expect(403);
    let both = app.caller(&[Scope::WriteArticles, Scope::WriteTags]).await;
    both.post("/v1/articles", article("unknown"))
        .await
        .expect(201);

    assert_eq!(tag_keys(&known), "topic:known");
    assert_eq!(refused.member("/scope"), "tags:write");
    assert_eq!(refused.pointers(), ["/tags/0"]);
}

#[tokio::test]
async fn every_unknown_tag_is_named() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["a", "dead"]).await;
    editor.delete("/v1/tags/topic:dead").await.expect(204);
    let tags = json!(["topic:x", "topic:a", "nonsense", {"key": "place:y", "kind": "topic", "name": "a"}, "wikidata:Q9",
        {"kind": "topic", "name": "new"}, "topic:dead", "", "a\u{0}:b"]);
    let path = created(&editor, json!({"headline": "A"})).await;

    let made = editor
        .post("/v1/articles", json!({"headline": "A", "tags": tags}))
        .await;
    let patched = editor.patch(&path, json!({"tags": tags})).await;
    let replaced = editor.put(&format!("{path}/tags"), tags).await;

    for refused in [made, patched] {
        let refused = refused.expect(422);
        assert_eq!(refused.code(), "unknown-tag");
        assert_eq!(
            refused.pointers(),
            [
                "/tags/0", "/tags/2", "/tags/3", "/tags/4", "/tags/6", "/tags/7", "/tags/8"
            ]
        );
    }
    // The list's own places: it is the whole body.
    assert_eq!(
        replaced.expect(422).pointers(),
        ["/0", "/2", "/3", "/4", "/6", "/7", "/8"]
    );
    editor.get("/v1/tags/topic:new").await.expect(404);
}

#[tokio::test]
async fn a_tag_that_is_no_tag_is_refused_with_its_place() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    for tag in [
        json!({"kind": "topic", "name": "🎉"}),
        json!({"kind": "topic", "name": "\u{64b}"}),
        json!({"kind": "topic", "name": "a\nb"}),
        json!({"name": "a"}),
    ] {
        let tags = json!([{"kind": "topic", "name": "good"}, tag]);
        let refused = editor
            .post("/v1/articles", json!({"headline": "A", "tags": tags}))
            .await
            .expect(422);
        assert_eq!(refused.pointers(), ["/tags/1"], "{tag}");
    }
    for tag in [
        json!(1),
        json!(null),
        json!({"kind": "god", "name": "a"}),
        json!({"key": "topic:a", "extra": 1}),
    ] {
        let refused = editor
            .post("/v1/articles", json!({"headline": "A", "tags": [tag]}))
            .await
            .expect(400);
        assert_eq!(refused.pointers(), ["/tags/0"], "{tag}");
    }
}

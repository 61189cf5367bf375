//! Tags that are deleted

use dateline::keys::Scope;
use serde_json::json;

use super::make;
use crate::support::{Story, TestApp};

#[tokio::test]
async fn a_deleted_tag_is_gone_by_every_name_it_had() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let tag = json!({"kind": "place", "name": "Bombay", "external_ids": [{"authority": "wikidata", "id": "Q1156"}]});
    editor.post("/v1/tags", tag).await.expect(201);
    editor
        .patch("/v1/tags/place:bombay", json!({"slug": "mumbai"}))
        .await
        .expect(200);

    editor.delete("/v1/tags/place:mumbai").await.expect(204);

    for name in ["place:mumbai", "place:bombay", "wikidata:Q1156"] {
        let path = format!("/v1/tags/{name}");
        assert_eq!(app.anybody().get(&path).await.expect(410).code(), "gone");
        editor
            .put(&path, json!({"name": "Mumbai"}))
            .await
            .expect(410);
        editor
            .patch(&path, json!({"name": "Mumbai"}))
            .await
            .expect(410);
        editor.delete(&path).await.expect(410);
        let listed = app
            .anybody()
            .get(&format!("/v1/articles?tag={name}"))
            .await
            .expect(422);
        assert_eq!(listed.code(), "unknown-tag");
    }
    assert_eq!(
        app.anybody().get("/v1/tags").await.json()["items"],
        json!([])
    );
    let typed = app.anybody().get("/v1/tags/autocomplete?q=bom").await;
    assert_eq!(typed.json()["items"], json!([]));
}

#[tokio::test]
async fn a_deleted_tags_keys_are_never_given_to_another() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make(&editor, "place", "Doha").await;
    editor.delete("/v1/tags/place:doha").await.expect(204);

    let same = json!({"kind": "place", "name": "Doha", "slug": "doha"});
    let same = editor.post("/v1/tags", same).await.expect(409);
    let namesake = make(&editor, "place", "Doha").await;

    assert_eq!(same.code(), "tag-key-taken");
    assert_eq!(namesake.member("/key"), "place:doha-2");
}

#[tokio::test]
async fn a_tag_in_use_is_deleted_only_by_force() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    make(&editor, "place", "Doha").await;
    make(&editor, "topic", "Ports").await;
    let story = Story::create(
        &editor,
        json!({"status": "published", "tags": ["place:doha", "topic:ports"]}),
    )
    .await;
    let before = editor.get(&story.path()).await;

    let refused = editor.delete("/v1/tags/place:doha").await.expect(409);
    editor
        .delete("/v1/tags/place:doha?force=false")
        .await
        .expect(409);
    editor
        .delete("/v1/tags/place:doha?force=perhaps")
        .await
        .expect(400);
    editor
        .delete("/v1/tags/place:doha?force=true")
        .await
        .expect(204);

    assert_eq!(
        (refused.code(), refused.member("/article_count")),
        ("tag-in-use".into(), "1".into())
    );
    let after = editor.get(&story.path()).await;
    assert_eq!(after.json()["tags"].as_array().map(Vec::len), Some(1));
    assert_eq!(after.member("/tags/0/key"), "topic:ports");
    assert_eq!(after.member("/version"), before.member("/version"));
    assert_ne!(after.header("etag"), before.header("etag"));
}

#[tokio::test]
async fn a_draft_keeps_a_tag_in_use_and_a_deleted_article_does_not() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    make(&editor, "place", "Doha").await;
    let story = Story::create(&editor, json!({"tags": ["place:doha"]})).await;

    editor.delete("/v1/tags/place:doha").await.expect(409);
    editor.delete(&story.path()).await.expect(204);
    editor.delete("/v1/tags/place:doha").await.expect(204);

    let restored = editor
        .post(&format!("{}/restore", story.path()), json!({}))
        .await
        .expect(200);
    assert_eq!(restored.json()["tags"], json!([]));
}

#[tokio::test]
async fn an_article_cannot_be_filed_under_a_deleted_tag() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    make(&editor, "place", "Doha").await;
    editor.delete("/v1/tags/place:doha").await.expect(204);

    let article = json!({"headline": "A", "tags": ["place:doha"]});
    let refused = editor.post("/v1/articles", article).await.expect(422);

    assert_eq!(
        (refused.code(), refused.pointers()),
        ("unknown-tag".into(), vec!["/tags/0".into()])
    );
}

//! Tags that no further article is filed under.

use dateline::keys::Scope;
use serde_json::json;

use super::make;
use crate::support::TestApp;

#[tokio::test]
async fn a_retired_tag_stays_with_its_articles_and_comes_to_no_other() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags, Scope::WriteArticles]).await;
    make(&editor, "topic", "Telegraphy").await;
    let story = json!({"headline": "Old", "tags": ["topic:telegraphy"]});
    let old = editor.post("/v1/articles", story.clone()).await.expect(201);
    let address = format!("/v1/articles/{}", old.member("/id"));
    let retired = json!({"retired_at": app.now().to_rfc3339()});
    let retired = editor
        .patch("/v1/tags/topic:telegraphy", retired)
        .await
        .expect(200);

    let new = editor.post("/v1/articles", story).await.expect(422);
    let by_name = json!({"headline": "New", "tags": [{"kind": "topic", "name": "telegraphy"}]});
    let by_name = editor.post("/v1/articles", by_name).await.expect(422);
    let kept = editor
        .patch(&address, json!({"summary": "Still there."}))
        .await
        .expect(200);
    editor
        .put(
            &format!("{address}/tags/topic:telegraphy?position=0"),
            json!({}),
        )
        .await
        .expect(200);

    assert_eq!(retired.member("/status"), "retired");
    for refused in [new, by_name] {
        assert_eq!(refused.code(), "retired-tag");
        assert_eq!(refused.pointers(), ["/tags/0"]);
    }
    assert_eq!(kept.member("/tags/0/key"), "topic:telegraphy");
}

#[tokio::test]
async fn a_tag_is_retired_when_its_time_has_come_and_can_be_brought_back() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags, Scope::WriteArticles]).await;
    make(&editor, "topic", "Telegraphy").await;
    let tomorrow = (app.now() + chrono::Duration::days(1)).to_rfc3339();
    let retiring = json!({"retired_at": tomorrow});
    let retiring = editor
        .patch("/v1/tags/topic:telegraphy", retiring)
        .await
        .expect(200);
    let story = json!({"headline": "A story", "tags": ["topic:telegraphy"]});

    editor.post("/v1/articles", story.clone()).await.expect(201);
    app.advance(24 * 60 * 60);
    editor.post("/v1/articles", story.clone()).await.expect(422);
    let back = json!({"retired_at": null});
    editor
        .patch("/v1/tags/topic:telegraphy", back)
        .await
        .expect(200);
    editor.post("/v1/articles", story).await.expect(201);

    assert_eq!(retiring.member("/status"), "active");
}

//! The text of a story.

use serde_json::json;

use super::created;
use crate::support::TestApp;

#[tokio::test]
async fn the_text_is_answered_only_when_asked_for() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = json!({"headline": "A", "status": "published", "body": "One two.\n\nThree"});
    let path = created(&editor, story).await;

    let without = app.anybody().get(&path).await.expect(200);
    let with = app
        .anybody()
        .get(&format!("{path}?include=body"))
        .await
        .expect(200);
    let list = app.anybody().get("/v1/articles").await.expect(200);

    assert_eq!(without.json().get("body"), None);
    assert_eq!(with.member("/body"), "One two.\n\nThree");
    assert_ne!(with.header("etag"), without.header("etag"));
    assert_eq!(list.json()["items"][0].get("body"), None);
    app.anybody()
        .get("/v1/articles?include=body")
        .await
        .expect(400);
}

#[tokio::test]
async fn an_article_without_text_says_so() {
    let app = TestApp::start().await;
    let path = super::published(&app.admin().await, "A").await;

    let found = app
        .anybody()
        .get(&format!("{path}?include=body&fields=id"))
        .await
        .expect(200);

    assert_eq!(
        found.json(),
        json!({"id": super::id_of(&path), "body": null})
    );
}

#[tokio::test]
async fn words_are_counted_in_the_text_where_there_is_one() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    let told = editor
        .post("/v1/articles", json!({"headline": "A", "word_count": 7}))
        .await
        .expect(201);
    let counted = json!({"headline": "A", "word_count": 7, "body": " One  two.\n\nThree "});
    let counted = editor.post("/v1/articles", counted).await.expect(201);
    let longer = json!({"body": "One two three four"});
    let longer = editor
        .patch(counted.header("location"), longer)
        .await
        .expect(200);

    assert_eq!(told.member("/word_count"), "7");
    assert_eq!(counted.member("/word_count"), "3");
    assert_eq!(longer.member("/word_count"), "4");
}

#[tokio::test]
async fn a_text_has_at_most_512_kib() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let with = |bytes: usize| json!({"headline": "A", "body": "é".repeat(bytes / 2)});

    let largest = editor.post("/v1/articles", with(512 * 1024)).await;
    let larger = editor.post("/v1/articles", with(512 * 1024 + 2)).await;

    largest.expect(201);
    assert_eq!(larger.expect(422).pointers(), ["/body"]);
}

//! A link that is gone, and its way back

use reqwest::Method;
use serde_json::json;

use crate::support::{Client, Story, TestApp};

const EID: &str = "/v1/short-links/exmp.news/eid";
const RESTORE: &str = "/v1/short-links/exmp.news/eid/restore";

async fn gone(editor: &Client<'_>) {
    let link = json!({"target_url": "https://news.example/", "code": "eid"});
    editor.post("/v1/short-links", link).await.expect(201);
    editor.delete(EID).await.expect(204);
}

#[tokio::test]
async fn a_gone_link_is_active_again_once_it_is_restored() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    gone(&editor).await;

    let restored = editor.post(RESTORE, json!({})).await.expect(200);

    assert_eq!(
        (restored.member("/status"), restored.member("/version")),
        ("active".into(), "3".into())
    );
    app.follow(Method::GET, "exmp.news", "/eid")
        .await
        .expect(302);
    let last = app.changes().await.pop().unwrap_or_default();
    assert!(
        last.ends_with("restore short_link exmp.news/eid 3"),
        "{last}"
    );
}

#[tokio::test]
async fn restoring_a_link_that_is_not_gone_changes_nothing() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    gone(&editor).await;
    editor.post(RESTORE, json!({})).await.expect(200);
    editor
        .patch(EID, json!({"status": "disabled"}))
        .await
        .expect(200);

    let again = editor.post(RESTORE, json!({})).await.expect(200);

    assert_eq!(
        (again.member("/status"), again.member("/version")),
        ("disabled".into(), "4".into())
    );
}

#[tokio::test]
async fn a_restore_of_an_older_version_is_refused() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    gone(&editor).await;

    let restore = |tag: &str| {
        editor
            .request(Method::POST, RESTORE)
            .header("if-match", tag)
    };
    editor.send(restore("\"1-0\"")).await.expect(412);
    editor.send(restore("\"2-0\"")).await.expect(200);
    editor
        .post("/v1/short-links/exmp.news/none-such/restore", json!({}))
        .await
        .expect(404);
}

#[tokio::test]
async fn a_gone_link_can_be_given_a_replacement_and_nothing_else() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    gone(&editor).await;
    let instead = "https://news.example/instead";

    let replaced = editor
        .patch(EID, json!({"replacement_url": instead}))
        .await
        .expect(200);
    let more = json!({"replacement_url": null, "status": "active"});
    let more = editor.patch(EID, more).await.expect(409);
    let loops = json!({"replacement_url": "https://exmp.news/x"});
    editor.patch(EID, loops).await.expect(422);

    assert_eq!(
        (
            replaced.member("/status"),
            replaced.member("/replacement_url")
        ),
        ("gone".into(), instead.into())
    );
    assert_eq!(more.code(), "link-gone");
    assert_eq!(editor.get(EID).await.member("/version"), "3");
}

#[tokio::test]
async fn a_restored_link_of_an_article_is_not_its_primary_one_again() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    editor.delete(&story.link()).await.expect(204);

    let restored = editor
        .post(&format!("{}/restore", story.link()), json!({}))
        .await
        .expect(200);

    assert_eq!(
        (restored.member("/status"), restored.member("/primary")),
        ("active".into(), "false".into())
    );
}

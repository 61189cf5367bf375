//! PATCH and DELETE of a link

use reqwest::Method;
use serde_json::json;

use crate::support::{Client, Story, TestApp};

const EID: &str = "/v1/short-links/exmp.news/eid";

async fn eid(editor: &Client<'_>) -> crate::support::Answer {
    let link = json!({"target_url": "https://news.example/", "code": "eid"});
    editor.post("/v1/short-links", link).await.expect(201)
}

/// Where the link leads.
async fn followed(app: &TestApp) -> (u16, String) {
    let answer = app.follow(Method::GET, "exmp.news", "/eid").await;
    (answer.status.as_u16(), answer.header("location").to_owned())
}

#[tokio::test]
async fn a_link_can_be_switched_off_and_on() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    eid(&editor).await;

    let off = editor
        .patch(EID, json!({"status": "disabled"}))
        .await
        .expect(200);
    let while_off = followed(&app).await;
    let on = editor.patch(EID, json!({"status": null})).await.expect(200);

    assert_eq!(
        (off.member("/status"), while_off.0),
        ("disabled".into(), 410)
    );
    assert_eq!(
        (on.member("/status"), on.member("/version")),
        ("active".into(), "3".into())
    );
    assert_eq!(followed(&app).await.0, 302);
}

#[tokio::test]
async fn a_link_can_be_led_elsewhere() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    eid(&editor).await;
    let story = Story::publish(&editor, "https://news.example/a").await;

    let to_article = editor
        .patch(EID, json!({"article_id": story.id}))
        .await
        .expect(200);
    let at_article = followed(&app).await;
    let to_address = editor
        .patch(
            EID,
            json!({"target_url": "https://news.example/b", "article_id": null}),
        )
        .await
        .expect(200);

    assert_eq!(
        to_article.json()["target"],
        json!({"type": "article", "article_id": story.id, "url": "https://news.example/a"})
    );
    assert_eq!(to_article.member("/primary"), "false");
    assert_eq!(at_article, (302, "https://news.example/a".into()));
    assert_eq!(to_address.member("/target/type"), "url");
    assert_eq!(followed(&app).await, (302, "https://news.example/b".into()));
}

#[tokio::test]
async fn a_link_follows_its_article_at_once() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    editor
        .post(
            "/v1/short-links",
            json!({"article_id": story.id, "code": "eid"}),
        )
        .await
        .expect(201);
    let before = editor.get(EID).await;

    story
        .patch(&editor, json!({"canonical_url": "https://news.example/b"}))
        .await;

    assert_eq!(followed(&app).await, (302, "https://news.example/b".into()));
    let primary = app
        .follow(Method::GET, "exmp.news", &format!("/{}", story.code))
        .await;
    assert_eq!(primary.header("location"), "https://news.example/b");
    let after = editor.get(EID).await;
    assert_eq!(
        (after.member("/target/url"), after.member("/version")),
        ("https://news.example/b".into(), "1".into())
    );
    assert_ne!(after.header("etag"), before.header("etag"));
}

#[tokio::test]
async fn a_patch_that_breaks_the_rules_is_refused() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    eid(&editor).await;
    let story = Story::publish(&editor, "https://news.example/a").await;

    for (patch, pointer) in [
        (json!({"status": "gone"}), "/status"),
        (json!({"target_url": null}), "/article_id"),
        (json!({"target_url": "https://exmp.news/x"}), "/target_url"),
        (
            json!({"target_url": "https://news.example/", "article_id": story.id}),
            "/target_url",
        ),
        (
            json!({"article_id": "01990000-0000-7000-8000-000000000001"}),
            "/article_id",
        ),
        (json!({"expires_at": "2030-01-01T00:00:00"}), "/expires_at"),
        (json!({"primary": true}), "/primary"),
    ] {
        let refused = editor.patch(EID, patch.clone()).await.expect(422);
        assert_eq!(refused.pointers(), [pointer], "{patch}");
    }
    for patch in [
        json!({"status": "off"}),
        json!({"primary": "yes"}),
        json!({"stauts": null}),
        json!([]),
    ] {
        editor.patch(EID, patch).await.expect(400);
    }
    assert_eq!(editor.get(EID).await.member("/version"), "1");
}

#[tokio::test]
async fn a_link_can_be_patched_as_it_was_answered() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let link = eid(&editor).await;

    let same = editor.patch(EID, link.json()).await.expect(200);

    assert_eq!(same.header("etag"), link.header("etag"));
}

#[tokio::test]
async fn a_write_of_an_older_version_is_refused() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let link = eid(&editor).await;
    let write = async |method: Method, name: &str, value: &str| {
        let request = editor.request(method, EID).header(name, value);
        editor
            .send(request.json(&json!({"status": "disabled"})))
            .await
    };

    write(Method::PATCH, "if-match", link.header("etag"))
        .await
        .expect(200);
    let late = write(Method::PATCH, "if-match", link.header("etag"))
        .await
        .expect(412);
    write(Method::DELETE, "if-match", link.header("etag"))
        .await
        .expect(412);
    write(Method::PATCH, "if-none-match", "*").await.expect(412);
    write(Method::PATCH, "if-match", "2").await.expect(400);
    write(Method::DELETE, "if-match", "*").await.expect(204);

    assert_eq!(late.member("/version"), "2");
}

#[tokio::test]
async fn a_read_is_answered_304_to_who_has_it() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let link = eid(&editor).await;

    let request = editor
        .request(Method::GET, EID)
        .header("if-none-match", link.header("etag"));
    editor.send(request).await.expect(304);
    let head = editor
        .send(editor.request(Method::HEAD, EID))
        .await
        .expect(200);

    assert_eq!(head.header("etag"), link.header("etag"));
    assert_eq!(head.header("cache-control"), "private, no-store");
}

#[tokio::test]
async fn a_deleted_articles_link_can_still_be_edited() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    editor
        .post(
            "/v1/short-links",
            json!({"article_id": story.id, "code": "eid"}),
        )
        .await
        .expect(201);
    editor.delete(&story.path()).await.expect(204);

    let off = editor
        .patch(EID, json!({"status": "disabled"}))
        .await
        .expect(200);
    let away = editor
        .patch(
            EID,
            json!({"target_url": "https://news.example/b", "status": "active"}),
        )
        .await
        .expect(200);

    assert_eq!(off.member("/status"), "disabled");
    assert_eq!(away.member("/target/type"), "url");
    assert_eq!(followed(&app).await, (302, "https://news.example/b".into()));
}

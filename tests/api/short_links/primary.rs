//! The link that an article shows

use serde_json::{Value, json};

use crate::support::{Client, Story, TestApp};

const EID: &str = "/v1/short-links/exmp.news/eid";

async fn alias(editor: &Client<'_>, story: &Story) {
    let link = json!({"article_id": story.id, "code": "eid"});
    editor.post("/v1/short-links", link).await.expect(201);
}

/// The short address that an article shows.
async fn short_url(editor: &Client<'_>, story: &Story) -> Value {
    editor.get(&story.path()).await.expect(200).json()["short_url"].clone()
}

#[tokio::test]
async fn another_link_can_be_made_primary() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    alias(&editor, &story).await;
    let before = editor.get(&story.path()).await;

    let raised = editor
        .patch(EID, json!({"primary": true}))
        .await
        .expect(200);

    assert_eq!(raised.member("/primary"), "true");
    assert_eq!(editor.get(&story.link()).await.member("/primary"), "false");
    let after = editor.get(&story.path()).await;
    assert_eq!(after.member("/short_url"), "https://exmp.news/eid");
    assert_eq!(after.member("/version"), before.member("/version"));
    assert_ne!(after.header("etag"), before.header("etag"));
    let lowered = editor
        .patch(EID, json!({"primary": false}))
        .await
        .expect(422);
    assert_eq!(lowered.pointers(), ["/primary"]);
}

#[tokio::test]
async fn a_primary_link_that_leaves_its_article_is_primary_no_more() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let (first, second) = (
        Story::publish(&editor, "https://news.example/a").await,
        Story::publish(&editor, "https://news.example/b").await,
    );

    let moved = editor
        .patch(&first.link(), json!({"article_id": second.id}))
        .await
        .expect(200);

    assert_eq!(moved.member("/primary"), "false");
    assert_eq!(short_url(&editor, &first).await, json!(null));
    assert_eq!(
        short_url(&editor, &second).await,
        format!("https://exmp.news/{}", second.code)
    );
}

#[tokio::test]
async fn a_primary_link_can_become_that_of_another_article() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let (first, second) = (
        Story::publish(&editor, "https://news.example/a").await,
        Story::publish(&editor, "https://news.example/b").await,
    );

    let moved = editor
        .patch(
            &first.link(),
            json!({"article_id": second.id, "primary": true}),
        )
        .await
        .expect(200);
    let address = json!({"target_url": "https://news.example/", "primary": true});
    let refused = editor.patch(&first.link(), address).await.expect(422);
    let left = json!({"target_url": "https://news.example/", "primary": false});
    let left = editor.patch(&first.link(), left).await.expect(200);

    assert_eq!(moved.member("/primary"), "true");
    assert_eq!(short_url(&editor, &first).await, json!(null));
    assert_eq!(editor.get(&second.link()).await.member("/primary"), "false");
    assert_eq!(refused.pointers(), ["/primary"]);
    assert_eq!(left.member("/primary"), "false");
    assert_eq!(short_url(&editor, &second).await, json!(null));
}

#[tokio::test]
async fn an_article_keeps_its_primary_link_when_asked_for_one() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;

    let link = editor
        .put(&format!("{}/short-link", story.path()), json!({}))
        .await
        .expect(200);

    assert_eq!(link.member("/code"), story.code);
    assert_eq!(link.header("location"), "");
}

#[tokio::test]
async fn an_article_whose_primary_link_is_gone_gets_a_new_one_when_asked() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    editor.delete(&story.link()).await.expect(204);
    let without = short_url(&editor, &story).await;

    let made = editor
        .put(&format!("{}/short-link", story.path()), json!({}))
        .await
        .expect(201);

    assert_eq!(without, json!(null));
    assert_eq!(
        made.header("location"),
        format!("/v1/short-links/exmp.news/{}", made.member("/code"))
    );
    assert_eq!(made.member("/primary"), "true");
    assert_ne!(made.member("/code"), story.code);
    assert_eq!(short_url(&editor, &story).await, made.member("/url"));
    let listed = editor
        .get(&format!("{}/short-links", story.path()))
        .await
        .expect(200);
    assert_eq!(
        [
            listed.member("/items/0/code"),
            listed.member("/items/1/code")
        ],
        [made.member("/code"), story.code.clone()]
    );
    assert_eq!(
        [
            listed.member("/items/0/primary"),
            listed.member("/items/1/primary")
        ],
        ["true", "false"]
    );
    assert_eq!(editor.get(&story.link()).await.member("/primary"), "false");
}

#[tokio::test]
async fn an_article_that_never_was_has_no_links() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let nobody = "/v1/articles/01990000-0000-7000-8000-000000000001";

    editor
        .put(&format!("{nobody}/short-link"), json!({}))
        .await
        .expect(404);
    editor
        .get(&format!("{nobody}/short-links"))
        .await
        .expect(404);
    editor
        .put("/v1/articles/x/short-link", json!({}))
        .await
        .expect(404);
}

#[tokio::test]
async fn a_deleted_article_gets_no_new_link_and_shows_those_it_has() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    editor.delete(&story.path()).await.expect(204);

    let refused = editor
        .put(&format!("{}/short-link", story.path()), json!({}))
        .await
        .expect(409);
    let listed = editor
        .get(&format!("{}/short-links", story.path()))
        .await
        .expect(200);

    assert_eq!(
        (refused.code(), refused.member("/article_id")),
        ("article-deleted".into(), story.id)
    );
    assert_eq!(listed.member("/items/0/code"), story.code);
}

//! `PUT /v1/articles/{id}`

use reqwest::Method;
use serde_json::{Value, json};

use super::{created, id_of, tag_keys, topics};
use crate::support::TestApp;

const ID: &str = "/v1/articles/0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10";

/// An article with something in every field.
fn full() -> Value {
    json!({
        "status": "published", "kind": "opinion", "headline": "A", "short_headline": "a", "summary": "s",
        "key_points": ["k"], "dateline": "ELARA", "byline": "Jane", "language": "ar",
        "canonical_url": "https://a.example/", "external_ids": [{"source": "cms", "id": "1"}],
        "lead_image": {"url": "https://i.example/", "alt": "a", "caption": "c", "credit": "d", "width": 2, "height": 1},
        "tags": [{"kind": "topic", "name": "X"}, {"kind": "place", "name": "Y"}],
        "published_at": "2026-11-01T00:00:00Z", "updated_at": "2026-11-02T00:00:00Z",
        "embargoed_until": "2026-11-01T00:00:00Z", "expires_at": "2100-01-01T00:00:00Z",
        "custom": {"b": {"c": [1, 2.5, null]}, "a": ""}, "body": "one two",
    })
}

#[tokio::test]
async fn a_caller_may_choose_the_id() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    let made = editor.put(ID, json!({"headline": "A"})).await.expect(201);
    let replaced = editor.put(ID, json!({"headline": "B"})).await.expect(200);

    assert_eq!(made.header("location"), ID);
    assert_eq!(made.member("/id"), id_of(ID));
    assert_eq!(replaced.member("/headline"), "B");
    assert_eq!(replaced.member("/version"), "2");
    editor
        .put("/v1/articles/mine", json!({"headline": "A"}))
        .await
        .expect(404);
}

#[tokio::test]
async fn an_article_as_it_was_answered_replaces_itself_without_a_change() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = created(&editor, full()).await;

    for path_of_document in [path.clone(), format!("{path}?include=body")] {
        let document = editor.get(&path_of_document).await.expect(200).json();
        let mut expected = document.clone();
        let replaced = editor.put(&path, document).await.expect(200);
        expected
            .as_object_mut()
            .map(|members| members.remove("body"));
        assert_eq!(replaced.json(), expected);
    }
    assert_eq!(editor.get(&path).await.member("/version"), "1");
}

#[tokio::test]
async fn what_cannot_be_set_is_ignored() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let before = editor
        .put(ID, json!({"headline": "A"}))
        .await
        .expect(201)
        .json();

    let document = json!({"headline": "A", "id": "x", "version": 9, "visibility": "live", "direction": "rtl",
        "short_url": "https://b.example/", "created_at": 1, "modified_at": null});
    let after = editor.put(ID, document).await.expect(200);

    assert_eq!(after.json(), before);
    let unknown = editor
        .put(ID, json!({"headline": "A", "q": 1}))
        .await
        .expect(400);
    assert_eq!(unknown.pointers(), ["/q"]);
}

#[tokio::test]
async fn what_is_absent_is_reset_except_status_publication_and_text() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = created(&editor, full()).await;

    editor
        .put(&path, json!({"headline": "B"}))
        .await
        .expect(200);
    let replaced = editor
        .get(&format!("{path}?include=body"))
        .await
        .expect(200);

    insta::assert_snapshot!(replaced, @r#"
    200 OK
    cache-control: private, no-store
    content-type: application/json
    etag: "2-[hash]"
    vary: Authorization, Accept, Accept-Language, Accept-Encoding, Dateline-Position

    {
      "id": "[id 1]",
      "version": 2,
      "status": "published",
      "visibility": "live",
      "kind": "article",
      "headline": "B",
      "short_headline": null,
      "summary": null,
      "key_points": [],
      "dateline": null,
      "byline": null,
      "language": "en",
      "direction": "ltr",
      "canonical_url": null,
      "external_ids": [],
      "lead_image": null,
      "word_count": 2,
      "tags": [],
      "related": [],
      "short_url": "[short url]",
      "published_at": "2026-11-01T00:00:00Z",
      "updated_at": null,
      "embargoed_until": null,
      "expires_at": null,
      "created_at": "[now]",
      "modified_at": "[now]",
      "custom": {},
      "body": "one two"
    }
    "#);
}

#[tokio::test]
async fn a_null_resets_what_an_absent_member_keeps() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = created(&editor, full()).await;

    let nulls = json!({"headline": "B", "status": null, "published_at": null, "body": null});
    let replaced = editor.put(&path, nulls).await.expect(200);

    assert_eq!(replaced.member("/status"), "draft");
    assert_eq!(replaced.json()["published_at"], json!(null));
    let body = editor
        .get(&format!("{path}?include=body&fields=id"))
        .await
        .json();
    assert_eq!(body["body"], json!(null));
}

#[tokio::test]
async fn a_draft_that_is_published_by_replacement_gets_its_date_once() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    editor.put(ID, json!({"headline": "A"})).await.expect(201);

    let published = json!({"headline": "A", "status": "published"});
    let first = editor.put(ID, published.clone()).await.expect(200);
    app.advance(100);
    let second = editor.put(ID, published).await.expect(200);

    assert_eq!(first.member("/published_at"), first.member("/modified_at"));
    assert_eq!(second.json(), first.json());
}

#[tokio::test]
async fn a_tag_object_is_read_by_its_key() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["x"]).await;

    let stale = json!({"headline": "A", "tags": [{"key": "topic:x", "kind": "place", "name": "Another name"}]});
    let made = editor.put(ID, stale).await.expect(201);

    assert_eq!(tag_keys(&made), "topic:x");
    assert_eq!(made.member("/tags/0/name"), "x");
}

#[tokio::test]
async fn a_replacement_must_have_a_headline() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    let new = editor.put(ID, json!({})).await.expect(422);
    editor.put(ID, json!({"headline": "A"})).await.expect(201);
    let old = editor.put(ID, json!({"summary": "s"})).await.expect(422);
    let none = editor.put(ID, json!(null)).await;

    assert_eq!(new.pointers(), ["/headline"]);
    assert_eq!(old.pointers(), ["/headline"]);
    none.expect(400);
}

#[tokio::test]
async fn the_conditions_of_a_replacement_are_kept() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let put = async |name: &'static str, value: &str, headline: &str| {
        let request = editor
            .request(Method::PUT, ID)
            .json(&json!({"headline": headline}));
        editor.send(request.header(name, value)).await
    };

    put("if-match", "\"1-0000000000000000\"", "A")
        .await
        .expect(412);
    put("if-match", "*", "A").await.expect(412);
    let made = put("if-none-match", "*", "A").await.expect(201);
    let there = put("if-none-match", "*", "B").await.expect(412);
    let matching = put("if-match", made.header("etag"), "B").await.expect(200);
    let stale = put("if-match", made.header("etag"), "C").await.expect(412);
    put("if-match", "seven", "C").await.expect(400);
    put("if-none-match", "\"1\"", "C").await.expect(400);

    assert_eq!(there.member("/version"), "1");
    assert_eq!(matching.member("/version"), "2");
    assert_eq!(stale.member("/version"), "2");
    assert_eq!(editor.get(ID).await.member("/headline"), "B");
}

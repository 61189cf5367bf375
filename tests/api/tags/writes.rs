//! PUT, PATCH and their conditions

use dateline::keys::Scope;
use reqwest::{Method, header};
use serde_json::{Value, json};

use super::make;
use crate::support::{Answer, Client, Story, TestApp};

const DOHA: &str = "/v1/tags/place:doha";

async fn patch_if(
    editor: &Client<'_>,
    name: header::HeaderName,
    value: &str,
    body: Value,
) -> Answer {
    let request = editor.request(Method::PATCH, DOHA).header(name, value);
    editor.send(request.json(&body)).await
}

#[tokio::test]
async fn a_put_creates_a_tag_under_the_key_of_its_path() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;

    let created = editor
        .put(DOHA, json!({"name": "Doha City"}))
        .await
        .expect(201);
    let other = json!({"name": "X", "slug": "y"});
    let other = editor.put("/v1/tags/place:x", other).await.expect(422);

    assert_eq!(created.header("location"), DOHA);
    assert_eq!(created.member("/key"), "place:doha");
    assert_eq!(other.pointers(), ["/slug"]);
    editor
        .put("/v1/tags/wikidata:Q1", json!({"name": "X"}))
        .await
        .expect(404);
    editor
        .put("/v1/tags/place:No", json!({"name": "X"}))
        .await
        .expect(404);
    editor.put("/v1/tags/place:z", json!({})).await.expect(422);
}

#[tokio::test]
async fn a_put_resets_what_it_does_not_name_but_the_slug() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let whole = json!({"name": "Doha", "description": "The capital.", "external_ids": [{"authority": "wikidata", "id": "Q3861"}]});
    editor.put(DOHA, whole).await.expect(201);

    let replaced = editor
        .put(DOHA, json!({"name": "Doha City"}))
        .await
        .expect(200);

    assert_eq!(replaced.member("/key"), "place:doha");
    assert_eq!(replaced.json()["description"], json!(null));
    assert_eq!(replaced.json()["external_ids"], json!([]));
    editor.get("/v1/tags/wikidata:Q3861").await.expect(404);
}

#[tokio::test]
async fn a_tag_can_be_put_as_it_was_answered() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let made = make(&editor, "place", "Doha").await;

    let same = editor.put(DOHA, made.json()).await.expect(200);

    assert_eq!(same.json(), made.json());
    assert_eq!(same.header("etag"), made.header("etag"));
}

#[tokio::test]
async fn a_patch_keeps_what_is_absent_and_resets_what_is_null() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let whole = json!({"name": "Doha", "description": "The capital.", "external_ids": [{"authority": "wikidata", "id": "Q3861"}]});
    editor.put(DOHA, whole).await.expect(201);

    let named = editor
        .patch(DOHA, json!({"name": "Doha City"}))
        .await
        .expect(200);
    let nothing = editor.patch(DOHA, json!({})).await.expect(200);
    let reset = editor
        .patch(DOHA, json!({"description": null, "external_ids": null}))
        .await
        .expect(200);
    let nameless = editor.patch(DOHA, json!({"name": null})).await.expect(422);
    let unknown = editor.patch(DOHA, json!({"nmae": null})).await.expect(400);

    assert_eq!(
        (
            named.member("/description"),
            named.member("/external_ids/0/id")
        ),
        ("The capital.".into(), "Q3861".into())
    );
    assert_eq!(
        (named.member("/version"), nothing.member("/version")),
        ("2".into(), "2".into())
    );
    assert_eq!(
        (&reset.json()["description"], &reset.json()["external_ids"]),
        (&json!(null), &json!([]))
    );
    assert_eq!(nameless.pointers(), ["/name"]);
    assert_eq!(unknown.code(), "invalid-body");
}

#[tokio::test]
async fn a_write_of_the_wrong_form_is_refused() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make(&editor, "place", "Doha").await;
    let sent = async |method: Method, kind: &str, body: &'static str| {
        let request = editor.request(method, DOHA).header("content-type", kind);
        editor.send(request.body(body)).await
    };

    sent(Method::PATCH, "application/merge-patch+json", "{}")
        .await
        .expect(200);
    sent(
        Method::PUT,
        "application/merge-patch+json",
        "{\"name\": \"X\"}",
    )
    .await
    .expect(415);
    sent(Method::PATCH, "text/plain", "{}").await.expect(415);
    sent(Method::PATCH, "application/json", "{")
        .await
        .expect(400);
    sent(Method::PATCH, "application/json", "[]")
        .await
        .expect(400);
    let posted = editor
        .send(editor.request(Method::POST, DOHA))
        .await
        .expect(405);
    assert_eq!(posted.header("allow"), "GET, HEAD, PUT, PATCH, DELETE");
    editor
        .post("/v1/tags", json!({"kind": "place", "name": "X", "nmae": 1}))
        .await
        .expect(400);
}

#[tokio::test]
async fn a_write_of_an_older_version_is_refused() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let first = make(&editor, "place", "Doha").await;
    let tag = first.header("etag");

    let changed = patch_if(&editor, header::IF_MATCH, tag, json!({"name": "B"}))
        .await
        .expect(200);
    let late = patch_if(&editor, header::IF_MATCH, tag, json!({"name": "C"}))
        .await
        .expect(412);
    let deleted = editor.request(Method::DELETE, DOHA).header("if-match", tag);
    editor.send(deleted).await.expect(412);
    let replaced = editor.request(Method::PUT, DOHA).header("if-match", tag);
    editor
        .send(replaced.json(&json!({"name": "C"})))
        .await
        .expect(412);

    assert_eq!(
        (late.code(), late.member("/version")),
        ("precondition-failed".into(), "2".into())
    );
    let either = format!("{tag}, {}", changed.header("etag"));
    patch_if(&editor, header::IF_MATCH, &either, json!({"name": "D"}))
        .await
        .expect(200);
    patch_if(&editor, header::IF_MATCH, "*", json!({"name": "E"}))
        .await
        .expect(200);
    patch_if(&editor, header::IF_MATCH, "two", json!({"name": "F"}))
        .await
        .expect(400);
    patch_if(&editor, header::IF_NONE_MATCH, "*", json!({"name": "F"}))
        .await
        .expect(412);
    assert_eq!(editor.get(DOHA).await.member("/name"), "E");
}

#[tokio::test]
async fn a_put_can_be_bound_to_a_tag_that_is_there_or_is_not() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let put = async |name: &str| {
        let request = editor.request(Method::PUT, DOHA).header(name, "*");
        editor.send(request.json(&json!({"name": "Doha"}))).await
    };

    put("if-match").await.expect(412);
    put("if-none-match").await.expect(201);
    put("if-none-match").await.expect(412);
    put("if-match").await.expect(200);
}

#[tokio::test]
async fn a_deployment_can_require_the_version_of_what_is_changed() {
    let app = TestApp::with(|config| config.require_if_match = true).await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let made = make(&editor, "place", "Doha").await;

    let refused = editor.patch(DOHA, json!({"name": "B"})).await.expect(428);
    editor.put(DOHA, json!({"name": "B"})).await.expect(428);
    editor.delete(DOHA).await.expect(428);
    patch_if(
        &editor,
        header::IF_MATCH,
        made.header("etag"),
        json!({"name": "B"}),
    )
    .await
    .expect(200);

    assert_eq!(refused.code(), "precondition-required");
}

#[tokio::test]
async fn a_count_changes_the_etag_and_not_the_version() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let made = make(&editor, "place", "Doha").await;
    let story = json!({"status": "published", "tags": ["place:doha"]});
    Story::create(&editor, story.clone()).await;
    Story::create(&editor, json!({"tags": ["place:doha"]})).await;

    let counted = editor.get(DOHA).await.expect(200);

    assert_eq!(
        (counted.member("/article_count"), counted.member("/version")),
        ("1".into(), "1".into())
    );
    assert_eq!(counted.json()["modified_at"], made.json()["modified_at"]);
    assert_ne!(counted.json()["last_used_at"], json!(null));
    assert_ne!(counted.header("etag"), made.header("etag"));
    let known = async |tag: &str| {
        editor
            .send(
                editor
                    .request(Method::GET, DOHA)
                    .header("if-none-match", tag),
            )
            .await
    };
    known(made.header("etag")).await.expect(200);
    let same = known(counted.header("etag")).await.expect(304);
    assert!(same.body.is_empty());
    assert_eq!(same.header("etag"), counted.header("etag"));
    patch_if(
        &editor,
        header::IF_MATCH,
        made.header("etag"),
        json!({"name": "B"}),
    )
    .await
    .expect(200);
}

#[tokio::test]
async fn a_head_is_answered_as_a_get_without_a_body() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let made = make(&editor, "place", "Doha").await;

    let head = editor
        .send(editor.request(Method::HEAD, DOHA))
        .await
        .expect(200);

    assert_eq!(head.header("etag"), made.header("etag"));
    assert!(head.body.is_empty());
}

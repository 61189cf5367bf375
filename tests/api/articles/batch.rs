//! `POST /v1/articles/batch`

use dateline::keys::Scope;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Story, TestApp};

async fn write(editor: &Client<'_>, query: &str, operations: Value) -> Answer {
    let path = format!("/v1/articles/batch{query}");
    editor.post(&path, json!({"operations": operations})).await
}

/// The statuses of a batch's operations.
fn statuses(batch: &Answer) -> Vec<u64> {
    let batch = batch.json();
    let items = batch["items"].as_array().expect("items");
    items
        .iter()
        .filter_map(|item| item["status"].as_u64())
        .collect()
}

#[tokio::test]
async fn each_operation_is_what_its_single_endpoint_is() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteArticles, Scope::WriteTags]).await;
    let one = Story::create(&editor, json!({"headline": "One"})).await;
    let cms = json!({"source": "cms", "id": "2"});

    let batch = write(
        &editor,
        "",
        json!([
            {"op": "create", "headline": "New", "tags": [{"kind": "topic", "name": "Ships"}]},
            {"op": "upsert", "external_id": cms, "headline": "Two", "summary": "S", "status": "published"},
            {"op": "upsert", "external_id": cms, "headline": "Two again"},
            {"op": "upsert", "url": "https://news.example/3", "headline": "Three"},
            {"op": "patch", "url": "https://news.example/3", "headline": "Third", "custom": {"a": {"b": 1}}},
            {"op": "tag", "id": one.id, "tag": "topic:ships"},
            {"op": "tag", "external_id": cms, "tag": "topic:ships", "position": 0},
            {"op": "untag", "external_id": cms, "tag": "topic:ships"},
            {"op": "untag", "external_id": cms, "tag": "topic:ships"},
            {"op": "patch", "id": one.id, "if_match": 1, "headline": "Late"},
            {"op": "delete", "id": one.id, "if_match": 2},
            {"op": "patch", "id": one.id, "headline": "Gone"},
            {"op": "restore", "id": one.id},
        ]),
    )
    .await
    .expect(200);

    assert_eq!(
        statuses(&batch),
        [
            201, 201, 200, 201, 200, 200, 200, 200, 404, 412, 204, 409, 200
        ]
    );
    assert_eq!(batch.member("/items/0/article/tags/0/key"), "topic:ships");
    assert_eq!(
        batch.member("/items/1/article/id"),
        batch.member("/items/2/article/id")
    );
    // What a replacement does not say is reset, but not its status.
    assert_eq!(batch.json()["items"][2]["article"]["summary"], json!(null));
    assert_eq!(batch.member("/items/2/article/status"), "published");
    assert_eq!(
        batch.member("/items/3/article/canonical_url"),
        "https://news.example/3"
    );
    assert_eq!(batch.member("/items/4/article/headline"), "Third");
    assert_eq!(batch.member("/items/5/article/version"), "2");
    assert_eq!(batch.json()["items"][7]["article"]["tags"], json!([]));
    assert_eq!(batch.member("/items/11/problem/code"), "article-deleted");
    assert_eq!(batch.member("/items/12/article/visibility"), "draft");
    let present = editor.get(&format!("/v1/articles/{}", one.id)).await;
    assert_eq!(present.json(), batch.json()["items"][12]["article"]);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_at_its_place_and_stops_no_other() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteArticles]).await;

    let batch = write(
        &editor,
        "",
        json!([
            {"op": "create", "headlin": "A"},
            {"op": "create"},
            {"op": "patch", "headline": "A"},
            {"op": "patch", "id": "0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10", "url": "https://news.example/1"},
            {"op": "delete", "url": "https://news.example/1", "headline": "A"},
            {"op": "tag", "url": "https://news.example/1"},
            {"op": "publish"},
            {"op": "patch", "url": "nonsense", "headline": "A"},
            {"op": "create", "headline": "B", "tags": ["topic:none"]},
            {"op": "create", "headline": "C", "canonical_url": "https://news.example/1"},
            {"op": "create", "headline": "D", "canonical_url": "https://news.example/1"},
        ]),
    )
    .await
    .expect(200);

    assert_eq!(
        statuses(&batch),
        [400, 422, 422, 422, 400, 400, 400, 404, 422, 201, 409]
    );
    assert_eq!(
        batch.member("/items/1/problem/errors/0/pointer"),
        "/operations/1/headline"
    );
    assert_eq!(
        batch.member("/items/2/problem/errors/0/pointer"),
        "/operations/2"
    );
    assert_eq!(
        batch.member("/items/8/problem/errors/0/pointer"),
        "/operations/8/tags/0"
    );
    let first = batch.member("/items/9/article/id");
    assert_eq!(batch.member("/items/10/problem/article_id"), first);
}

#[tokio::test]
async fn an_atomic_batch_is_made_whole_or_not_at_all() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteArticles]).await;
    let cms = json!({"source": "cms", "id": "1"});
    let sound = json!({"op": "upsert", "external_id": cms, "headline": "One"});
    let wrong = json!({"op": "patch", "external_id": cms, "headline": ""});

    let refused = write(&editor, "?atomic=true", json!([sound, wrong]))
        .await
        .expect(422);
    let none = app
        .lines("select count(*)::text as line from articles")
        .await;
    let done = write(&editor, "?atomic=true", json!([sound, sound]))
        .await
        .expect(200);
    let many = write(&editor, "", Value::from(vec![sound; 501]))
        .await
        .expect(422);

    assert_eq!(refused.code(), "batch-refused");
    assert_eq!(refused.pointers(), ["/operations/1/headline"]);
    assert_eq!(none, ["0"]);
    assert_eq!(statuses(&done), [201, 200]);
    assert_eq!(many.pointers(), ["/operations"]);
}

#[tokio::test]
async fn the_document_says_that_an_operation_names_its_article_by_id() {
    let app = TestApp::start().await;

    let document = app.anybody().get("/openapi.json").await.expect(200).json();

    let id = &document["components"]["schemas"]["ArticleOperation"]["properties"]["id"];
    assert_eq!(id["format"], "uuid", "{id}");
    assert_eq!(id["readOnly"], Value::Null, "{id}");
}

//! `POST /v1/tags/batch`

use dateline::keys::Scope;
use serde_json::{Value, json};

use super::make;
use crate::support::{Answer, Client, Story, TestApp};

const BATCH: &str = "/v1/tags/batch";
const ATOMIC: &str = "/v1/tags/batch?atomic=true";

async fn send(editor: &Client<'_>, path: &str, operations: Value) -> Answer {
    editor.post(path, json!({"operations": operations})).await
}

fn statuses(answer: &Answer) -> Vec<u64> {
    let json = answer.json();
    let items = json["items"].as_array().expect("items");
    let statuses = items.iter().filter_map(|item| item["status"].as_u64());
    statuses.collect()
}

#[tokio::test]
async fn every_operation_has_a_status_of_its_own() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    make(&editor, "place", "Old Quay").await;
    let moved = json!({"slug": "new-quay"});
    editor
        .patch("/v1/tags/place:old-quay", moved)
        .await
        .expect(200);

    let answer = send(
        &editor,
        BATCH,
        json!([
            {"op": "create", "kind": "place", "name": "Heron Bay", "external_ids": [{"authority": "wikidata", "id": "Q900000001"}]},
            {"op": "create", "kind": "place", "name": "Heron Bay"},
            {"op": "update", "tag": "wikidata:Q900000001", "if_match": 1, "description": "A bay."},
            {"op": "update", "tag": "place:heron-bay", "if_match": 1, "description": "The bay."},
            {"op": "update", "tag": "place:old-quay", "description": "By its former key."},
            {"op": "replace", "tag": "topic:tides", "name": "Tides"},
            {"op": "replace", "tag": "topic:tides", "name": "Tides", "description": "Twice a day."},
            {"op": "replace", "tag": "topic:tides", "kind": "place", "name": "Tides"},
            {"op": "delete", "tag": "topic:tides"},
            {"op": "update", "tag": "topic:tides", "name": "Tide"},
            {"op": "delete", "tag": "topic:none"},
            {"op": "delete", "tag": "nonsense"},
            {"op": "create", "kind": "place", "nom": "Gull Bay"},
            {"op": "grow", "tag": "place:heron-bay"},
            {"op": "create", "kind": "topic", "name": ""},
        ]),
    )
    .await
    .expect(200);

    assert_eq!(
        statuses(&answer),
        [
            201, 409, 200, 412, 200, 201, 200, 422, 204, 410, 404, 404, 400, 400, 422
        ]
    );
    assert_eq!(answer.member("/items/0/tag/key"), "place:heron-bay");
    assert_eq!(answer.member("/items/1/problem/code"), "tag-name-taken");
    assert_eq!(answer.member("/items/4/tag/key"), "place:new-quay");
    for (item, pointer) in [
        (7, "/operations/7/kind"),
        (12, "/operations/12/nom"),
        (14, "/operations/14/name"),
    ] {
        let place = format!("/items/{item}/problem/errors/0/pointer");
        assert_eq!(answer.member(&place), pointer);
    }
}

#[tokio::test]
async fn a_tag_in_use_is_deleted_by_force_alone() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    make(&editor, "topic", "Tides").await;
    Story::create(&editor, json!({"tags": ["topic:tides"]})).await;

    let answer = send(
        &editor,
        BATCH,
        json!([
            {"op": "delete", "tag": "topic:tides"},
            {"op": "delete", "tag": "topic:tides", "force": true},
        ]),
    )
    .await;

    assert_eq!(statuses(&answer), [409, 204]);
}

#[tokio::test]
async fn an_atomic_batch_is_made_whole_or_not_at_all() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let create = |name: &str| json!({"op": "create", "kind": "topic", "name": name});

    let refused = send(
        &editor,
        ATOMIC,
        json!([create("Tides"), create("TIDES"), {"op": "delete", "tag": "topic:none"}, create("Waves")]),
    )
    .await
    .expect(422);
    assert_eq!(refused.code(), "batch-refused");
    assert_eq!(refused.pointers(), ["/operations/1/name", "/operations/2"]);
    editor.get("/v1/tags/topic:tides").await.expect(404);

    let shared = format!("{ATOMIC}&allow_duplicate_name=true");
    let made = send(&editor, &shared, json!([create("Tides"), create("TIDES")]))
        .await
        .expect(200);
    assert_eq!(statuses(&made), [201, 201]);
    assert_eq!(made.member("/items/1/tag/key"), "topic:tides-2");
}

#[tokio::test]
async fn a_batch_has_at_most_a_thousand_operations() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let operations = vec![json!({"op": "delete", "tag": "topic:none"}); 1001];

    let refused = send(&editor, BATCH, Value::Array(operations))
        .await
        .expect(422);

    assert_eq!(refused.pointers(), ["/operations"]);
}

#[tokio::test]
async fn a_deployment_that_needs_versions_needs_them_here_too() {
    let app = TestApp::with(|config| config.require_if_match = true).await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make(&editor, "topic", "Tides").await;

    let answer = send(
        &editor,
        BATCH,
        json!([{"op": "delete", "tag": "topic:tides"}, {"op": "delete", "tag": "topic:tides", "if_match": 1}]),
    )
    .await;

    assert_eq!(statuses(&answer), [428, 204]);
}

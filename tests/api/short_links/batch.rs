//! `POST /v1/short-links/batch`

use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};

const BATCH: &str = "/v1/short-links/batch";
const ATOMIC: &str = "/v1/short-links/batch?atomic=true";

fn create(code: &str) -> Value {
    json!({"op": "create", "target_url": "https://news.example/", "code": code})
}

async fn send(editor: &Client<'_>, path: &str, operations: Value) -> Answer {
    editor.post(path, json!({"operations": operations})).await
}

fn statuses(answer: &Answer) -> Vec<u64> {
    let json = answer.json();
    let items = json["items"].as_array().expect("items");
    items
        .iter()
        .filter_map(|item| item["status"].as_u64())
        .collect()
}

#[tokio::test]
async fn every_operation_has_a_status_of_its_own() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    let answer = send(
        &editor,
        BATCH,
        json!([
            create("eid"),
            create("eid"),
            {"op": "update", "code": "EID", "if_match": 1, "status": "disabled"},
            {"op": "update", "code": "eid", "if_match": 1, "status": "active"},
            {"op": "create", "target_url": "https://exmp.news/x"},
            {"op": "create", "target_url": "ftp://news.example/"},
            {"op": "update", "code": "eid", "target_url": "https://arab.example/x"},
            {"op": "delete", "domain": "exmp.news", "code": "eid"},
            {"op": "update", "code": "eid", "status": "active"},
            {"op": "restore", "code": "eid"},
            {"op": "delete", "code": "none-such"},
            {"op": "create", "target": "https://news.example/"},
            {"op": "grow", "code": "eid"},
            {"op": "create", "target_url": "https://news.example/b"},
        ]),
    )
    .await
    .expect(200);

    assert_eq!(
        statuses(&answer),
        [
            201, 409, 200, 412, 422, 422, 422, 204, 409, 200, 404, 400, 400, 201
        ]
    );
    assert_eq!(answer.member("/items/0/link/code"), "eid");
    assert_eq!(answer.member("/items/1/problem/code"), "code-taken");
    assert_eq!(
        answer.member("/items/4/problem/errors/0/pointer"),
        "/operations/4/target_url"
    );
    assert_eq!(
        answer.member("/items/6/problem/errors/0/pointer"),
        "/operations/6/target_url"
    );
    assert_eq!(
        answer.member("/items/11/problem/errors/0/pointer"),
        "/operations/11/target"
    );
    let eid = editor
        .get("/v1/short-links/exmp.news/eid")
        .await
        .expect(200);
    assert_eq!(
        (eid.member("/status"), eid.member("/version")),
        ("active".into(), "4".into())
    );
}

#[tokio::test]
async fn an_atomic_batch_is_made_whole() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    let answer = send(
        &editor,
        ATOMIC,
        json!([
            create("eid"), {"op": "update", "code": "eid", "if_match": 1, "forward_query": "all"},
        ]),
    )
    .await
    .expect(200);

    assert_eq!(statuses(&answer), [201, 200]);
    assert_eq!(
        app.changes()
            .await
            .iter()
            .filter(|line| line.contains("short_link"))
            .count(),
        2
    );
}

#[tokio::test]
async fn an_atomic_batch_with_a_fault_writes_nothing_and_names_every_fault() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    let refused = send(
        &editor,
        ATOMIC,
        json!([
            create("eid"),
            {"op": "create", "target_url": "https://exmp.news/x", "code": "bcdfgh"},
            {"op": "delete", "code": "none-such"},
            {"op": "update", "code": "eid", "target_url": "ftp://news.example/"},
            create("eid"),
        ]),
    )
    .await
    .expect(422);

    assert_eq!(refused.code(), "batch-refused");
    assert_eq!(
        refused.pointers(),
        [
            "/operations/1/target_url",
            "/operations/1/code",
            "/operations/2",
            "/operations/3/target_url",
            "/operations/4/code",
        ]
    );
    editor
        .get("/v1/short-links/exmp.news/eid")
        .await
        .expect(404);
    assert!(
        !app.changes()
            .await
            .iter()
            .any(|line| line.contains("short_link"))
    );
}

#[tokio::test]
async fn a_batch_has_at_most_1000_operations() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let many =
        |count: usize| Value::Array(vec![json!({"op": "delete", "code": "none-such"}); count]);

    let refused = send(&editor, BATCH, many(1001)).await.expect(422);
    let taken = send(&editor, BATCH, many(1000)).await.expect(200);

    assert_eq!(
        (refused.code(), refused.pointers()),
        ("invalid".into(), vec!["/operations".into()])
    );
    assert_eq!(statuses(&taken), [404; 1000]);
}

#[tokio::test]
async fn a_deployment_that_needs_versions_needs_them_in_a_batch() {
    let app = TestApp::with(|config| config.require_if_match = true).await;
    let editor = app.admin().await;

    let answer = send(&editor, BATCH, json!([
        create("eid"), {"op": "delete", "code": "eid"}, {"op": "delete", "code": "eid", "if_match": 1},
    ])).await.expect(200);

    assert_eq!(statuses(&answer), [201, 428, 204]);
}

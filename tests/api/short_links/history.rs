//! `GET /v1/short-links/{domain}/{code}/history`

use dateline::keys::Scope;
use serde_json::json;

use crate::support::{Story, TestApp};

const EID: &str = "/v1/short-links/exmp.news/eid";
const HISTORY: &str = "/v1/short-links/exmp.news/eid/history";

#[tokio::test]
async fn a_history_says_who_changed_what() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let link = json!({"target_url": "https://news.example/a", "code": "eid"});
    editor.post("/v1/short-links", link).await.expect(201);
    let caller = app.caller(&[Scope::WriteLinks]).await;
    let id = caller
        .key()
        .and_then(|key| key.split('_').nth(1))
        .unwrap_or_default();
    caller
        .patch(
            EID,
            json!({"target_url": "https://news.example/b", "status": "disabled"}),
        )
        .await
        .expect(200);
    caller.delete(EID).await.expect(204);

    let history = caller.get(HISTORY).await.expect(200).json();

    let items = history["items"].as_array().expect("items");
    let told: Vec<_> = items
        .iter()
        .map(|item| json!([item["action"], item["version"], item["changes"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["delete", 3, [{"field": "status", "from": "disabled", "to": "gone"}]]),
            json!(["update", 2, [
                {"field": "status", "from": "active", "to": "disabled"},
                {"field": "target_url", "from": "https://news.example/a", "to": "https://news.example/b"},
            ]]),
            json!(["create", 1, [
                {"field": "status", "from": null, "to": "active"},
                {"field": "target_url", "from": null, "to": "https://news.example/a"},
                {"field": "forward_query", "from": null, "to": "utm"},
            ]]),
        ]
    );
    assert_eq!(items[0]["key"], json!({"id": id, "name": "test"}));
    assert!(items[0]["at"].is_string());
}

#[tokio::test]
async fn a_history_is_read_page_by_page() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let link = json!({"target_url": "https://news.example/a", "code": "eid"});
    editor.post("/v1/short-links", link).await.expect(201);
    for status in ["disabled", "active", "blocked", "active"] {
        editor
            .patch(EID, json!({"status": status}))
            .await
            .expect(200);
    }

    let (mut versions, mut query) = (Vec::new(), "limit=2".to_owned());
    while !query.is_empty() {
        let page = editor
            .get(&format!("{HISTORY}?{query}"))
            .await
            .expect(200)
            .json();
        let items = page["items"].as_array().cloned().unwrap_or_default();
        versions.extend(items.iter().filter_map(|item| item["version"].as_i64()));
        query = page["next_cursor"]
            .as_str()
            .map_or(String::new(), |next| format!("limit=2&cursor={next}"));
    }

    assert_eq!(versions, [5, 4, 3, 2, 1]);
    editor
        .get("/v1/short-links/exmp.news/none-such/history")
        .await
        .expect(404);
    let foreign = editor.get(&format!("{HISTORY}?cursor=x")).await.expect(400);
    assert_eq!(foreign.code(), "invalid-cursor");
}

#[tokio::test]
async fn the_history_of_both_links_says_which_is_primary_now() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    let link = json!({"article_id": story.id, "code": "eid"});
    editor.post("/v1/short-links", link).await.expect(201);

    editor
        .patch(EID, json!({"primary": true}))
        .await
        .expect(200);

    for (path, from, version) in [(EID.to_owned(), false, 2), (story.link(), true, 1)] {
        let history = editor
            .get(&format!("{path}/history"))
            .await
            .expect(200)
            .json();
        let last = &history["items"][0];
        assert_eq!(
            last["changes"],
            json!([{"field": "primary", "from": from, "to": !from}]),
            "{path}"
        );
        assert_eq!(last["version"], version);
    }
    let seen = editor.get(&story.link()).await.expect(200);
    assert_eq!(
        (seen.member("/primary"), seen.member("/version")),
        ("false".into(), "1".into())
    );
}

#[tokio::test]
async fn a_write_on_the_command_line_has_no_key() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let link = json!({"target_url": "https://news.example/a", "code": "eid"});
    editor.post("/v1/short-links", link).await.expect(201);
    app.execute("update changes set key_id = null, diff = null")
        .await
        .expect("changes");

    let history = editor.get(HISTORY).await.expect(200).json();

    assert!(history["items"][0]["key"].is_null());
    assert_eq!(history["items"][0]["changes"], json!([]));
}

//! Suggestions for an article

use serde_json::json;

use super::{editor, make_all, settled};
use crate::support::TestApp;

#[tokio::test]
async fn an_article_is_read_in_all_its_parts() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    let places: &[(&str, &[&str])] = &[
        ("place", &["Alpha"]),
        ("place", &["Beta"]),
        ("place", &["Gamma"]),
        ("place", &["Delta"]),
    ];
    make_all(&editor, places).await;
    settled(&editor).await;
    let story = json!({"headline": "Off to Alpha", "summary": "By way of Beta.", "key_points": ["x", "Gamma waits"],
                       "body": "Delta is farther.", "tags": ["place:beta"]});
    let story = editor.post("/v1/articles", story).await.expect(201);

    let address = format!("/v1/articles/{}/tag-suggestions", story.member("/id"));
    let found = editor.get(&address).await.expect(200);
    let chosen = editor
        .get(&format!("{address}?kinds=person,organisation"))
        .await
        .expect(200);

    let items = found.json()["items"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let told: Vec<String> = items
        .iter()
        .map(|item| {
            format!(
                "{} {} {}",
                item["tag"]["key"], item["mentions"][0]["pointer"], item["is_carried"]
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            r#""place:alpha" "/headline" false"#,
            r#""place:beta" "/summary" true"#,
            r#""place:gamma" "/key_points/1" false"#,
            r#""place:delta" "/body" false"#,
        ]
    );
    assert_eq!(chosen.json()["items"], json!([]));
}

#[tokio::test]
async fn what_a_caller_may_not_see_is_not_read_to_him() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    let draft = editor
        .post("/v1/articles", json!({"headline": "A draft"}))
        .await
        .expect(201);
    let address = format!("/v1/articles/{}/tag-suggestions", draft.member("/id"));

    editor.get(&address).await.expect(200);
    app.anybody().get(&address).await.expect(401);
    let unknown = uuid::Uuid::now_v7();
    editor
        .get(&format!("/v1/articles/{unknown}/tag-suggestions"))
        .await
        .expect(404);
}

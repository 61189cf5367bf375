//! `/v1/tags/duplicates`, `/v1/tags/kinds`, and tags that are not used.

use dateline::keys::Scope;
use serde_json::{Value, json};

use super::{keys, make, make_namesake};
use crate::support::{Client, Story, TestApp};

/// The pairs of a list, each with its first reason.
async fn pairs(editor: &Client<'_>, query: &str) -> Vec<[String; 3]> {
    let list = editor
        .get(&format!("/v1/tags/duplicates{query}"))
        .await
        .expect(200)
        .json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = list["items"].as_array().expect("items").iter();
    items
        .map(|item| {
            let key = |index: usize| text(&item["tags"][index]["key"]);
            [key(0), key(1), text(&item["reasons"][0])]
        })
        .collect()
}

async fn tag(editor: &Client<'_>, tag: Value) {
    editor.post("/v1/tags", tag).await.expect(201);
}

async fn vocabulary(editor: &Client<'_>) {
    make(editor, "person", "Mohammed Al-Elari").await;
    make(editor, "person", "Muhamed al Elari").await;
    make(editor, "place", "Port Elara").await;
    make_namesake(editor, "place", "port elara").await;
    make(editor, "topic", "Port Elara").await;
    tag(
        editor,
        json!({"kind": "person", "name": "Al-Elari, Mohammed"}),
    )
    .await;
    make(editor, "place", "Gull Bay").await;
    for (kind, id) in [("organisation", "AB-1"), ("topic", "ab-1")] {
        let ids = json!([{"authority": "cms", "id": id}]);
        let name = format!("Thing of {id}");
        tag(
            editor,
            json!({"kind": kind, "name": name, "slug": id.to_lowercase(), "external_ids": ids}),
        )
        .await;
    }
}

#[tokio::test]
async fn tags_that_may_mean_the_same_are_paired() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    vocabulary(&editor).await;

    let all = pairs(&editor, "").await;

    let people = ["mohammed-al-elari", "muhamed-al-elari", "al-elari-mohammed"]
        .map(|slug| format!("person:{slug}"));
    let near = |one: usize, other: usize| {
        [
            people[one].clone(),
            people[other].clone(),
            "near_name".to_owned(),
        ]
    };
    let other = |pair: [&str; 3]| pair.map(str::to_owned);
    assert_eq!(
        all,
        [
            near(0, 1),
            near(0, 2),
            near(1, 2),
            other(["place:port-elara", "place:port-elara-2", "same_name"]),
            other(["organisation:ab-1", "topic:ab-1", "near_identifier"]),
        ]
    );
}

#[tokio::test]
async fn pairs_are_listed_by_kind_and_reason_page_by_page() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    vocabulary(&editor).await;

    assert_eq!(pairs(&editor, "?kind=person").await.len(), 3);
    assert_eq!(pairs(&editor, "?reason=same_name").await.len(), 1);
    assert_eq!(
        pairs(&editor, "?kind=place&reason=near_name").await.len(),
        0
    );
    let (mut cursor, mut seen) = (String::new(), 0);
    loop {
        let path = format!("/v1/tags/duplicates?limit=2{cursor}");
        let page = editor.get(&path).await.expect(200).json();
        seen += page["items"].as_array().map_or(0, Vec::len);
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, 5);
}

#[tokio::test]
async fn what_was_merged_or_deleted_is_paired_no_more() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    vocabulary(&editor).await;

    let sources = json!({"sources": ["person:muhamed-al-elari", "person:al-elari-mohammed"]});
    editor
        .post("/v1/tags/person:mohammed-al-elari/merge", sources)
        .await
        .expect(201);
    editor
        .delete("/v1/tags/place:port-elara-2")
        .await
        .expect(204);

    let left = pairs(&editor, "").await;
    assert_eq!(left.len(), 1, "{left:?}");
}

#[tokio::test]
async fn alternative_names_alone_make_no_pair() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    for name in ["Imran Elari", "Zalmay Elari"] {
        let labels = json!({"en": {"pref": name, "alt": ["Elari"]}});
        tag(&editor, json!({"kind": "person", "labels": labels})).await;
    }

    assert_eq!(pairs(&editor, "").await.len(), 0);

    make_namesake(&editor, "person", "Elari").await;
    assert_eq!(pairs(&editor, "").await.len(), 2);
}

#[tokio::test]
async fn a_tag_is_unused_when_no_article_carries_it() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    for name in ["Tides", "Waves", "Winds"] {
        make(&editor, "topic", name).await;
    }
    Story::create(
        &editor,
        json!({"status": "published", "tags": ["topic:tides"]}),
    )
    .await;
    Story::create(&editor, json!({"status": "draft", "tags": ["topic:waves"]})).await;

    let list = |unused: bool| format!("/v1/tags?unused={unused}&count=exact");
    let unused = editor.get(&list(true)).await.expect(200);
    let used = editor.get(&list(false)).await.expect(200);

    assert_eq!(keys(&unused), ["topic:winds"]);
    assert_eq!(unused.json()["total"], 1);
    assert_eq!(keys(&used), ["topic:tides", "topic:waves"]);
    app.anybody().get(&list(true)).await.expect(401);
}

#[tokio::test]
async fn tags_are_counted_by_kind() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    for name in ["Tides", "Waves", "Winds"] {
        make(&editor, "topic", name).await;
    }
    let retired = json!({"retired_at": "2020-01-01T00:00:00Z"});
    editor
        .patch("/v1/tags/topic:waves", retired)
        .await
        .expect(200);
    editor.delete("/v1/tags/topic:winds").await.expect(204);

    let kinds = app.anybody().get("/v1/tags/kinds").await.expect(200).json();

    let topics = json!({"kind": "topic", "tags": 2, "retired": 1});
    let none = json!({"kind": "genre", "tags": 0, "retired": 0});
    let items = kinds["items"].as_array().expect("items");
    assert!(
        items.contains(&topics) && items.contains(&none),
        "{items:?}"
    );
}

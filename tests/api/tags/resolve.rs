//! `POST /v1/tags/resolve`

use dateline::keys::Scope;
use serde_json::{Value, json};

use super::{make, make_namesake};
use crate::support::{Client, TestApp};

async fn vocabulary(editor: &Client<'_>) {
    let elara = json!({
        "kind": "place",
        "labels": {"en": {"pref": "Port Elara", "alt": ["Elara"], "hidden": ["Port Ellara"]},
                   "ar": {"pref": "ميناء إيلارا"}},
        "external_ids": [{"authority": "wikidata", "id": "Q900000001"}],
    });
    editor.post("/v1/tags", elara).await.expect(201);
    make(editor, "topic", "Tides").await;
    make(editor, "person", "Imran Elara").await;
    make(editor, "topic", "Elara").await;
}

/// What each comes to, with the key of its tag or those of its candidates.
async fn resolve(caller: &Client<'_>, tags: Value) -> Vec<(String, Vec<String>)> {
    let answer = caller
        .post("/v1/tags/resolve", json!({"tags": tags}))
        .await
        .expect(200)
        .json();
    let key = |tag: &Value| tag["key"].as_str().unwrap_or_default().to_owned();
    let items = answer["items"].as_array().expect("items").iter();
    items
        .map(|item| {
            let status = item["status"].as_str().unwrap_or_default().to_owned();
            let keys = match item["tag"].is_null() {
                false => vec![key(&item["tag"])],
                true => item["candidates"]
                    .as_array()
                    .expect("list")
                    .iter()
                    .map(key)
                    .collect(),
            };
            (status, keys)
        })
        .collect()
}

fn is(status: &str, keys: &[&str]) -> (String, Vec<String>) {
    (
        status.to_owned(),
        keys.iter().map(|&key| key.to_owned()).collect(),
    )
}

#[tokio::test]
async fn keys_identifiers_and_names_lead_to_their_tags() {
    let app = TestApp::start().await;
    vocabulary(&app.caller(&[Scope::WriteTags]).await).await;

    let resolved = resolve(
        &app.anybody(),
        json!([
            "place:port-elara", "wikidata:Q900000001", "PORT elara", "ميناء ايلارا",
            {"name": "Port Ellara"}, {"name": "Tides", "kind": "topic"}, {"name": "Elara", "kind": "place"},
        ]),
    )
    .await;

    let elara = is("found", &["place:port-elara"]);
    let mut expected = vec![elara; 7];
    expected[5] = is("found", &["topic:tides"]);
    assert_eq!(resolved, expected);
}

#[tokio::test]
async fn a_preferred_name_beats_another_and_what_can_be_used_beats_what_is_retired() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    vocabulary(&editor).await;
    make_namesake(&editor, "topic", "Tides").await;
    let retired = json!({"retired_at": "2020-01-01T00:00:00Z"});
    editor
        .patch("/v1/tags/topic:tides", retired)
        .await
        .expect(200);

    let resolved = resolve(&app.anybody(), json!(["Elara", "tides"])).await;

    assert_eq!(
        resolved,
        [
            is("found", &["topic:elara"]),
            is("found", &["topic:tides-2"])
        ]
    );
}

#[tokio::test]
async fn what_is_not_clear_has_candidates() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    vocabulary(&editor).await;
    make(&editor, "event", "Tides").await;

    let resolved = resolve(
        &app.anybody(),
        json!(["Tides", "Imran Elra", "topic:none", "isni:0", "Nothing like it", {"name": "Tides", "kind": "genre"}]),
    )
    .await;

    let mut expected = vec![is("unknown", &[]); 6];
    expected[0] = is("ambiguous", &["event:tides", "topic:tides"]);
    expected[1] = is("unknown", &["person:imran-elara"]);
    assert_eq!(resolved[1..], expected[1..]);
    let mut several = resolved[0].clone();
    several.1.sort();
    assert_eq!(several, expected[0]);
}

#[tokio::test]
async fn a_former_key_leads_to_the_present_tag_and_a_deleted_one_nowhere() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    vocabulary(&editor).await;
    let slug = json!({"slug": "sea-tides"});
    editor.patch("/v1/tags/topic:tides", slug).await.expect(200);
    editor.delete("/v1/tags/topic:elara").await.expect(204);

    let resolved = resolve(&app.anybody(), json!(["topic:tides", "topic:elara"])).await;

    assert_eq!(
        resolved,
        [is("found", &["topic:sea-tides"]), is("unknown", &[])]
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_its_place() {
    let app = TestApp::start().await;

    for (tags, status, pointer) in [
        (json!([""]), 422, "/tags/0"),
        (json!(["a", {"name": "x".repeat(201)}]), 422, "/tags/1/name"),
        (json!(vec!["a"; 101]), 422, "/tags"),
        (json!([7]), 400, "/tags/0"),
        (json!([{"name": "a", "kind": "city"}]), 400, "/tags/0"),
    ] {
        let refused = app
            .anybody()
            .post("/v1/tags/resolve", json!({"tags": tags}))
            .await
            .expect(status);
        assert_eq!(refused.pointers(), [pointer]);
    }
}

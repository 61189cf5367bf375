//! Undoing a merge

use serde_json::json;

use super::{carried, editor, make, merge, story, undo};
use crate::support::TestApp;

#[tokio::test]
async fn undoing_brings_everything_back_as_it_was() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    make(&editor, json!({"kind": "place", "name": "Gulf"})).await;
    make(
        &editor,
        json!({"kind": "place", "labels": {"en": {"pref": "Doha"}}}),
    )
    .await;
    make(
        &editor,
        json!({"kind": "place", "broader": ["place:gulf", "place:doha"], "slug": "dawhah",
        "labels": {"en": {"pref": "Dawhah", "hidden": ["Doha"]}, "ar": {"pref": "الدوحة"}},
        "external_ids": [{"authority": "wikidata", "id": "Q3861"}]}),
    )
    .await;
    make(
        &editor,
        json!({"kind": "place", "name": "Corniche", "broader": ["place:dawhah"]}),
    )
    .await;
    let both = story(&editor, &["place:dawhah", "place:gulf", "place:doha"]).await;
    let only = story(&editor, &["place:gulf", "place:dawhah"]).await;
    let without_versions = |list: serde_json::Value| -> Vec<serde_json::Value> {
        let mut items = list["items"].as_array().cloned().unwrap_or_default();
        for item in &mut items {
            for member in ["version", "modified_at", "last_used_at"] {
                item[member] = json!(null);
            }
        }
        items
    };
    let before = without_versions(app.anybody().get("/v1/tags").await.json());

    let merged = merge(&editor, "place:doha", &["place:dawhah"])
        .await
        .expect(201);
    let undone = undo(&editor, &merged).await.expect(200);

    assert_eq!(
        carried(&app, &both).await,
        ["place:dawhah", "place:gulf", "place:doha"]
    );
    assert_eq!(carried(&app, &only).await, ["place:gulf", "place:dawhah"]);
    let after = without_versions(app.anybody().get("/v1/tags").await.json());
    assert_eq!(after, before);
    let above = app.anybody().get("/v1/tags/place:corniche/ancestors").await;
    assert_eq!(
        above.tag_keys("items"),
        ["place:dawhah", "place:doha", "place:gulf"]
    );
    assert_eq!(undone.member("/articles"), "2");
    assert_eq!(
        undone.json()["conflicts"],
        json!({"article_count": 0, "articles": [], "labels": [],
        "external_ids": [], "keys": [], "broader": []})
    );
    assert_ne!(undone.json()["merge"]["undone_at"], json!(null));
}

#[tokio::test]
async fn later_edits_are_kept_and_those_in_the_way_are_named() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    for name in ["Doha", "Ports", "Ships"] {
        make(&editor, json!({"kind": "place", "name": name})).await;
    }
    make(&editor, json!({"kind": "place", "slug": "dawhah", "labels": {"en": {"pref": "Dawhah", "alt": ["Dukhan"]}},
        "external_ids": [{"authority": "wikidata", "id": "Q3861"}]})).await;
    make(
        &editor,
        json!({"kind": "place", "name": "Corniche", "broader": ["place:dawhah"]}),
    )
    .await;
    let taken = story(&editor, &["place:dawhah", "place:ports"]).await;
    let moved = story(&editor, &["place:dawhah", "place:ports"]).await;
    let added = story(&editor, &["place:dawhah"]).await;
    let merged = merge(&editor, "place:doha", &["place:dawhah"])
        .await
        .expect(201);
    let new = story(&editor, &["place:doha"]).await;

    editor
        .delete(&format!("{taken}/tags/place:doha"))
        .await
        .expect(200);
    editor
        .put(&format!("{moved}/tags/place:doha?position=1"), json!({}))
        .await
        .expect(200);
    editor
        .put(&format!("{added}/tags/place:ships?position=0"), json!({}))
        .await
        .expect(200);
    let patch =
        json!({"labels": {"en": {"alt": ["Dukhan"]}}, "external_ids": [], "slug": "dawhah"});
    editor.patch("/v1/tags/place:doha", patch).await.expect(200);
    editor
        .patch("/v1/tags/place:corniche", json!({"broader": []}))
        .await
        .expect(200);
    let undone = undo(&editor, &merged).await.expect(200);

    assert_eq!(carried(&app, &taken).await, ["place:ports"]);
    assert_eq!(
        carried(&app, &moved).await,
        ["place:ports", "place:dawhah-2"]
    );
    assert_eq!(
        carried(&app, &added).await,
        ["place:ships", "place:dawhah-2"]
    );
    assert_eq!(carried(&app, &new).await, ["place:dawhah"]);
    let taken = taken.rsplit('/').next().unwrap_or_default();
    assert_eq!(
        undone.json()["conflicts"],
        json!({"article_count": 1, "articles": [taken], "labels": ["en:Dawhah"],
        "external_ids": ["wikidata:Q3861"], "keys": ["place:dawhah"], "broader": ["place:corniche in place:dawhah-2"]})
    );
    let back = app
        .anybody()
        .get("/v1/tags/place:dawhah-2")
        .await
        .expect(200);
    assert_eq!(back.member("/labels/en/pref"), "Dawhah");
}

#[tokio::test]
async fn merges_into_one_tag_are_undone_in_the_opposite_order_and_once() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    for name in ["Doha", "Dawhah", "Bida", "Qatar City"] {
        make(&editor, json!({"kind": "place", "name": name})).await;
    }
    let story = story(&editor, &["place:bida", "place:dawhah"]).await;
    let first = merge(&editor, "place:doha", &["place:dawhah"])
        .await
        .expect(201);
    let second = merge(&editor, "place:doha", &["place:bida"])
        .await
        .expect(201);

    let early = undo(&editor, &first).await.expect(409);
    let third = merge(&editor, "place:qatar-city", &["place:doha"])
        .await
        .expect(201);
    let buried = undo(&editor, &second).await.expect(409);
    undo(&editor, &third).await.expect(200);
    undo(&editor, &second).await.expect(200);
    let twice = undo(&editor, &second).await.expect(409);
    undo(&editor, &first).await.expect(200);

    assert_eq!(early.code(), "merge-not-undoable");
    assert_eq!(early.member("/merge_id"), second.member("/id"));
    assert_eq!(buried.code(), "merge-not-undoable");
    assert_eq!(twice.code(), "merge-not-undoable");
    assert_eq!(carried(&app, &story).await, ["place:bida", "place:dawhah"]);
}

#[tokio::test]
async fn a_merge_of_what_it_stood_under_is_undone_first() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    for name in ["P", "P2", "T"] {
        make(&editor, json!({"kind": "place", "name": name})).await;
    }
    make(
        &editor,
        json!({"kind": "place", "name": "S", "broader": ["place:p"]}),
    )
    .await;
    let first = merge(&editor, "place:t", &["place:s"]).await.expect(201);
    let second = merge(&editor, "place:p2", &["place:p"]).await.expect(201);

    let refused = undo(&editor, &first).await.expect(409);
    undo(&editor, &second).await.expect(200);
    let undone = undo(&editor, &first).await.expect(200);

    assert_eq!(refused.member("/merge_id"), second.member("/id"));
    assert_eq!(undone.json()["conflicts"]["broader"], json!([]));
    let reader = app.anybody();
    let tag = |key: &'static str| reader.get(key);
    assert_eq!(
        tag("/v1/tags/place:s").await.tag_keys("broader"),
        ["place:p"]
    );
    assert_eq!(tag("/v1/tags/place:t").await.tag_keys("broader"), [""; 0]);
}

#[tokio::test]
async fn a_source_has_its_own_place_again_whatever_became_of_the_targets() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    for name in ["P", "T"] {
        make(&editor, json!({"kind": "place", "name": name})).await;
    }
    make(
        &editor,
        json!({"kind": "place", "name": "S", "broader": ["place:p"]}),
    )
    .await;
    let merged = merge(&editor, "place:t", &["place:s"]).await.expect(201);
    let nowhere = json!({"broader": []});
    editor.patch("/v1/tags/place:t", nowhere).await.expect(200);

    let undone = undo(&editor, &merged).await.expect(200);

    assert_eq!(
        undone.json()["conflicts"]["broader"],
        json!(["place:s in place:p"])
    );
    let reader = app.anybody();
    let tag = |key: &'static str| reader.get(key);
    assert_eq!(
        tag("/v1/tags/place:s").await.tag_keys("broader"),
        ["place:p"]
    );
    assert_eq!(tag("/v1/tags/place:t").await.tag_keys("broader"), [""; 0]);
}

#[tokio::test]
async fn an_article_that_has_more_tags_than_allowed_again_can_be_written() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    for number in 0..101 {
        make(
            &editor,
            json!({"kind": "topic", "name": format!("T {number}")}),
        )
        .await;
    }
    let tags: Vec<String> = (0..100).map(|number| format!("topic:t-{number}")).collect();
    let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    let story = story(&editor, &tags).await;
    let merged = merge(&editor, "topic:t-0", &["topic:t-99"])
        .await
        .expect(201);
    let one_more = format!("{story}/tags/topic:t-100");
    editor.put(&one_more, json!(null)).await.expect(200);
    undo(&editor, &merged).await.expect(200);

    let written = editor
        .patch(&story, json!({"headline": "New"}))
        .await
        .expect(200);
    let added = json!({"tags": written.tag_keys("tags")});
    let refused = editor.patch(&story, added).await.expect(422);

    assert_eq!(written.tag_keys("tags").len(), 101);
    assert!(refused.text().contains("/tags"), "{}", refused.text());
}

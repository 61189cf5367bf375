//! Making several tags one

use dateline::keys::Scope;
use serde_json::json;

use super::{carried, editor, make, merge, story};
use crate::support::TestApp;

#[tokio::test]
async fn articles_keep_their_best_place_and_carry_the_tag_once() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    for name in ["Doha", "Dawhah", "Capital", "Ports", "Ships"] {
        make(&editor, json!({"kind": "place", "name": name})).await;
    }
    let both = story(&editor, &["place:dawhah", "place:ports", "place:doha"]).await;
    let late = story(
        &editor,
        &["place:ports", "place:doha", "place:ships", "place:dawhah"],
    )
    .await;
    let only = story(&editor, &["place:ports", "place:dawhah"]).await;
    let many = story(&editor, &["place:capital", "place:ships", "place:dawhah"]).await;
    let none = story(&editor, &["place:ships"]).await;

    let merged = merge(&editor, "place:doha", &["place:dawhah", "place:capital"])
        .await
        .expect(201);

    assert_eq!(carried(&app, &both).await, ["place:doha", "place:ports"]);
    assert_eq!(
        carried(&app, &late).await,
        ["place:ports", "place:doha", "place:ships"]
    );
    assert_eq!(carried(&app, &only).await, ["place:ports", "place:doha"]);
    assert_eq!(carried(&app, &many).await, ["place:doha", "place:ships"]);
    assert_eq!(carried(&app, &none).await, ["place:ships"]);
    assert_eq!(merged.member("/counts/articles"), "4");
    assert_eq!(merged.member("/counts/already_tagged"), "2");
    let doha = app.anybody().get("/v1/tags/place:doha").await;
    assert_eq!(doha.member("/article_count"), "4");
    let list = app
        .anybody()
        .get("/v1/articles?tag=place:dawhah&count=exact")
        .await
        .expect(200);
    assert_eq!(list.member("/total"), "4");
}

#[tokio::test]
async fn the_answer_tells_what_was_moved() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    make(&editor, json!({"kind": "place", "name": "Gulf"})).await;
    make(
        &editor,
        json!({"kind": "place", "labels": {"en": {"pref": "Doha"}}}),
    )
    .await;
    make(&editor, json!({"kind": "place", "broader": ["place:gulf"], "slug": "dawhah",
        "labels": {"en": {"pref": "Dawhah", "hidden": ["Doha"]}, "ar": {"pref": "الدوحة", "alt": ["دوحة"]}},
        "external_ids": [{"authority": "wikidata", "id": "Q3861"}]})).await;
    make(
        &editor,
        json!({"kind": "place", "name": "Corniche", "broader": ["place:dawhah"]}),
    )
    .await;

    let merged = merge(&editor, "place:doha", &["wikidata:Q3861"])
        .await
        .expect(201);

    let doha = app
        .anybody()
        .get("/v1/tags/wikidata:Q3861")
        .await
        .expect(200)
        .json();
    assert_eq!(doha["key"], "place:doha");
    assert_eq!(doha["version"], 2);
    assert_eq!(
        doha["labels"],
        json!({
        "ar": {"pref": "الدوحة", "alt": ["دوحة"], "hidden": []},
        "en": {"pref": "Doha", "alt": ["Dawhah"], "hidden": []}})
    );
    assert_eq!(doha["broader"][0]["key"], "place:gulf");
    let corniche = app.anybody().get("/v1/tags/place:corniche").await;
    assert_eq!(corniche.member("/broader/0/key"), "place:doha");
    let below = app.anybody().get("/v1/tags/place:gulf/descendants").await;
    assert_eq!(below.json()["items"].as_array().map(Vec::len), Some(2));
    insta::assert_snapshot!(merged.json()["counts"], @r#"{"articles":0,"already_tagged":0,"labels":3,"labels_known":1,"external_ids":1,"keys":1,"narrower":1,"broader":1}"#);
    let found = editor.get(merged.header("location")).await.expect(200);
    assert_eq!(found.json(), merged.json());
    let listed = editor.get("/v1/tag-merges").await.expect(200);
    assert_eq!(listed.json()["items"][0], merged.json());
}

#[tokio::test]
async fn the_keys_of_what_was_merged_lead_on_for_good() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    for name in ["Doha", "Dawhah", "Qatar City"] {
        make(&editor, json!({"kind": "place", "name": name})).await;
    }
    make(&editor, json!({"kind": "topic", "name": "Doha"})).await;
    editor
        .patch("/v1/tags/place:dawhah", json!({"slug": "ad-dawhah"}))
        .await
        .expect(200);

    merge(&editor, "place:doha", &["place:ad-dawhah", "topic:doha"])
        .await
        .expect(201);
    for former in ["place:dawhah", "place:ad-dawhah", "topic:doha"] {
        let moved = app
            .anybody()
            .get(&format!("/v1/tags/{former}"))
            .await
            .expect(308);
        assert_eq!(moved.header("location"), "/v1/tags/place:doha", "{former}");
    }
    merge(&editor, "place:qatar-city", &["place:doha"])
        .await
        .expect(201);

    for former in ["place:dawhah", "place:doha", "topic:doha"] {
        let moved = app
            .anybody()
            .get(&format!("/v1/tags/{former}"))
            .await
            .expect(308);
        assert_eq!(
            moved.header("location"),
            "/v1/tags/place:qatar-city",
            "{former}"
        );
    }
    let taken = json!({"kind": "place", "name": "Other", "slug": "dawhah"});
    let taken = editor.post("/v1/tags", taken).await.expect(409);
    assert_eq!(taken.member("/key"), "place:qatar-city");
    let carrying = story(&editor, &["place:dawhah"]).await;
    assert_eq!(carried(&app, &carrying).await, ["place:qatar-city"]);
}

#[tokio::test]
async fn an_articles_etag_changes_and_its_version_does_not() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    for name in ["Doha", "Dawhah"] {
        make(&editor, json!({"kind": "place", "name": name})).await;
    }
    let story = story(&editor, &["place:dawhah"]).await;
    let before = app.anybody().get(&story).await;

    merge(&editor, "place:doha", &["place:dawhah"])
        .await
        .expect(201);

    let after = app.anybody().get(&story).await;
    assert_ne!(before.header("etag"), after.header("etag"));
    assert_eq!(before.member("/version"), after.member("/version"));
    let put = editor
        .request(reqwest::Method::PUT, &story)
        .header("if-match", before.header("etag"));
    let put = editor.send(put.json(&before.json())).await.expect(200);
    assert_eq!(put.member("/tags/0/key"), "place:doha");
    assert_eq!(put.member("/version"), before.member("/version"));
}

#[tokio::test]
async fn a_dry_run_counts_the_same_and_changes_nothing() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    for name in ["Doha", "Dawhah"] {
        make(&editor, json!({"kind": "place", "name": name})).await;
    }
    let first = story(&editor, &["place:dawhah"]).await;
    story(&editor, &["place:dawhah", "place:doha"]).await;
    let before = app.anybody().get("/v1/tags").await.json();

    let wanted = json!({"sources": ["place:dawhah"], "dry_run": true});
    let tried = editor
        .post("/v1/tags/place:doha/merge", wanted)
        .await
        .expect(200);

    assert_eq!(app.anybody().get("/v1/tags").await.json(), before);
    assert_eq!(carried(&app, &first).await, ["place:dawhah"]);
    assert_eq!(tried.json()["id"], json!(null));
    assert_eq!(
        editor.get("/v1/tag-merges").await.json()["items"],
        json!([])
    );
    let merged = merge(&editor, "place:doha", &["place:dawhah"])
        .await
        .expect(201);
    assert_eq!(tried.json()["counts"], merged.json()["counts"]);
}

#[tokio::test]
async fn what_cannot_be_merged_is_told_why() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    make(&editor, json!({"kind": "place", "name": "Gulf"})).await;
    make(
        &editor,
        json!({"kind": "place", "name": "Qatar", "broader": ["place:gulf"]}),
    )
    .await;
    make(
        &editor,
        json!({"kind": "place", "name": "Doha", "broader": ["place:qatar"]}),
    )
    .await;

    let unknown = merge(&editor, "place:doha", &["place:gulf", "place:nowhere", "x"])
        .await
        .expect(422);
    let missing = merge(&editor, "place:doha", &["place:gulf", "place:nowhere"])
        .await
        .expect(422);
    let itself = merge(&editor, "place:doha", &["place:doha"])
        .await
        .expect(422);
    let nothing = merge(&editor, "place:doha", &[]).await.expect(422);
    let nowhere = merge(&editor, "place:nowhere", &["place:doha"]).await;
    let around = merge(&editor, "place:doha", &["place:gulf"])
        .await
        .expect(409);

    assert_eq!(unknown.pointers(), ["/sources/2"]);
    assert_eq!(
        (missing.code(), missing.pointers()),
        ("unknown-tag".to_owned(), vec!["/sources/1".to_owned()])
    );
    assert_eq!(itself.pointers(), ["/sources/0"]);
    assert_eq!(nothing.pointers(), ["/sources"]);
    nowhere.expect(404);
    assert_eq!(around.code(), "tag-cycle");
    let above = app.anybody().get("/v1/tags/place:doha/ancestors").await;
    assert_eq!(above.json()["items"].as_array().map(Vec::len), Some(2));
    // A tag takes the place of what it was part of.
    merge(&editor, "place:doha", &["place:qatar"])
        .await
        .expect(201);
    let above = app.anybody().get("/v1/tags/place:doha/ancestors").await;
    assert_eq!(above.member("/items/0/key"), "place:gulf");
}

#[tokio::test]
async fn merging_beside_writers_loses_nothing() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    for name in ["Doha", "Dawhah"] {
        make(&editor, json!({"kind": "place", "name": name})).await;
    }
    let address = story(&editor, &["place:dawhah"]).await;

    let write = async || {
        for round in 0..15 {
            let tags = if round % 2 == 0 {
                json!(["place:dawhah"])
            } else {
                json!(["place:doha"])
            };
            let story = json!({"headline": "A story", "status": "published", "tags": tags});
            editor.post("/v1/articles", story).await.expect(201);
            editor
                .put(&format!("{address}/tags"), tags)
                .await
                .expect(200);
        }
    };
    let merge_and_undo = async || {
        for _ in 0..5 {
            let merged = merge(&editor, "place:doha", &["place:dawhah"])
                .await
                .expect(201);
            super::undo(&editor, &merged).await.expect(200);
        }
        merge(&editor, "place:doha", &["place:dawhah"])
            .await
            .expect(201);
    };
    tokio::join!(write(), write(), merge_and_undo());

    let lists = app
        .anybody()
        .get("/v1/articles?tag=place:doha&count=exact")
        .await;
    assert_eq!(lists.member("/total"), "31");
    assert_eq!(
        app.anybody()
            .get("/v1/tags/place:doha")
            .await
            .member("/article_count"),
        "31"
    );
}

#[tokio::test]
async fn a_merge_is_recorded_for_every_tag() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    for name in ["Doha", "Dawhah"] {
        make(&editor, json!({"kind": "place", "name": name})).await;
    }

    merge(&editor, "place:doha", &["place:dawhah"])
        .await
        .expect(201);

    let changes = app.changes().await;
    let merges: Vec<&String> = changes
        .iter()
        .filter(|change| change.contains("merge"))
        .collect();
    assert_eq!(merges.len(), 2, "{changes:?}");
}

#[tokio::test]
async fn a_tag_never_has_more_than_can_be_sent_back() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    for tag in 0..3 {
        let names: Vec<String> = (0..250).map(|name| format!("Name {tag} {name}")).collect();
        let labels = json!({"en": {"pref": format!("T {tag}"), "alt": names}});
        make(&editor, json!({"kind": "topic", "labels": labels})).await;
    }

    let refused = merge(&editor, "topic:t-0", &["topic:t-1", "topic:t-2"])
        .await
        .expect(422);
    let one = merge(&editor, "topic:t-0", &["topic:t-1"])
        .await
        .expect(422);
    let fewer = json!({"labels": {"en": {"alt": ["Other"]}}});
    editor.patch("/v1/tags/topic:t-1", fewer).await.expect(200);
    merge(&editor, "topic:t-0", &["topic:t-1"])
        .await
        .expect(201);

    assert!(
        refused.text().contains("752 names in /labels/en/alt"),
        "{}",
        refused.text()
    );
    assert!(one.text().contains("501 names"), "{}", one.text());
    let whole = editor.get("/v1/tags/topic:t-0").await.expect(200).json();
    editor.put("/v1/tags/topic:t-0", whole).await.expect(200);
    let described = json!({"description": "D"});
    editor
        .patch("/v1/tags/topic:t-0", described)
        .await
        .expect(200);
}

#[tokio::test]
async fn nothing_is_merged_into_a_retired_tag() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    make(
        &editor,
        json!({"kind": "topic", "name": "A", "retired_at": "2020-01-01T00:00:00Z"}),
    )
    .await;
    make(&editor, json!({"kind": "topic", "name": "B"})).await;

    let refused = merge(&editor, "topic:a", &["topic:b"]).await.expect(422);

    assert_eq!(refused.code(), "retired-tag");
    merge(&editor, "topic:b", &["topic:a"]).await.expect(201);
}

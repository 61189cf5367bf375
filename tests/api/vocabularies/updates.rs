//! What becomes of tags that are there

use dateline::keys::Scope;
use serde_json::json;

use super::{NDJSON, counts, import, import_turtle, problems, send, tag};
use crate::support::TestApp;

#[tokio::test]
async fn what_an_entry_says_replaces_role_by_role_and_what_it_does_not_say_stays() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let before = json!({"kind": "topic", "description": "Kept.", "labels": {
            "en": {"pref": "Ships", "alt": ["Boats", "Vessels"], "hidden": ["Shpis"]},
            "ar": {"pref": "سفن"}},
        "external_ids": [{"authority": "medtop", "id": "20009001"}]});
    editor.post("/v1/tags", before).await.expect(201);

    // Two names change their roles, and one is said where it is preferred already.
    let text = r#"medtop:20009001 a skos:Concept ; skos:prefLabel "Vessels"@en ; skos:hiddenLabel "Ships"@en , "Boats"@en ;
        skos:altLabel "سفن"@ar ; skos:exactMatch wikidata:Q900001 ."#;
    let changed = import_turtle(&editor, text).await;
    let again = import_turtle(&editor, text).await;

    assert_eq!(counts(&changed), [0, 1, 0, 0], "{}", changed.text());
    assert_eq!(counts(&again), [0, 0, 1, 0], "{}", again.text());
    let after = tag(&editor, "topic:ships").await;
    assert_eq!(
        after["labels"],
        json!({
            "ar": {"pref": "سفن", "alt": [], "hidden": []},
            "en": {"pref": "Vessels", "alt": [], "hidden": ["Boats", "Ships"]},
        })
    );
    assert_eq!(
        (&after["description"], &after["version"]),
        (&json!("Kept."), &json!(2))
    );
    assert_eq!(after["external_ids"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_line_is_a_merge_patch_of_its_tag() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let before = json!({"kind": "topic", "name": "Ships", "description": "Large.", "retired_at": "2020-01-01T00:00:00Z"});
    editor.post("/v1/tags", before).await.expect(201);

    let lines = [
        json!({"key": "topic:ships", "description": null, "retired_at": null, "labels": {"ar": {"pref": "سفن"}}}),
        json!({"key": "topic:ships", "slug": "vessels"}),
        json!({"key": "topic:ships", "slug": "ships", "labels": {"ar": null}}),
    ];
    let lines = lines.map(|line| line.to_string()).join("\n");
    let changed = import(&editor, NDJSON, &lines).await;

    assert_eq!(counts(&changed), [0, 3, 0, 0], "{}", changed.text());
    let after = tag(&editor, "topic:vessels").await;
    assert_eq!(after["description"], json!(null));
    assert_eq!(after["status"], "active");
    assert_eq!(
        after["labels"],
        json!({"en": {"pref": "Ships", "alt": [], "hidden": []}})
    );
}

#[tokio::test]
async fn a_key_that_was_given_elsewhere_is_no_wish_for_another() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let here = json!({"kind": "topic", "name": "Ships", "external_ids": [{"authority": "medtop", "id": "20009001"}]});
    editor.post("/v1/tags", here).await.expect(201);

    let lines = [
        json!({"key": "topic:boats", "kind": "topic", "slug": "boats", "description": "Told elsewhere.",
            "external_ids": [{"authority": "medtop", "id": "20009001"}]}),
        json!({"key": "topic:tugs", "kind": "topic", "name": "Tugs", "broader": [{"key": "topic:boats"}]}),
    ];
    let lines = lines.map(|line| line.to_string()).join("\n");
    let changed = import(&editor, NDJSON, &lines).await;

    assert_eq!(counts(&changed), [1, 1, 0, 0], "{}", changed.text());
    assert_eq!(problems(&changed), [] as [&str; 0]);
    assert_eq!(tag(&editor, "medtop:20009001").await["key"], "topic:ships");
    assert_eq!(super::broader(&editor, "topic:tugs").await, ["topic:ships"]);
}

#[tokio::test]
async fn a_dry_run_tells_the_same_and_changes_nothing() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let ships = json!({"kind": "topic", "name": "Ships", "slug": "ships"});
    editor.post("/v1/tags", ships).await.expect(201);
    let before = app.changes().await;
    // Across batches: the last line is about a tag that the first makes.
    let mut lines = vec![
        json!({"key": "topic:n", "name": "N", "broader": ["topic:n-1"]}),
        json!({"key": "topic:ships", "description": "Large."}),
    ];
    lines
        .extend((0..600).map(|n| json!({"key": format!("topic:n-{n}"), "name": format!("N {n}")})));
    lines.push(json!({"key": "topic:n", "description": "Again."}));
    lines.push(json!({"key": "topic:n-0", "name": "Ships"}));
    let lines = lines
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n");

    let tried = send(&editor, NDJSON, "?dry_run=true", &lines)
        .await
        .expect(200);
    let after_trial = app.changes().await;
    let done = send(&editor, NDJSON, "", &lines).await.expect(200);

    assert_eq!(after_trial, before);
    assert_eq!(counts(&tried), [601, 3, 0, 0], "{}", tried.text());
    assert_eq!(
        problems(&tried)[..2],
        [
            "line 603 | tag-key-taken | topic:n | topic:n stands in line 1 too; where they differ, this counts.",
            "line 604 | tag-key-taken | topic:n-0 | topic:n-0 stands in line 3 too; where they differ, this counts.",
        ]
    );
    assert_eq!(tried.json(), done.json());
    assert_eq!(super::broader(&editor, "topic:n").await, ["topic:n-1"]);
}

#[tokio::test]
async fn a_merged_tag_is_left_as_it_is() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let text = r#"
        medtop:20009001 a skos:Concept ; skos:prefLabel "Boats"@en .
        medtop:20009002 a skos:Concept ; skos:prefLabel "Ships"@en ; skos:broader medtop:20009003 .
        medtop:20009003 a skos:Concept ; skos:prefLabel "Transport"@en .
    "#;
    import_turtle(&editor, text).await;
    let lines = super::export(&editor, NDJSON).await;
    let sources = json!({"sources": ["topic:boats"]});
    let merge = editor
        .post("/v1/tags/topic:ships/merge", sources)
        .await
        .expect(201);
    let merged = super::export(&editor, NDJSON).await;

    let again = import_turtle(&editor, text).await;
    let after = super::export(&editor, NDJSON).await;
    let old = import(&editor, NDJSON, &lines).await;

    assert_eq!(counts(&again), [0, 0, 2, 0], "{}", again.text());
    assert_eq!(again.member("/skipped"), "1");
    assert_eq!(
        problems(&again),
        [
            "http://cv.iptc.org/newscodes/mediatopic/20009001 | gone | topic:ships | medtop:20009001 was merged into topic:ships."
        ]
    );
    assert_eq!(after, merged);
    // The line of the other says that it has no further names.
    assert_eq!(counts(&old), [0, 1, 1, 0], "{}", old.text());
    assert_eq!(
        problems(&old),
        ["line 1 | gone | topic:ships | topic:boats was merged into topic:ships."]
    );
    assert_eq!(tag(&editor, "medtop:20009001").await["name"], "Ships");
    let undo = format!("/v1/tag-merges/{}/undo", merge.member("/id"));
    let undo = editor.request(reqwest::Method::POST, &undo);
    editor.send(undo).await.expect(200);
    let undone = import_turtle(&editor, &text.replace("Boats", "Dinghies")).await;
    assert_eq!(counts(&undone), [0, 1, 2, 0], "{}", undone.text());
}

#[tokio::test]
async fn two_entries_that_know_one_tag_by_different_names_do_not_write_it_in_turn() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let tag = json!({"kind": "topic", "name": "Ships", "external_ids": [
        {"authority": "medtop", "id": "20009001"}, {"authority": "medtop", "id": "20009002"}]});
    editor.post("/v1/tags", tag).await.expect(201);

    let text = r#"
        medtop:20009001 a skos:Concept ; skos:prefLabel "Boats"@en .
        medtop:20009002 a skos:Concept ; skos:prefLabel "Ships"@en .
    "#;
    let first = import_turtle(&editor, text).await;
    let second = import_turtle(&editor, text).await;

    assert_eq!(counts(&first), [0, 1, 0, 0], "{}", first.text());
    assert_eq!(counts(&second), [0, 0, 1, 0], "{}", second.text());
    assert_eq!(super::tag(&editor, "topic:ships").await["name"], "Boats");
}

//! What is exported comes back as it was

use dateline::keys::Scope;
use serde_json::{Value, json};

use super::{CSV, JSON_LD, NDJSON, TURTLE, counts, export, import, problems};
use crate::support::{Client, TestApp};

const FORMATS: [&str; 4] = [NDJSON, CSV, JSON_LD, TURTLE];

/// A vocabulary with everything that tags have and that is hard to write.
async fn make_all(editor: &Client<'_>) {
    for tag in [
        json!({"kind": "place", "labels": {"en": {"pref": "Elara Coast"}, "ar": {"pref": "ساحل إيلارا"}}}),
        json!({"kind": "topic", "name": "Harbours | quays \\ piers", "labels": {
            "en": {"pref": "Harbours | quays \\ piers", "alt": ["a|b", "c\\d", "\\", "e \"f\"", "g, h; i"], "hidden": ["|", "Harbors"]},
            "und": {"alt": ["Σ|\\"]}}}),
        json!({"kind": "place", "slug": "elara", "description": "Two lines,\r\nof \"one\" text|\\\n\n\tand <tags> & 'all'.",
            "labels": {
                "en-GB": {"pref": "Port Elara", "alt": ["Elara", "The Port"], "hidden": ["Port Ellara"]},
                "ar": {"pref": "ميناء إيلارا", "alt": ["إيلارا"]},
                "ur": {"pref": "بندرگاہ ایلارا", "hidden": ["بندرگاه ايلارا"]},
                "zh-Hans": {"alt": ["埃拉拉港"]}},
            "external_ids": [{"authority": "wikidata", "id": "Q900000001"}, {"authority": "cms_terms", "id": "a|b\\c\"d"},
                {"authority": "medtop", "id": "20000001"}, {"authority": "iri", "id": "https://terms.example/x?y=1&z=\u{00e9}"}],
            "broader": ["topic:harbours-quays-piers", "place:elara-coast"]}),
        json!({"kind": "place", "name": " Old  Quay ", "retired_at": "2020-01-02T03:04:05.678Z"}),
        json!({"kind": "topic", "name": "منارات", "retired_at": "2999-01-01T00:00:00Z", "broader": ["topic:harbours-quays-piers"]}),
        json!({"kind": "person", "name": "😀", "slug": "smile"}),
    ] {
        editor.post("/v1/tags", tag).await.expect(201);
    }
    let gone = json!({"kind": "topic", "name": "Gone"});
    editor.post("/v1/tags", gone).await.expect(201);
    editor.delete("/v1/tags/topic:gone").await.expect(204);
}

/// An export without what says when it was written.
fn lasting(ndjson: &str) -> Vec<Value> {
    let lines = ndjson.lines().map(|line| {
        let mut tag: Value = serde_json::from_str(line).expect("JSON");
        for member in ["version", "created_at", "modified_at"] {
            tag[member].take();
        }
        tag
    });
    lines.collect()
}

#[tokio::test]
async fn what_is_exported_and_imported_again_changes_nothing() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make_all(&editor).await;
    let before = export(&editor, NDJSON).await;

    for kind in FORMATS {
        let text = export(&editor, kind).await;
        let again = import(&editor, kind, &text).await;

        assert_eq!(counts(&again), [0, 0, 6, 0], "{kind}: {}", again.text());
        assert_eq!(problems(&again), [] as [&str; 0], "{kind}");
        assert_eq!(export(&editor, NDJSON).await, before, "{kind}");
    }
}

#[tokio::test]
async fn what_is_exported_makes_the_same_tags_elsewhere() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make_all(&editor).await;
    let whole = lasting(&export(&editor, NDJSON).await);

    for kind in FORMATS {
        let text = export(&editor, kind).await;
        let elsewhere = TestApp::start().await;
        let other = elsewhere.caller(&[Scope::WriteTags]).await;
        let made = import(&other, kind, &text).await;

        assert_eq!(counts(&made), [6, 0, 0, 0], "{kind}: {}", made.text());
        assert_eq!(lasting(&export(&other, NDJSON).await), whole, "{kind}");
        if kind != NDJSON {
            assert_eq!(export(&other, kind).await, text, "{kind}");
        }
    }
}

#[tokio::test]
async fn an_export_is_of_one_kind_or_of_all_and_as_the_caller_accepts_it() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make_all(&editor).await;
    let anybody = app.anybody();

    let places = anybody.get("/v1/tags/export?kind=place").await.expect(200);
    let turtle = anybody
        .get("/v1/tags/export?format=turtle&kind=person")
        .await
        .expect(200);
    let asked = |accept: &'static str| {
        let request = anybody.request(reqwest::Method::GET, "/v1/tags/export");
        anybody.send(request.header("accept", accept))
    };
    let csv = asked("text/turtle;q=0.5, text/csv").await.expect(200);
    let text = asked("text/*").await.expect(200);
    let refused = asked("text/html").await.expect(406);

    assert_eq!(places.header("content-type"), NDJSON);
    assert!(places.header("cache-control").starts_with("public"));
    assert_eq!(places.text().lines().count(), 3);
    assert_eq!(turtle.header("content-type"), TURTLE);
    insta::assert_snapshot!(turtle.text(), @r#"
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix iptc: <http://iptc.org/std/nar/2006-10-01/> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    @prefix owl: <http://www.w3.org/2002/07/owl#> .
    <urn:dateline:tag:person:smile> a skos:Concept ;
    	skos:prefLabel "😀"@en .
    "#);
    assert_eq!(csv.header("content-type"), CSV);
    assert_eq!(text.header("content-type"), CSV);
    assert_eq!(refused.code(), "not-acceptable");
}

#[tokio::test]
async fn an_export_has_every_tag_however_many() {
    let app = TestApp::start().await;
    app.execute(
        "with made as (insert into tags (kind, slug, name, folded_name, created_at, modified_at) \
            select 'topic', 't-' || n, 'T ' || n, 't ' || n, now(), now() from generate_series(1, 1234) n returning *), \
        keys as (insert into tag_keys (kind, slug, tag_id) select kind, slug, id from made) \
        insert into tag_usage (tag_id) select id from made",
    )
    .await
    .expect("tags");
    let anybody = app.anybody();

    for (format, marks) in [
        ("ndjson", "\n"),
        ("csv", "\n"),
        ("json-ld", "\"uri\":"),
        ("turtle", " a skos:Concept"),
    ] {
        let all = anybody
            .get(&format!("/v1/tags/export?format={format}"))
            .await
            .expect(200);

        // A tag of an earlier version has its name in its row alone.
        assert!(all.text().contains("T 1234"), "{format}");
        let count = all.text().matches(marks).count();
        let header = usize::from(format == "csv" || format == "json-ld");
        assert_eq!(count, 1234 + header, "{format}");
    }
}

#[tokio::test]
async fn an_export_of_nothing_is_a_whole_document() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;

    for kind in FORMATS {
        let text = export(&editor, kind).await;
        let again = import(&editor, kind, &text).await;

        assert_eq!(counts(&again), [0; 4], "{kind}: {text}");
    }
}

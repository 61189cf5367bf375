//! What a list can be narrowed to.

use serde_json::json;

use super::{created, headlines, id_of, seconds_ahead, topics};
use crate::support::{Client, TestApp};

/// Articles named for what they carry; the newest is the last.
async fn fill(app: &TestApp, editor: &Client<'_>) -> Vec<String> {
    topics(editor, &["a", "b", "c", "unused"]).await;
    let wikidata = json!({"external_ids": [{"authority": "wikidata", "id": "Q1"}]});
    editor.patch("/v1/tags/topic:a", wikidata).await.expect(200);
    let published = |day: u8| json!({"status": "published", "published_at": format!("2026-11-0{day}T00:00:00Z")});
    let mut paths: Vec<String> = Vec::new();
    for (headline, common, own) in [
        (
            "ab",
            published(1),
            json!({"tags": ["topic:a", "topic:b"], "language": "en-GB", "summary": "x"}),
        ),
        (
            "b",
            published(2),
            json!({"tags": ["topic:b"], "kind": "video", "language": "en"}),
        ),
        (
            "c",
            published(3),
            json!({"tags": ["topic:c"], "language": "ar", "canonical_url": "https://c.example/"}),
        ),
        (
            "abc",
            published(4),
            json!({"tags": ["topic:c", "topic:b", "topic:a"], "language": "eng", "key_points": ["x"]}),
        ),
        (
            "none",
            published(5),
            json!({"language": "fr-CA", "lead_image": {"url": "https://i.example/"}}),
        ),
        ("draft", json!({}), json!({"tags": ["topic:a"]})),
        ("withdrawn", json!({"status": "withdrawn"}), json!({})),
        (
            "ahead",
            json!({"status": "published", "published_at": seconds_ahead(app, 1000)}),
            json!({"tags": ["topic:b"]}),
        ),
        (
            "secret",
            json!({"status": "published", "embargoed_until": seconds_ahead(app, 1000)}),
            json!({}),
        ),
        (
            "over",
            json!({"status": "published", "expires_at": seconds_ahead(app, -1)}),
            json!({}),
        ),
        ("deleted", published(6), json!({"tags": ["topic:a"]})),
    ] {
        let mut article = json!({"headline": headline});
        for members in [common, own] {
            for (name, value) in members.as_object().cloned().unwrap_or_default() {
                article[name] = value;
            }
        }
        if headline == "none" {
            article["related"] = json!([id_of(&paths[0])]);
        }
        paths.push(created(editor, article).await);
    }
    editor.delete(&paths[10]).await.expect(204);
    paths
}

#[tokio::test]
async fn every_filter_narrows_the_list() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let paths = fill(&app, &editor).await;
    let ids = format!(
        "ids={},{},{}",
        id_of(&paths[5]),
        id_of(&paths[3]),
        id_of(&paths[0])
    );

    for (query, expected) in [
        ("", "none abc c b ab"),
        ("tag=topic:a", "abc ab"),
        ("tag=wikidata:Q1", "abc ab"),
        ("tag=topic:a&tag=topic:c", "abc"),
        ("tag=topic:a&tag=topic:b&tag=topic:b", "abc ab"),
        ("tag=topic:unused", ""),
        ("tag=topic:unused&tag=topic:b", ""),
        ("tag_any=topic:a,topic:c", "abc c ab"),
        ("tag_any=topic:c", "abc c"),
        ("tag=topic:b&tag_any=topic:a,topic:c", "abc ab"),
        ("tag=topic:b&tag=topic:a&tag_any=topic:c", "abc"),
        ("tag_none=topic:a", "none c b"),
        ("tag_none=topic:a,topic:c", "none b"),
        ("tag=topic:b&tag_none=topic:c", "b ab"),
        ("tag_any=topic:b,topic:c&tag_none=topic:a", "c b"),
        ("language=en", "b ab"),
        ("language=EN-gb", "ab"),
        ("language=fr", "none"),
        ("kind=video", "b"),
        ("published_from=2026-11-04T00:00:00Z", "none abc"),
        ("published_to=2026-11-02T03:00:00%2B03:00", "b ab"),
        (
            "published_from=2026-11-02T00:00:00Z&published_to=2026-11-04T00:00:00Z",
            "abc c b",
        ),
        ("tag=topic:b&published_from=2026-11-02T00:00:00Z", "abc b"),
        (
            "published_from=2026-11-04T00:00:00Z&sort=modified_at",
            "abc none",
        ),
        ("has=summary", "ab"),
        ("has=key_points", "abc"),
        ("has=canonical_url", "c"),
        ("has=lead_image,related", "none"),
        ("has=lead_image,summary", ""),
        (ids.as_str(), "abc ab"),
        ("sort=published_at", "ab b c abc none"),
        ("sort=modified_at", "ab b c abc none"),
        ("sort=-modified_at&tag=topic:b", "abc b ab"),
        ("sort=modified_at&tag_any=topic:a,topic:c", "ab c abc"),
    ] {
        let list = app
            .anybody()
            .get(&format!("/v1/articles?{query}"))
            .await
            .expect(200);
        assert_eq!(headlines(&list), expected, "{query}");
    }
}

#[tokio::test]
async fn editors_list_articles_in_any_state() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let paths = fill(&app, &editor).await;
    let ids = format!(
        "visibility=draft,live,deleted&ids={},{},{}",
        id_of(&paths[5]),
        id_of(&paths[3]),
        id_of(&paths[10])
    );

    for (query, expected) in [
        ("visibility=draft", "draft"),
        ("visibility=scheduled", "ahead"),
        ("visibility=embargoed", "secret"),
        ("visibility=expired", "over"),
        ("visibility=withdrawn", "withdrawn"),
        ("visibility=deleted", "deleted"),
        ("status=deleted", "deleted"),
        ("status=draft", "draft"),
        ("status=withdrawn", "withdrawn"),
        ("status=published", "ahead over secret none abc c b ab"),
        (
            "status=published&sort=modified_at",
            "ab b c abc none ahead secret over",
        ),
        ("visibility=draft,live&tag=topic:a", "draft abc ab"),
        (
            "visibility=draft,live&tag=topic:a&sort=-modified_at",
            "draft abc ab",
        ),
        (
            "visibility=draft,live,scheduled&tag_any=topic:a,topic:b",
            "ahead draft abc b ab",
        ),
        (
            "visibility=draft,withdrawn&published_from=2026-01-01T00:00:00Z",
            "",
        ),
        (ids.as_str(), "draft deleted abc"),
    ] {
        let list = editor
            .get(&format!("/v1/articles?{query}"))
            .await
            .expect(200);
        assert_eq!(headlines(&list), expected, "{query}");
    }
}

#[tokio::test]
async fn a_filter_names_every_tag_that_does_not_exist() {
    let app = TestApp::start().await;
    topics(&app.admin().await, &["a", "b"]).await;

    let query = "tag=topic:a&tag=topic:x&tag_any=topic:b,nothing,wikidata:Q9&tag_none=place:x";
    let refused = app
        .anybody()
        .get(&format!("/v1/articles?{query}"))
        .await
        .expect(422);

    assert_eq!(refused.code(), "unknown-tag");
    let errors = refused.json()["errors"].clone();
    let named = errors.as_array().cloned().unwrap_or_default();
    let named: Vec<String> = named
        .iter()
        .map(|error| format!("{} {}", error["parameter"], error["detail"]))
        .collect();
    insta::assert_snapshot!(named.join("\n"), @r#"
    "tag" "names no tag: topic:x"
    "tag_any" "names no tag: nothing"
    "tag_any" "names no tag: wikidata:Q9"
    "tag_none" "names no tag: place:x"
    "#);
}

#[tokio::test]
async fn a_renamed_tag_is_found_by_both_keys_and_a_deleted_one_by_none() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["old"]).await;
    created(
        &editor,
        json!({"headline": "A", "status": "published", "tags": ["topic:old"]}),
    )
    .await;

    editor
        .patch("/v1/tags/topic:old", json!({"slug": "new"}))
        .await
        .expect(200);
    for key in ["topic:old", "topic:new"] {
        let list = app
            .anybody()
            .get(&format!("/v1/articles?tag={key}"))
            .await
            .expect(200);
        assert_eq!(headlines(&list), "A");
    }
    editor
        .delete("/v1/tags/topic:new?force=true")
        .await
        .expect(204);
    for key in ["topic:old", "topic:new"] {
        app.anybody()
            .get(&format!("/v1/articles?tag={key}"))
            .await
            .expect(422);
    }
}

#[tokio::test]
async fn a_poller_misses_no_story_that_time_made_live() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let ahead = json!({"headline": "ahead", "status": "published", "published_at": seconds_ahead(&app, 1000)});
    created(&editor, ahead).await;
    let secret = json!({"headline": "secret", "status": "published", "embargoed_until": seconds_ahead(&app, 1500)});
    created(&editor, secret).await;
    super::published(&editor, "present").await;
    let poll = async |since: &str, sort: &str| {
        let list = app
            .anybody()
            .get(&format!("/v1/articles?modified_since={since}&sort={sort}"))
            .await;
        headlines(&list.expect(200))
    };

    app.advance(500);
    let since = seconds_ahead(&app, 0);
    let nothing = poll(&since, "modified_at").await;
    app.advance(1100);

    assert_eq!(nothing, "");
    assert_eq!(poll(&since, "modified_at").await, "ahead secret");
    assert_eq!(poll(&since, "-modified_at").await, "secret ahead");
    assert_eq!(poll(&since, "-published_at").await, "ahead secret");
    let newest = app.anybody().get("/v1/articles?sort=-modified_at").await;
    assert_eq!(headlines(&newest), "secret ahead present");
    let all = format!("/v1/articles?modified_since={since}&status=published");
    assert_eq!(headlines(&editor.get(&all).await), "ahead secret");
    // To editors who look at what is not live, time changes nothing.
    let drafts = format!("/v1/articles?modified_since={since}&visibility=draft,withdrawn");
    assert_eq!(headlines(&editor.get(&drafts).await), "");
}

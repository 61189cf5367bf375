//! Articles and tags that are answered out of memory

use std::time::Instant;

use chrono::{SecondsFormat, TimeDelta};
use dateline::base::coherence::STALENESS_BOUND;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Story, TestApp};

/// What anybody gets, and what the database says.
async fn both(app: &TestApp, path: &str) -> (Answer, Answer) {
    let anybody = app.anybody();
    let kept = anybody.get(path).await;
    let read = anybody
        .request(Method::GET, path)
        .header("cache-control", "no-cache");
    (kept, anybody.send(read).await)
}

/// All that a reader sees; of a failure what does not name the request.
fn seen(answer: &Answer) -> String {
    match answer.status.as_u16() {
        200 => answer.whole(),
        status => format!("{status} {}", answer.code()),
    }
}

async fn hits(app: &TestApp) -> u64 {
    app.metric("answer_cache_hits_total").await
}

/// A tag of a place with this name.
async fn place(editor: &Client<'_>, name: &str, members: Value) -> String {
    let mut tag = json!({"kind": "place", "name": name});
    if let (Some(tag), Some(members)) = (tag.as_object_mut(), members.as_object()) {
        tag.extend(members.clone());
    }
    editor
        .post("/v1/tags", tag)
        .await
        .expect(201)
        .member("/key")
}

/// What an editor does that readers may see; `{story}`, `{related}` and `{merge}` stand for ids.
const EDITS: &[(&str, &str, &str)] = &[
    ("PATCH", "articles/{story}", r#"{"headline": "B"}"#),
    ("PUT", "articles/{story}/tags/place:elara", ""),
    (
        "PATCH",
        "tags/place:port-elara",
        r#"{"labels": {"en": {"pref": "New Elara"}}}"#,
    ),
    (
        "PATCH",
        "tags/place:port-elara",
        r#"{"external_ids": [{"authority": "wikidata", "id": "Q1"}]}"#,
    ),
    ("PATCH", "tags/place:elara", r#"{"name": "Old Elara"}"#),
    (
        "PATCH",
        "tags/place:port-elara",
        r#"{"labels": {"ar": {"pref": "الميناء"}}}"#,
    ),
    ("PATCH", "tags/place:port-elara", r#"{"broader": []}"#),
    ("PATCH", "articles/{related}", r#"{"status": "withdrawn"}"#),
    ("PATCH", "articles/{related}", r#"{"status": "published"}"#),
    (
        "POST",
        "articles",
        r#"{"headline": "C", "status": "published", "tags": ["place:port-elara"]}"#,
    ),
    (
        "PATCH",
        "domains/exmp.news",
        r#"{"base_url": "http://exmp.news"}"#,
    ),
    (
        "POST",
        "tags/place:port-elara/merge",
        r#"{"sources": ["place:elara-harbour"]}"#,
    ),
    ("POST", "tag-merges/{merge}/undo", ""),
    ("DELETE", "tags/place:elara?force=true", ""),
    (
        "PATCH",
        "articles/{story}",
        r#"{"external_ids": [], "canonical_url": "https://news.example/c"}"#,
    ),
    ("PATCH", "articles/{story}", r#"{"status": "withdrawn"}"#),
    ("PATCH", "articles/{story}", r#"{"status": "published"}"#),
    ("DELETE", "articles/{story}", ""),
];

/// A story with two tags and a related story.
async fn publish_both(editor: &Client<'_>) -> (Story, Story) {
    place(editor, "Elara", json!({})).await;
    let labels = json!({"en": {"pref": "Port Elara"}, "ar": {"pref": "إيلارا"}});
    let members = json!({"broader": ["place:elara"], "labels": labels});
    place(editor, "Port Elara", members).await;
    place(editor, "Elara Harbour", json!({})).await;
    let related = Story::publish(editor, "https://news.example/b").await;
    let story = json!({
        "status": "published", "canonical_url": "https://news.example/a", "related": [related.id],
        "external_ids": [{"source": "cms", "id": "1"}], "tags": ["place:port-elara", "place:elara-harbour"],
    });
    (Story::create(editor, story).await, related)
}

#[tokio::test]
async fn what_an_edit_changes_is_read_at_once_and_anything_else_out_of_memory() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    app.listening().await;
    let (story, related) = publish_both(&editor).await;
    let paths = [
        story.path(),
        format!("{}?fields=headline,tags&lang=ar", story.path()),
        "/v1/articles/by-url?url=https://news.example/a".to_owned(),
        "/v1/articles/by-external-id/cms/1".to_owned(),
        "/v1/tags/place:port-elara".to_owned(),
        "/v1/tags/wikidata:Q1".to_owned(),
    ];

    let mut merge = String::new();
    for (method, at, body) in EDITS {
        let ids = [
            ("{story}", &story.id),
            ("{related}", &related.id),
            ("{merge}", &merge),
        ];
        let at = ids
            .iter()
            .fold(format!("/v1/{at}"), |at, (name, id)| at.replace(name, id));
        let mut request = editor.request(method.parse().expect("a method"), &at);
        if !body.is_empty() {
            request = request.json(&serde_json::from_str::<Value>(body).expect("JSON"));
        }
        let edited = editor.send(request).await;
        assert!(
            edited.status.is_success(),
            "{method} {at}: {}",
            edited.whole()
        );
        if at.ends_with("/merge") {
            merge = edited.member("/id");
        }

        for path in &paths {
            let (kept, read) = both(&app, path).await;
            assert_eq!(
                seen(&kept),
                seen(&read),
                "{path} after {method} {at} {body}"
            );
            let before = hits(&app).await;
            let again = app.anybody().get(path).await;
            assert_eq!(seen(&again), seen(&read), "{path}");
            let is_hit = u64::from(read.status == 200);
            assert_eq!(hits(&app).await - before, is_hit, "{path}");
        }
    }
}

#[tokio::test]
async fn another_instance_shows_an_edit_within_the_bound() {
    let app = TestApp::start().await;
    let other = app.beside(|_| {});
    let editor = app.admin().await;
    app.listening().await;
    other.listening().await;
    let story = Story::publish(&editor, "https://news.example/a").await;

    for number in 0..20 {
        other.anybody().get(&story.path()).await.expect(200);
        let headline = format!("Edit {number}");
        story.patch(&editor, json!({"headline": headline})).await;
        let done = Instant::now();
        while other.anybody().get(&story.path()).await.member("/headline") != headline {
            assert!(done.elapsed() < STALENESS_BOUND);
        }
    }
    assert!(hits(&other).await > 0);
}

#[tokio::test]
async fn what_is_in_memory_ends_and_begins_on_the_moment() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    app.listening().await;
    let ahead = |seconds| {
        let moment = app.now() + TimeDelta::seconds(seconds);
        moment.to_rfc3339_opts(SecondsFormat::Micros, true)
    };
    let later = json!({"status": "published", "published_at": ahead(1000)});
    let later = Story::create(&editor, later).await;
    let story = json!({"status": "published", "expires_at": ahead(2000), "related": [later.id]});
    let story = Story::create(&editor, story).await;
    place(&editor, "Elara", json!({"retired_at": ahead(1000)})).await;

    let mut told = Vec::new();
    for _ in 0..4 {
        for _ in 0..2 {
            let article = app.anybody().get(&story.path()).await;
            let tag = app.anybody().get("/v1/tags/place:elara").await;
            let related = article.json()["related"].as_array().map_or(0, Vec::len);
            let status = article.status.as_u16();
            told.push(format!("{status} {related} {}", tag.member("/status")));
        }
        app.advance(700);
    }

    let expected = [
        "200 0 active",
        "200 0 active",
        "200 1 retired",
        "404 0 retired",
    ];
    assert_eq!(told, expected.map(|told| [told; 2]).concat());
    // The first time, and twice before anything changes.
    assert!(hits(&app).await >= 6);
}

#[tokio::test]
async fn what_a_key_was_shown_for_is_nobody_elses() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    app.listening().await;
    let draft = Story::create(&editor, json!({})).await;
    let live = Story::publish(&editor, "https://news.example/a").await;

    for _ in 0..2 {
        editor.get(&draft.path()).await.expect(200);
        app.anybody().get(&draft.path()).await.expect(404);
        let public = app.anybody().get(&live.path()).await.expect(200);
        let private = editor.get(&live.path()).await.expect(200);
        assert!(public.header("cache-control").starts_with("public"));
        assert_eq!(private.header("cache-control"), "private, no-store");
        let text = app
            .anybody()
            .request(Method::GET, &live.path())
            .header("accept", "text/html");
        app.anybody().send(text).await.expect(406);
    }

    assert_eq!(hits(&app).await, 1);
}

#[tokio::test]
async fn a_reader_who_has_the_answer_in_memory_is_told_so() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    app.listening().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    let anybody = app.anybody();
    let first = anybody.get(&story.path()).await.expect(200);

    let with = |method, tag: &str| {
        let request = anybody
            .request(method, &story.path())
            .header("if-none-match", tag);
        anybody.send(request)
    };
    let known = with(Method::GET, first.header("etag")).await.expect(304);
    let probe = with(Method::HEAD, "\"1-0\"").await.expect(200);

    assert_eq!(known.header("etag"), first.header("etag"));
    assert_eq!(known.header("cache-control"), first.header("cache-control"));
    assert_eq!(probe.header("content-length"), first.body.len().to_string());
    assert!(probe.body.is_empty());
    assert_eq!(hits(&app).await, 2);
    story.patch(&editor, json!({"headline": "B"})).await;
    with(Method::GET, first.header("etag")).await.expect(200);
}

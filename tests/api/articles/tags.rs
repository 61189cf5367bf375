//! The tags of an article.

use reqwest::Method;
use serde_json::{Value, json};

use super::{created, tag_keys, topics};
use crate::support::TestApp;
use dateline::keys::Scope;

#[tokio::test]
async fn tags_keep_the_order_in_which_they_were_given() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["a", "b", "c"]).await;
    let wikidata = json!({"external_ids": [{"authority": "wikidata", "id": "Q1"}]});
    editor.patch("/v1/tags/topic:b", wikidata).await.expect(200);

    let tags = json!(["topic:c", "wikidata:Q1", {"kind": "topic", "name": " A "}, "topic:c", {"kind": "place", "name": "New"}]);
    let made = editor
        .post("/v1/articles", json!({"headline": "A", "tags": tags}))
        .await
        .expect(201);

    assert_eq!(tag_keys(&made), "topic:c topic:b topic:a place:new");
    assert_eq!(
        made.json()["tags"][0],
        json!({"key": "topic:c", "kind": "topic", "name": "c"})
    );
}

#[tokio::test]
async fn a_name_finds_the_tag_of_its_kind_however_it_is_written() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let tag = |name: &str| json!({"headline": "A", "tags": [{"kind": "place", "name": name}]});

    let first = editor
        .post("/v1/articles", tag("São Paulo"))
        .await
        .expect(201);
    let second = editor
        .post("/v1/articles", tag("SAO  PAULO"))
        .await
        .expect(201);
    let arabic = editor.post("/v1/articles", tag("الدوحة")).await.expect(201);

    assert_eq!(tag_keys(&first), "place:sao-paulo");
    assert_eq!(second.json()["tags"], first.json()["tags"]);
    assert_eq!(tag_keys(&arabic), "place:الدوحة");
}

#[tokio::test]
async fn a_new_tag_needs_the_scope_and_a_known_one_does_not() {
    let app = TestApp::start().await;
    let writer = app.caller(&[Scope::WriteArticles]).await;
    topics(&app.admin().await, &["known"]).await;
    let article = |name: &str| json!({"headline": "A", "tags": [{"kind": "topic", "name": name}]});

    let known = writer
        .post("/v1/articles", article("KNOWN"))
        .await
        .expect(201);
    let refused = writer
        .post("/v1/articles", article("unknown"))
        .await
        .expect(403);
    let both = app.caller(&[Scope::WriteArticles, Scope::WriteTags]).await;
    both.post("/v1/articles", article("unknown"))
        .await
        .expect(201);

    assert_eq!(tag_keys(&known), "topic:known");
    assert_eq!(refused.member("/scope"), "tags:write");
    assert_eq!(refused.pointers(), ["/tags/0"]);
}

#[tokio::test]
async fn every_unknown_tag_is_named() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["a", "dead"]).await;
    editor.delete("/v1/tags/topic:dead").await.expect(204);
    let tags = json!(["topic:x", "topic:a", "nonsense", {"key": "place:y", "kind": "topic", "name": "a"}, "wikidata:Q9",
        {"kind": "topic", "name": "new"}, "topic:dead", "", "a\u{0}:b"]);
    let path = created(&editor, json!({"headline": "A"})).await;

    let made = editor
        .post("/v1/articles", json!({"headline": "A", "tags": tags}))
        .await;
    let patched = editor.patch(&path, json!({"tags": tags})).await;
    let replaced = editor.put(&format!("{path}/tags"), tags).await;

    for refused in [made, patched] {
        let refused = refused.expect(422);
        assert_eq!(refused.code(), "unknown-tag");
        assert_eq!(
            refused.pointers(),
            [
                "/tags/0", "/tags/2", "/tags/3", "/tags/4", "/tags/6", "/tags/7", "/tags/8"
            ]
        );
    }
    assert_eq!(replaced.expect(422).code(), "unknown-tag");
    editor.get("/v1/tags/topic:new").await.expect(404);
}

#[tokio::test]
async fn a_tag_that_is_no_tag_is_refused_with_its_place() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    for tag in [
        json!({"kind": "topic", "name": "🎉"}),
        json!({"kind": "topic", "name": "\u{64b}"}),
        json!({"kind": "topic", "name": "a\nb"}),
        json!({"name": "a"}),
    ] {
        let tags = json!([{"kind": "topic", "name": "good"}, tag]);
        let refused = editor
            .post("/v1/articles", json!({"headline": "A", "tags": tags}))
            .await
            .expect(422);
        assert_eq!(refused.pointers(), ["/tags/1"], "{tag}");
    }
    for tag in [
        json!(1),
        json!(null),
        json!({"kind": "god", "name": "a"}),
        json!({"key": "topic:a", "extra": 1}),
    ] {
        let refused = editor
            .post("/v1/articles", json!({"headline": "A", "tags": [tag]}))
            .await
            .expect(400);
        assert_eq!(refused.pointers(), ["/tags/0"], "{tag}");
    }
}

#[tokio::test]
async fn one_tag_is_added_moved_and_removed() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["a", "b", "c", "d"]).await;
    let path = created(
        &editor,
        json!({"headline": "A", "tags": ["topic:a", "topic:b"]}),
    )
    .await;

    for (method, end, expected) in [
        (Method::PUT, "topic:c", "topic:a topic:b topic:c"),
        (Method::PUT, "topic:a", "topic:a topic:b topic:c"),
        (
            Method::PUT,
            "topic:d?position=0",
            "topic:d topic:a topic:b topic:c",
        ),
        (
            Method::PUT,
            "topic:d?position=2",
            "topic:a topic:b topic:d topic:c",
        ),
        (
            Method::PUT,
            "topic:a?position=99",
            "topic:b topic:d topic:c topic:a",
        ),
        (
            Method::PUT,
            "topic:c?position=4294967295",
            "topic:b topic:d topic:a topic:c",
        ),
        (
            Method::PUT,
            "topic:a?position=2",
            "topic:b topic:d topic:a topic:c",
        ),
        (Method::DELETE, "topic:d", "topic:b topic:a topic:c"),
        (Method::DELETE, "topic:b", "topic:a topic:c"),
    ] {
        let request = editor.request(method.clone(), &format!("{path}/tags/{end}"));
        let answer = editor.send(request).await.expect(200);
        assert_eq!(tag_keys(&answer), expected, "{method} {end}");
        let article = editor.get(&path).await;
        assert_eq!(tag_keys(&article), expected);
        // The answer's tag can be sent as If-Match.
        assert_eq!(
            answer.header("etag").split('-').next(),
            article.header("etag").split('-').next()
        );
    }
    editor
        .delete(&format!("{path}/tags/topic:d"))
        .await
        .expect(404);
    editor
        .put(&format!("{path}/tags/topic:x"), json!(null))
        .await
        .expect(404);
    editor
        .put(&format!("{path}/tags/nonsense"), json!(null))
        .await
        .expect(404);
    for position in ["-1", "x", "1.5", "4294967296"] {
        let refused = editor
            .put(
                &format!("{path}/tags/topic:a?position={position}"),
                json!(null),
            )
            .await;
        assert_eq!(
            refused.expect(400).member("/errors/0/parameter"),
            "position"
        );
    }
}

#[tokio::test]
async fn a_tag_is_reached_by_a_former_key_and_by_an_identifier() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["a", "old"]).await;
    let names = json!({"slug": "new", "external_ids": [{"authority": "wikidata", "id": "Q1"}]});
    editor.patch("/v1/tags/topic:old", names).await.expect(200);
    let path = created(&editor, json!({"headline": "A", "tags": ["topic:a"]})).await;
    let put = async |end: &str| {
        tag_keys(
            &editor
                .put(&format!("{path}/tags/{end}"), json!(null))
                .await
                .expect(200),
        )
    };

    assert_eq!(put("topic:old").await, "topic:a topic:new");
    assert_eq!(put("wikidata:Q1?position=0").await, "topic:new topic:a");
    let removed = editor
        .delete(&format!("{path}/tags/wikidata:Q1"))
        .await
        .expect(200);
    assert_eq!(tag_keys(&removed), "topic:a");
}

#[tokio::test]
async fn all_tags_are_replaced_at_once() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["a", "b", "c"]).await;
    let path = format!(
        "{}/tags",
        created(
            &editor,
            json!({"headline": "A", "tags": ["topic:a", "topic:b"]})
        )
        .await
    );

    let replaced = editor
        .put(&path, json!([{"key": "topic:c"}, "topic:a"]))
        .await
        .expect(200);
    let emptied = editor.put(&path, json!([])).await.expect(200);

    assert_eq!(tag_keys(&replaced), "topic:c topic:a");
    assert_eq!(emptied.json(), json!({"items": []}));
    assert_eq!(emptied.header("cache-control"), "private, no-store");
    editor.put(&path, json!({"tags": []})).await.expect(400);
}

#[tokio::test]
async fn an_article_carries_at_most_100_tags_however_they_come() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["more"]).await;
    let names: Vec<Value> = (0..100)
        .map(|number| json!({"kind": "topic", "name": format!("t{number}")}))
        .collect();
    let path = created(&editor, json!({"headline": "A", "tags": names})).await;

    let one_more = editor
        .put(&format!("{path}/tags/topic:more"), json!(null))
        .await;
    let moved = editor
        .put(&format!("{path}/tags/topic:t99?position=0"), json!(null))
        .await;
    let patched = editor.patch(&path, json!({"summary": "s"})).await;

    assert_eq!(one_more.expect(422).pointers(), ["/tags"]);
    moved.expect(200);
    patched.expect(200);
}

#[tokio::test]
async fn what_changes_no_tag_keeps_the_version_and_what_does_keeps_the_conditions() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["a", "b"]).await;
    let path = created(
        &editor,
        json!({"headline": "A", "tags": ["topic:a", "topic:b"]}),
    )
    .await;
    let put = async |end: &str, body: Value, tag: &str| {
        let request = editor
            .request(Method::PUT, &format!("{path}/{end}"))
            .json(&body);
        editor.send(request.header("if-match", tag)).await
    };

    put("tags", json!(["topic:a", "topic:b"]), "\"1-0\"")
        .await
        .expect(200);
    put("tags/topic:b", json!(null), "\"1-0\"")
        .await
        .expect(200);
    put("tags/topic:b?position=1", json!(null), "\"1-0\"")
        .await
        .expect(200);
    assert_eq!(editor.get(&path).await.member("/version"), "1");
    put("tags/topic:b?position=0", json!(null), "\"1-0\"")
        .await
        .expect(200);
    assert_eq!(
        put("tags", json!([]), "\"1-0\"")
            .await
            .expect(412)
            .member("/version"),
        "2"
    );
}

//! `/v1/articles/{id}/tags`

use reqwest::Method;
use serde_json::{Value, json};

use super::{created, tag_keys, topics};
use crate::support::TestApp;

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

//! `PATCH /v1/articles/{id}`

use dateline::keys::Scope;
use reqwest::Method;
use serde_json::json;

use super::{created, published, tag_keys, topics};
use crate::support::{Story, TestApp};

#[tokio::test]
async fn what_is_absent_stays_and_null_resets() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let article = json!({"headline": "A", "summary": "s", "byline": "b", "language": "ar", "kind": "video",
        "key_points": ["k"], "external_ids": [{"source": "a", "id": "1"}], "body": "x y"});
    let path = created(&editor, article).await;

    let changes = json!({"byline": null, "language": null, "kind": null, "key_points": null, "external_ids": null, "dateline": "D"});
    let patched = editor.patch(&path, changes).await.expect(200);

    let told = [
        "summary",
        "byline",
        "language",
        "kind",
        "key_points",
        "external_ids",
        "dateline",
        "word_count",
        "version",
    ];
    let told = told.map(|field| patched.json()[field].clone());
    assert_eq!(
        json!(told),
        json!(["s", null, "en", "article", [], [], "D", 2, 2])
    );
}

#[tokio::test]
async fn a_patch_that_changes_nothing_keeps_the_version() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["x", "y"]).await;
    let article = json!({"headline": "A", "tags": ["topic:x", "topic:y"], "custom": {"z": 1, "a": {"n": 1.0, "e": 1e300}},
        "published_at": "2026-11-01T00:00:00Z", "status": "published"});
    let path = created(&editor, article).await;
    let before = editor.get(&path).await;
    app.advance(10);

    for nothing in [
        json!({}),
        json!({"headline": "A"}),
        json!({"summary": null}),
        json!({"tags": ["topic:x", {"kind": "topic", "name": " Y"}, "topic:x"]}),
        json!({"published_at": "2026-11-01T03:00:00+03:00"}),
        json!({"custom": {"a": {"e": 1e300, "n": 1.0}, "z": 1, "none": null}}),
    ] {
        let patched = editor.patch(&path, nothing.clone()).await.expect(200);
        assert_eq!(patched.json(), before.json(), "{nothing}");
        assert_eq!(patched.header("etag"), before.header("etag"), "{nothing}");
    }
}

#[tokio::test]
async fn a_misspelt_member_is_refused_even_when_it_is_null() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = created(&editor, json!({"headline": "A"})).await;

    let refused = editor
        .patch(&path, json!({"sumary": null}))
        .await
        .expect(400);
    let headless = editor
        .patch(&path, json!({"headline": null}))
        .await
        .expect(422);

    assert_eq!(refused.pointers(), ["/sumary"]);
    assert_eq!(headless.pointers(), ["/headline"]);
}

#[tokio::test]
async fn a_merge_patch_may_say_what_it_is() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = created(&editor, json!({"headline": "A"})).await;
    let send = async |kind: &str, body: &'static str| {
        let request = editor
            .request(Method::PATCH, &path)
            .header("content-type", kind);
        editor.send(request.body(body)).await
    };

    send("application/merge-patch+json", r#"{"summary": "s"}"#)
        .await
        .expect(200);
    let refused = send("application/json-patch+json", "[]").await.expect(415);
    send("application/merge-patch+json", "[]").await.expect(400);

    assert!(
        refused
            .header("accept-patch")
            .contains("application/merge-patch+json")
    );
}

#[tokio::test]
async fn tags_are_replaced_whole() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["x", "y", "z"]).await;
    let path = created(
        &editor,
        json!({"headline": "A", "tags": ["topic:x", "topic:y"]}),
    )
    .await;

    let other = editor
        .patch(&path, json!({"tags": ["topic:z", "topic:x"]}))
        .await
        .expect(200);
    let kept = editor
        .patch(&path, json!({"summary": "s"}))
        .await
        .expect(200);
    let none = editor.patch(&path, json!({"tags": null})).await.expect(200);

    assert_eq!(tag_keys(&other), "topic:z topic:x");
    assert_eq!(tag_keys(&kept), "topic:z topic:x");
    assert_eq!(tag_keys(&none), "");
}

#[tokio::test]
async fn publishing_by_patch_dates_the_article_once() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = created(&editor, json!({"headline": "A"})).await;
    app.advance(10);

    let first = editor
        .patch(&path, json!({"status": "published"}))
        .await
        .expect(200);
    app.advance(10);
    editor
        .patch(&path, json!({"status": "draft"}))
        .await
        .expect(200);
    let second = editor
        .patch(&path, json!({"status": "published"}))
        .await
        .expect(200);

    assert_eq!(first.member("/published_at"), first.member("/modified_at"));
    assert_eq!(
        second.member("/published_at"),
        first.member("/published_at")
    );
    assert_ne!(second.member("/modified_at"), first.member("/modified_at"));
}

#[tokio::test]
async fn an_address_or_id_that_is_taken_changes_nothing() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let owner = json!({"headline": "A", "canonical_url": "https://a.example/", "external_ids": [{"source": "cms", "id": "1"}]});
    let owner = created(&editor, owner).await;
    let path = published(&editor, "B").await;

    let address = editor
        .patch(
            &path,
            json!({"summary": "s", "canonical_url": "https://A.example/#x"}),
        )
        .await
        .expect(409);
    let id = editor
        .patch(
            &path,
            json!({"summary": "s", "external_ids": [{"source": "cms", "id": "1"}]}),
        )
        .await
        .expect(409);

    assert_eq!(
        (address.code(), id.code()),
        (
            "canonical-url-taken".to_owned(),
            "external-id-taken".to_owned()
        )
    );
    assert_eq!(address.member("/article_id"), super::id_of(&owner));
    assert_eq!(id.member("/article_id"), super::id_of(&owner));
    assert_eq!(editor.get(&path).await.member("/version"), "1");
}

#[tokio::test]
async fn an_address_that_was_given_up_is_free() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let names = json!({"canonical_url": "https://a.example/", "external_ids": [{"source": "cms", "id": "1"}]});
    let (first, second) = (published(&editor, "A").await, published(&editor, "B").await);

    editor.patch(&first, names.clone()).await.expect(200);
    editor
        .patch(&first, json!({"canonical_url": null, "external_ids": []}))
        .await
        .expect(200);

    editor.patch(&second, names).await.expect(200);
}

#[tokio::test]
async fn an_article_that_does_not_exist_cannot_be_changed() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let nothing = "/v1/articles/0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10";

    editor
        .patch(nothing, json!({"headline": "A"}))
        .await
        .expect(404);
    editor.delete(nothing).await.expect(404);
    editor
        .post(&format!("{nothing}/restore"), json!(null))
        .await
        .expect(404);
    editor
        .put(&format!("{nothing}/tags"), json!([]))
        .await
        .expect(404);
}

/// Source: RFC 7396, appendix A; `custom` is an object, so each document is a member of it.
#[tokio::test]
async fn a_merge_patch_does_what_its_standard_says() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteArticles]).await;
    for (before, patch, after) in [
        (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
        (
            json!({"a": "b"}),
            json!({"b": "c"}),
            json!({"a": "b", "b": "c"}),
        ),
        (json!({"a": "b"}), json!({"a": null}), json!({})),
        (
            json!({"a": "b", "b": "c"}),
            json!({"a": null}),
            json!({"b": "c"}),
        ),
        (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
        (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
        (
            json!({"a": {"b": "c"}}),
            json!({"a": {"b": "d", "c": null}}),
            json!({"a": {"b": "d"}}),
        ),
        (
            json!({"a": [{"b": "c"}]}),
            json!({"a": [1]}),
            json!({"a": [1]}),
        ),
        (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
        (json!({"a": "b"}), json!(["c"]), json!(["c"])),
        (json!({"a": "foo"}), json!("bar"), json!("bar")),
        (
            json!({"e": null}),
            json!({"a": 1}),
            json!({"e": null, "a": 1}),
        ),
        (
            json!([1, 2]),
            json!({"a": "b", "c": null}),
            json!({"a": "b"}),
        ),
        (
            json!({}),
            json!({"a": {"bb": {"ccc": null}}}),
            json!({"a": {"bb": {}}}),
        ),
    ] {
        let story = Story::create(&editor, json!({"custom": {"v": before}})).await;
        let path = format!("/v1/articles/{}", story.id);

        let patched = editor
            .patch(&path, json!({"custom": {"v": patch}}))
            .await
            .expect(200);

        assert_eq!(
            patched.json()["custom"],
            json!({"v": after}),
            "{before} {patch}"
        );
    }
    let story = Story::create(&editor, json!({"custom": {"v": {"a": "foo"}}})).await;
    let path = format!("/v1/articles/{}", story.id);
    let removed = editor
        .patch(&path, json!({"custom": {"v": null}}))
        .await
        .expect(200);
    assert_eq!(removed.json()["custom"], json!({}));
}

//! `DELETE /v1/articles/{id}` and `POST /v1/articles/{id}/restore`

use reqwest::Method;
use serde_json::json;

use super::{created, headlines, id_of, published};
use crate::support::TestApp;

#[tokio::test]
async fn a_deleted_article_is_gone_for_the_public_and_kept_for_editors() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = published(&editor, "A").await;

    let deleted = editor.delete(&path).await.expect(204);

    assert!(deleted.body.is_empty());
    assert_eq!(app.anybody().get(&path).await.expect(410).code(), "gone");
    assert_eq!(headlines(&app.anybody().get("/v1/articles").await), "");
    let kept = editor.get(&path).await.expect(200);
    assert_eq!(
        (
            kept.member("/visibility"),
            kept.member("/status"),
            kept.member("/version")
        ),
        ("deleted".into(), "published".into(), "2".into())
    );
    for query in ["visibility=deleted", "status=deleted"] {
        assert_eq!(
            headlines(&editor.get(&format!("/v1/articles?{query}")).await),
            "A"
        );
    }
    for query in ["status=published", "visibility=live"] {
        assert_eq!(
            headlines(&editor.get(&format!("/v1/articles?{query}")).await),
            ""
        );
    }
}

#[tokio::test]
async fn a_restored_article_is_as_it_was() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let article = json!({"headline": "A", "status": "published", "canonical_url": "https://a.example/", "body": "x y",
        "tags": [{"kind": "topic", "name": "b"}, {"kind": "topic", "name": "a"}], "external_ids": [{"source": "cms", "id": "1"}]});
    let path = created(&editor, article).await;
    let before = editor.get(&format!("{path}?include=body")).await.json();

    editor.delete(&path).await.expect(204);
    let restored = editor
        .post(&format!("{path}/restore"), json!(null))
        .await
        .expect(200);
    let again = editor
        .post(&format!("{path}/restore"), json!(null))
        .await
        .expect(200);

    let mut after = editor.get(&format!("{path}?include=body")).await.json();
    assert_eq!(after["version"], json!(3));
    for changed in ["version", "modified_at"] {
        after[changed] = before[changed].clone();
    }
    assert_eq!(after, before);
    assert_eq!(again.json(), restored.json());
    app.anybody().get(&path).await.expect(200);
}

#[tokio::test]
async fn nothing_but_restoring_can_be_done_to_a_deleted_article() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    super::topics(&editor, &["x"]).await;
    let article = json!({"headline": "A", "canonical_url": "https://a.example/", "external_ids": [{"source": "cms", "id": "1"}], "tags": ["topic:x"]});
    let path = created(&editor, article).await;
    editor.delete(&path).await.expect(204);

    let (tags, tag) = (format!("{path}/tags"), format!("{path}/tags/topic:x"));
    let article = json!({"headline": "B"});
    for (method, path, body) in [
        (Method::PUT, path.as_str(), article.clone()),
        (Method::PATCH, &path, article.clone()),
        (
            Method::PUT,
            "/v1/articles/by-url?url=https://a.example/",
            article.clone(),
        ),
        (Method::PUT, "/v1/articles/by-external-id/cms/1", article),
        (
            Method::POST,
            "/v1/articles",
            json!({"headline": "B", "canonical_url": "https://a.example"}),
        ),
        (
            Method::POST,
            "/v1/articles",
            json!({"headline": "B", "external_ids": [{"source": "cms", "id": "1"}]}),
        ),
        (Method::PUT, &tags, json!([])),
        (Method::PUT, &tag, json!(null)),
        (Method::DELETE, &tag, json!(null)),
    ] {
        let refused = editor
            .send(editor.request(method.clone(), path).json(&body))
            .await
            .expect(409);
        assert_eq!(refused.code(), "article-deleted", "{method} {path}");
        let named = if path.starts_with("/v1/articles/") || method == Method::POST {
            refused.member("/article_id")
        } else {
            String::new()
        };
        assert_eq!(
            named,
            id_of(
                &editor
                    .get("/v1/articles?status=deleted")
                    .await
                    .member("/items/0/id")
            )
        );
    }
    editor.delete(&path).await.expect(404);
    assert_eq!(editor.get(&path).await.member("/version"), "2");
}

#[tokio::test]
async fn deleting_and_restoring_keep_their_conditions() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = published(&editor, "A").await;
    let restore = format!("{path}/restore");
    let send = async |method, path: &str, tag: &str| {
        editor
            .send(editor.request(method, path).header("if-match", tag))
            .await
    };

    let stale = send(Method::DELETE, &path, "\"7-0\"").await.expect(412);
    send(Method::DELETE, &path, "\"7-0\", \"1-0\"")
        .await
        .expect(204);
    send(Method::POST, &restore, "\"1-0\"").await.expect(412);
    send(Method::POST, &restore, "\"2-0\"").await.expect(200);

    assert_eq!(stale.code(), "precondition-failed");
    assert_eq!(stale.member("/version"), "1");
}

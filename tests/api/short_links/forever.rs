//! Nothing frees a code

use reqwest::Method;
use serde_json::json;

use crate::support::{Story, TestApp};

#[tokio::test]
async fn a_deleted_link_is_gone_and_stays_gone() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let link = json!({"target_url": "https://news.example/", "code": "eid"});
    editor
        .post("/v1/short-links", link.clone())
        .await
        .expect(201);
    let path = "/v1/short-links/exmp.news/eid";

    editor.delete(path).await.expect(204);

    let found = editor.get(path).await.expect(200);
    assert_eq!(
        (found.member("/status"), found.member("/version")),
        ("gone".into(), "2".into())
    );
    app.follow(Method::GET, "exmp.news", "/eid")
        .await
        .expect(410);
    let again = editor.post("/v1/short-links", link).await.expect(409);
    assert_eq!(
        (again.code(), again.pointers()),
        ("code-taken".into(), vec!["/code".into()])
    );
    for patch in [
        json!({"status": "active"}),
        json!({"status": "disabled"}),
        json!({"expires_at": null}),
        json!({}),
    ] {
        assert_eq!(
            editor.patch(path, patch).await.expect(409).code(),
            "link-gone"
        );
    }
    editor.delete(path).await.expect(204);
    assert_eq!(editor.get(path).await.member("/version"), "2");
}

#[tokio::test]
async fn an_expired_link_keeps_its_code() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let end = (app.now() + chrono::TimeDelta::seconds(60)).to_rfc3339();
    let link = json!({"target_url": "https://news.example/", "code": "eid", "expires_at": end});
    editor
        .post("/v1/short-links", link.clone())
        .await
        .expect(201);

    app.advance(3600);

    assert_eq!(
        editor
            .post("/v1/short-links", link)
            .await
            .expect(409)
            .code(),
        "code-taken"
    );
    app.follow(Method::GET, "exmp.news", "/eid")
        .await
        .expect(410);
    editor
        .patch("/v1/short-links/exmp.news/eid", json!({"expires_at": null}))
        .await
        .expect(200);
    app.follow(Method::GET, "exmp.news", "/eid")
        .await
        .expect(302);
}

#[tokio::test]
async fn the_database_itself_frees_no_code() {
    let app = TestApp::start().await;
    Story::publish(&app.admin().await, "https://news.example/a").await;

    for sql in [
        "delete from short_links",
        "truncate short_links cascade",
        "update short_links set code = 'other-code'",
        "update short_links set domain = 'other.example'",
        "delete from articles",
    ] {
        assert!(app.execute(sql).await.is_err(), "{sql}");
    }
    assert_eq!(
        app.lines("select count(*)::text as line from short_links")
            .await,
        ["1"]
    );
}

#[tokio::test]
async fn a_deleted_articles_link_is_kept_for_it() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    editor.delete(&story.path()).await.expect(204);
    let gone = app
        .follow(Method::GET, "exmp.news", &format!("/{}", story.code))
        .await;

    editor
        .post(&format!("{}/restore", story.path()), json!({}))
        .await
        .expect(200);

    gone.expect(410);
    let followed = app
        .follow(Method::GET, "exmp.news", &format!("/{}", story.code))
        .await
        .expect(302);
    assert_eq!(followed.header("location"), "https://news.example/a");
}

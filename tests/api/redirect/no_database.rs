//! What is answered while the database cannot be reached

use reqwest::Method;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn a_code_that_no_link_can_have_is_never_asked_for_in_the_database() {
    let app = TestApp::start().await;
    app.database.close().await;

    for path in ["/bcdfgh", "/222222223", "/x", "/a.b", "/", "/a/b", "/%FF"] {
        let answer = app.follow(Method::GET, "exmp.news", path).await.expect(404);
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=10",
            "{path}"
        );
    }
    app.follow(Method::OPTIONS, "exmp.news", "/eid")
        .await
        .expect(204);
    app.follow(Method::POST, "exmp.news", "/eid")
        .await
        .expect(405);
}

#[tokio::test]
async fn a_reader_is_asked_to_try_again() {
    let app = TestApp::start().await;
    let link = json!({"target_url": "https://news.example/", "code": "eid"});
    app.admin()
        .await
        .post("/v1/short-links", link)
        .await
        .expect(201);
    app.database.close().await;

    let answer = app.follow(Method::GET, "exmp.news", "/eid").await;

    insta::assert_snapshot!(answer, @r#"
    503 Service Unavailable
    cache-control: no-store
    content-type: text/html; charset=utf-8
    retry-after: 2
    x-robots-tag: noindex

    <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex"><title>Try again</title></head><body><p>The service is briefly unavailable. Please try again in a moment.</p></body></html>
    "#);
}

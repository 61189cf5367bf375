//! `GET /{code}` on the public listener

use reqwest::Method;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn a_short_link_leads_to_its_article() {
    let app = TestApp::start().await;
    let article =
        json!({"headline": "A", "status": "published", "canonical_url": "https://news.example/a"});
    let article = app
        .admin()
        .await
        .post("/v1/articles", article)
        .await
        .expect(201);

    let code = article
        .member("/short_url")
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned();
    let followed = app
        .follow(Method::GET, "exmp.news", &format!("/{code}"))
        .await;

    insta::assert_snapshot!(followed, @"");
}

//! `GET /{code}` on the public listener

mod answers;
mod channels;
mod forwarding;
mod hosts;
mod leakage;
mod legacy;
mod no_database;
mod preview;
mod qr;
mod secrets;
mod suggestions;
mod typing;

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

    insta::assert_snapshot!(followed, @r#"
    302 Found
    cache-control: private, no-store
    content-type: text/html; charset=utf-8
    link: <https://news.example/a>; rel="canonical"
    location: https://news.example/a
    x-robots-tag: noindex

    <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex"><title>Found</title></head><body><p><a href="https://news.example/a">https://news.example/a</a></p></body></html>
    "#);
}

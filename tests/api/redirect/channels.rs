//! `/{code}/{channel}`

use reqwest::Method;
use serde_json::json;

use crate::support::{Story, TestApp};

#[tokio::test]
async fn a_channel_leads_where_its_link_leads() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let Story { code, .. } = Story::publish(&editor, "https://news.example/a").await;
    let alone = app
        .follow(Method::GET, "exmp.news", &format!("/{code}"))
        .await
        .expect(302);

    for channel in ["a", "print", "PRINT", "newsletterab", "print/", "print."] {
        for method in [Method::GET, Method::HEAD] {
            let path = format!("/{code}/{channel}");
            let followed = app.follow(method.clone(), "exmp.news", &path).await;
            assert_eq!(followed.status, 302, "{method} {path}");
            assert_eq!(followed.header("location"), "https://news.example/a");
            let body = if method == Method::GET {
                alone.text()
            } else {
                String::new()
            };
            assert_eq!(followed.text(), body, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn what_is_no_channel_is_404() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let Story { code, .. } = Story::publish(&editor, "https://news.example/a").await;

    for channel in [
        "newsletterabc",
        "p1",
        "a-b",
        "%D9%85",
        "print/x",
        "print//",
        "%2Fprint",
    ] {
        let path = format!("/{code}/{channel}");
        let answer = app.follow(Method::GET, "exmp.news", &path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=10",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_link_that_is_gone_is_gone_on_every_channel() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let link = json!({"target_url": "https://news.example/x", "code": "gone-one"});
    editor.post("/v1/short-links", link).await.expect(201);
    editor
        .delete("/v1/short-links/exmp.news/gone-one")
        .await
        .expect(204);

    for ending in ["", "/print", "+", ".svg", ".png"] {
        let path = format!("/gone-one{ending}");
        let answer = app.follow(Method::GET, "exmp.news", &path).await;
        assert_eq!(answer.status, 410, "{path}");
    }
}

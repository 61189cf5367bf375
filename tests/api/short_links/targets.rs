//! Where a link may lead

use dateline::keys::Scope;
use reqwest::Method;
use serde_json::json;

use super::refused;
use crate::support::{Story, TestApp};

#[tokio::test]
async fn a_link_can_lead_to_an_address_on_any_domain() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteLinks]).await;

    let link = json!({"target_url": "https://news.example/style?a=1#b", "domain": "ARAB.example"});
    let created = editor.post("/v1/short-links", link).await.expect(201);

    assert_eq!(
        created.json()["target"],
        json!({"type": "url", "article_id": null, "url": "https://news.example/style?a=1#b"})
    );
    assert_eq!(
        (created.member("/domain"), created.member("/primary")),
        ("arab.example".into(), "false".into())
    );
    let code = created.member("/code");
    assert_eq!(
        created.member("/url"),
        format!("https://arab.example/{code}")
    );
    let followed = app
        .follow(Method::GET, "arab.example", &format!("/{code}"))
        .await
        .expect(302);
    assert_eq!(
        followed.header("location"),
        "https://news.example/style?a=1#b"
    );
    app.follow(Method::GET, "exmp.news", &format!("/{code}"))
        .await
        .expect(404);
}

#[tokio::test]
async fn a_target_leads_out_to_the_web() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteLinks]).await;
    let link = |address: &str| json!({"target_url": address});
    let address = |bytes: usize| format!("https://news.example/{}", "x".repeat(bytes - 21));

    for address in [
        "http://news.example",
        "HTTPS://News.example/a?b=c#d",
        "https://مثال.example/مرفأ",
        "https://news.example:8443/",
        &address(2048),
    ] {
        let created = editor
            .post("/v1/short-links", link(address))
            .await
            .expect(201);
        assert_eq!(created.member("/target/url"), address);
        let followed = app
            .follow(
                Method::GET,
                "exmp.news",
                &format!("/{}", created.member("/code")),
            )
            .await
            .expect(302);
        assert!(followed.header("location").is_ascii() && !followed.header("location").is_empty());
    }
    for address in [
        "",
        "news.example",
        "//news.example/",
        "/a",
        "ftp://news.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@b.example",
        "https://user@news.example/",
        "https://user:pass@news.example/",
        "https://:pass@news.example/",
        "https://",
        "https://a b/",
        "https://news.example/\u{0}",
        "https://news.example/\r\nx",
        "https://news.example/a\u{202e}b",
        " https://news.example/",
        &address(2049),
        &format!("https://news.example/{}", "م".repeat(700)),
        "https://exmp.news/eid",
        "http://EXMP.news:80/",
        "https://arab.example",
        "https://exmp%2Enews/a",
        "https://exmp.news./a",
    ] {
        assert_eq!(
            refused(&editor, link(address)).await,
            ["/target_url"],
            "{address}"
        );
    }
}

#[tokio::test]
async fn a_link_has_one_target_that_exists() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;

    assert_eq!(refused(&editor, json!({})).await, ["/article_id"]);
    let both = json!({"article_id": story.id, "target_url": "https://news.example/"});
    assert_eq!(refused(&editor, both).await, ["/target_url"]);
    let nobody = json!({"article_id": "01990000-0000-7000-8000-000000000001"});
    assert_eq!(refused(&editor, nobody).await, ["/article_id"]);
    editor.delete(&story.path()).await.expect(204);
    assert_eq!(
        refused(&editor, json!({"article_id": story.id})).await,
        ["/article_id"]
    );
}

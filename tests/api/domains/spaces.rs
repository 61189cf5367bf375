//! Code spaces, and who learns of a domain

use std::time::Instant;

use dateline::base::{coherence::STALENESS_BOUND, config::ShortBase};
use reqwest::Method;
use serde_json::json;

use crate::support::{Client, TestApp};

async fn give(editor: &Client<'_>, domain: &str, code: &str, address: &str) {
    let link = json!({"domain": domain, "code": code, "target_url": address});
    editor.post("/v1/short-links", link).await.expect(201);
}

async fn leads(app: &TestApp, domain: &str, code: &str) -> String {
    let answer = app.follow(Method::GET, domain, &format!("/{code}")).await;
    answer.header("location").to_owned()
}

#[tokio::test]
async fn each_domain_has_codes_of_its_own() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let domain = json!({"base_url": "https://eid.example"});
    admin.post("/v1/domains", domain).await.expect(201);

    for domain in ["exmp.news", "arab.example", "eid.example"] {
        give(
            &admin,
            domain,
            "feast",
            &format!("https://news.example/{domain}"),
        )
        .await;
    }

    for domain in ["exmp.news", "arab.example", "eid.example"] {
        assert_eq!(
            leads(&app, domain, "feast").await,
            format!("https://news.example/{domain}")
        );
    }
    admin
        .delete("/v1/short-links/eid.example/feast")
        .await
        .expect(204);
    app.follow(Method::GET, "eid.example", "/feast")
        .await
        .expect(410);
    app.follow(Method::GET, "exmp.news", "/feast")
        .await
        .expect(302);
    let link = json!({"domain": "eid.example", "target_url": "https://news.example/"});
    let made = admin.post("/v1/short-links", link).await.expect(201);
    assert_eq!(
        made.member("/url"),
        format!("https://eid.example/{}", made.member("/code"))
    );
    let back = json!({"target_url": "https://eid.example/feast"});
    let refused = admin.post("/v1/short-links", back).await.expect(422);
    assert_eq!(refused.pointers(), ["/target_url"]);
}

#[tokio::test]
async fn other_instances_learn_of_a_domain_in_time() {
    let app = TestApp::start().await;
    let other = app.beside(|_| {});
    let admin = app.admin().await;
    app.listening().await;
    other.listening().await;
    give(&admin, "exmp.news", "feast", "https://news.example/default").await;
    assert_eq!(
        leads(&other, "eid.example", "feast").await,
        "https://news.example/default"
    );

    let domain = json!({"base_url": "https://eid.example"});
    admin.post("/v1/domains", domain).await.expect(201);
    give(&admin, "eid.example", "feast", "https://news.example/eid").await;
    let done = Instant::now();

    assert_eq!(
        leads(&app, "eid.example", "feast").await,
        "https://news.example/eid"
    );
    while leads(&other, "eid.example", "feast").await != "https://news.example/eid" {
        assert!(done.elapsed() < STALENESS_BOUND);
    }
    let editor = other.admin().await;
    let link = json!({"domain": "eid.example", "target_url": "https://news.example/"});
    editor.post("/v1/short-links", link).await.expect(201);
}

#[tokio::test]
async fn the_settings_do_not_overwrite_what_the_database_has() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    give(&admin, "arab.example", "feast", "https://news.example/arab").await;

    let restarted = app.beside(|config| {
        let base = |address: &str| ShortBase::parse(address).expect("a base address");
        config.short_base_urls = vec![base("https://later.example"), base("http://exmp.news")];
    });

    let list = restarted.admin().await.get("/v1/domains").await.expect(200);
    assert_eq!(
        list.json(),
        admin.get("/v1/domains").await.expect(200).json()
    );
    assert_eq!(list.json()["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        leads(&restarted, "arab.example", "feast").await,
        "https://news.example/arab"
    );
    let link = json!({"target_url": "https://news.example/"});
    let made = restarted
        .admin()
        .await
        .post("/v1/short-links", link)
        .await
        .expect(201);
    assert!(
        made.member("/url").starts_with("https://exmp.news/"),
        "{}",
        made.text()
    );
}

//! What a domain leads to without a code, and with an unknown one

use reqwest::Method;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn a_domain_without_a_code_leads_to_its_page() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    app.follow(Method::GET, "arab.example", "/")
        .await
        .expect(404);

    let pages = json!({"root_url": "https://news.example/عربي", "unknown_url": "https://news.example/lost"});
    admin
        .patch("/v1/domains/arab.example", pages)
        .await
        .expect(200);

    let root = app
        .follow(Method::GET, "ARAB.example:443", "/")
        .await
        .expect(302);
    assert_eq!(
        root.header("location"),
        "https://news.example/%D8%B9%D8%B1%D8%A8%D9%8A"
    );
    for path in [
        "/nowhere",
        "/bcdfgh",
        "/nowhere/print",
        "/nowhere+",
        "/nowhere.svg",
    ] {
        let unknown = app
            .follow(Method::GET, "arab.example", path)
            .await
            .expect(302);
        assert_eq!(
            unknown.header("location"),
            "https://news.example/lost",
            "{path}"
        );
        assert_eq!(unknown.header("cache-control"), "no-store", "{path}");
    }
    for path in ["/", "/nowhere"] {
        app.follow(Method::GET, "exmp.news", path).await.expect(404);
    }

    let none = json!({"root_url": null, "unknown_url": null});
    admin
        .patch("/v1/domains/arab.example", none)
        .await
        .expect(200);
    for path in ["/", "/nowhere"] {
        app.follow(Method::GET, "arab.example", path)
            .await
            .expect(404);
    }
}

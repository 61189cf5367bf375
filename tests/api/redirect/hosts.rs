//! Which short domain a host names

use reqwest::Method;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn the_host_chooses_the_domain_and_an_unknown_one_gets_the_default() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    for domain in ["exmp.news", "arab.example"] {
        let link = json!({"target_url": format!("https://news.example/{domain}"), "code": "eid", "domain": domain});
        editor.post("/v1/short-links", link).await.expect(201);
    }

    for (host, domain) in [
        ("exmp.news", "exmp.news"),
        ("EXMP.News", "exmp.news"),
        ("exmp.news:443", "exmp.news"),
        ("exmp.news:80", "exmp.news"),
        ("arab.example", "arab.example"),
        ("ARAB.EXAMPLE:443", "arab.example"),
        ("arab.example.", "arab.example"),
        ("arab.example.:443", "arab.example"),
        ("other.example", "exmp.news"),
        ("127.0.0.1:1234", "exmp.news"),
        ("localhost", "exmp.news"),
        ("www.arab.example", "exmp.news"),
        ("arab.example:8443", "exmp.news"),
        ("[::1]:80", "exmp.news"),
    ] {
        let followed = app.follow(Method::GET, host, "/eid").await.expect(302);
        assert_eq!(
            followed.header("location"),
            format!("https://news.example/{domain}"),
            "{host}"
        );
    }
}

//! Health, version, and the pages of the documentation

use reqwest::Method;

use crate::support::TestApp;

#[tokio::test]
async fn a_service_with_its_database_lives_and_is_ready() {
    let app = TestApp::start().await;

    let (lives, is_ready) = (
        app.anybody().get("/livez").await,
        app.anybody().get("/readyz").await,
    );

    insta::assert_snapshot!(lives, @r#"
    200 OK
    cache-control: no-store
    content-type: application/json

    {
      "status": "ok"
    }
    "#);
    assert_eq!(lives.to_string(), is_ready.to_string());
}

#[tokio::test]
async fn the_version_is_that_of_the_package() {
    let app = TestApp::start().await;

    let told = app.anybody().get("/version").await.expect(200);

    assert_eq!(told.member("/name"), "dateline");
    assert_eq!(told.member("/version"), env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn the_front_page_leads_to_the_documentation() {
    let app = TestApp::start().await;

    let index = app.anybody().get("/").await.expect(200);

    for place in ["/docs", "/openapi"] {
        app.anybody().get(&index.member(place)).await.expect(200);
    }
}

#[tokio::test]
async fn the_document_is_the_same_in_both_notations() {
    let app = TestApp::start().await;

    let json = app.anybody().get("/openapi.json").await.expect(200);
    let yaml = app.anybody().get("/openapi.yaml").await.expect(200);

    assert_eq!(json.header("content-type"), "application/json");
    assert_eq!(yaml.header("content-type"), "application/yaml");
    let title = json.member("/info/title");
    assert!(yaml.text().contains(&format!("title: {title}\n")));
    let operations = yaml.text().matches("operationId:").count();
    assert_eq!(json.text().matches("\"operationId\":").count(), operations);
}

/// The addresses that a page of HTML loads.
fn loads(page: &str) -> Vec<String> {
    let parts = page.split(['"', '\'']).collect::<Vec<_>>();
    let pairs = parts.windows(2);
    let named = pairs.filter(|pair| pair[0].ends_with("src=") || pair[0].ends_with("href="));
    named.map(|pair| pair[1].to_owned()).collect()
}

#[tokio::test]
async fn swagger_ui_comes_from_the_service_alone() {
    let app = TestApp::start().await;
    let nobody = app.anybody();

    let moved = nobody.get("/docs").await.expect(307);
    let page = nobody.get("/docs/").await.expect(200);

    assert_eq!(moved.header("location"), "/docs/");
    assert_eq!(page.header("content-type"), "text/html");
    let files = loads(&page.text());
    assert!(files.len() >= 4, "{files:?}");
    for file in files {
        assert!(!file.contains("//"), "{file} comes from elsewhere");
        let path = format!("/docs/{}", file.trim_start_matches("./"));
        let plain = nobody.get(&path).await.expect(200);
        if path.ends_with("initializer.js") {
            continue;
        }
        let packed = nobody.request(Method::GET, &path);
        let packed = nobody.send(packed.header("accept-encoding", "gzip")).await;
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
        for answer in [&plain, &packed] {
            assert_eq!(answer.header("vary"), "Accept-Encoding", "{path}");
        }
        assert_eq!(packed.unpacked(), plain.body, "{path}");
    }
    let start = nobody.get("/docs/swagger-initializer.js").await.expect(200);
    for setting in [
        "\"/openapi.json\"",
        "\"validatorUrl\": \"none\"",
        "\"persistAuthorization\": true",
    ] {
        assert!(
            start.text().contains(setting),
            "{setting} in {}",
            start.text()
        );
    }
}

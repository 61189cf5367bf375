//! `GET /v1/short-links`

use serde_json::json;

use crate::support::{Answer, Client, Story, TestApp};

fn codes(list: &Answer) -> Vec<String> {
    let list = list.json();
    let items = list["items"].as_array().expect("items");
    items
        .iter()
        .map(|link| link["code"].as_str().unwrap_or_default().to_owned())
        .collect()
}

async fn some(editor: &Client<'_>) -> Story {
    let story = Story::publish(editor, "https://news.example/a").await;
    for (code, domain) in [
        ("harbour", "exmp.news"),
        ("har-2", "exmp.news"),
        ("harbour", "arab.example"),
        ("a_b", "exmp.news"),
        ("axb", "exmp.news"),
    ] {
        let link = json!({"target_url": "https://news.example/", "code": code, "domain": domain});
        editor.post("/v1/short-links", link).await.expect(201);
    }
    editor
        .patch(
            "/v1/short-links/exmp.news/axb",
            json!({"status": "disabled"}),
        )
        .await
        .expect(200);
    editor
        .delete("/v1/short-links/exmp.news/har-2")
        .await
        .expect(204);
    story
}

#[tokio::test]
async fn links_are_listed_the_newest_first() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = some(&editor).await;

    let listed = editor.get("/v1/short-links?count=exact").await.expect(200);

    assert_eq!(
        codes(&listed),
        ["axb", "a_b", "harbour", "har-2", "harbour", &story.code]
    );
    assert_eq!(listed.member("/total"), "6");
    assert_eq!(listed.header("cache-control"), "private, no-store");
    let (mut walked, mut query) = (Vec::new(), "limit=4".to_owned());
    while !query.is_empty() {
        let page = editor
            .get(&format!("/v1/short-links?{query}"))
            .await
            .expect(200);
        walked.extend(codes(&page));
        query = page.json()["next_cursor"]
            .as_str()
            .map_or_else(String::new, |next| format!("limit=4&cursor={next}"));
    }
    assert_eq!(walked, codes(&listed));
}

#[tokio::test]
async fn a_list_is_narrowed_by_article_state_domain_and_beginning() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = some(&editor).await;
    let asked = async |query: &str| {
        codes(
            &editor
                .get(&format!("/v1/short-links?{query}"))
                .await
                .expect(200),
        )
    };

    assert_eq!(
        asked(&format!("article_id={}", story.id)).await,
        [story.code.as_str()]
    );
    assert_eq!(asked("status=gone").await, ["har-2"]);
    assert_eq!(asked("status=disabled").await, ["axb"]);
    assert_eq!(asked("domain=ARAB.example").await, ["harbour"]);
    assert_eq!(asked("domain=other.example").await, [""; 0]);
    assert_eq!(asked("q=HAR").await, ["harbour", "har-2", "harbour"]);
    assert_eq!(
        asked("q=har&domain=exmp.news&status=active").await,
        ["harbour"]
    );
    assert_eq!(asked("q=a_").await, ["a_b"]);
    assert_eq!(asked("q=%25").await, [""; 0]);
    assert_eq!(
        asked("article_id=01990000-0000-7000-8000-000000000001").await,
        [""; 0]
    );
}

#[tokio::test]
async fn a_cursor_belongs_to_its_list() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    some(&editor).await;
    let page = editor.get("/v1/short-links?q=ha&limit=1").await.expect(200);
    let cursor = page.member("/next_cursor");

    for query in ["", "q=a&", "q=ha&status=active&", "q=ha&domain=exmp.news&"] {
        let refused = editor
            .get(&format!("/v1/short-links?{query}cursor={cursor}"))
            .await
            .expect(400);
        assert_eq!(refused.code(), "invalid-cursor", "{query}");
    }
    assert_eq!(
        page.header("link"),
        format!("</v1/short-links?q=ha&limit=1&cursor={cursor}>; rel=\"next\"")
    );
}

#[tokio::test]
async fn a_query_that_breaks_the_rules_is_refused() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let (long_code, long_domain) = (
        format!("q={}", "x".repeat(65)),
        format!("domain={}", "x".repeat(256)),
    );

    for query in [
        "limit=0",
        "limit=101",
        "status=dead",
        "article_id=x",
        "code=x",
        "q=a&q=b",
        "count=x",
        "q=%00",
        "domain=%00",
        "q=%FF",
        &long_code,
        &long_domain,
    ] {
        let refused = editor
            .get(&format!("/v1/short-links?{query}"))
            .await
            .expect(400);
        assert_eq!(refused.code(), "invalid-parameter", "{query}");
    }
}

#[tokio::test]
async fn a_link_that_never_was_is_not_found() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = some(&editor).await;

    for name in [
        "exmp.news/nowhere",
        "exmp.news/bcdfgh",
        "exmp.news/x",
        "exmp.news/%00%00",
        "exmp.news/%FF%FF",
        "other.example/harbour",
        "%00/harbour",
        "%FF/harbour",
        "exmp.news%2Fharbour/harbour",
        "arab.example/axb",
    ] {
        let path = format!("/v1/short-links/{name}");
        editor.get(&path).await.expect(404);
        editor
            .patch(&path, json!({"status": "disabled"}))
            .await
            .expect(404);
        editor.delete(&path).await.expect(404);
    }
    editor
        .get(&format!(
            "/v1/short-links/exmp.news/{}",
            story.code.to_uppercase()
        ))
        .await
        .expect(200);
}

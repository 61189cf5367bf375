//! What of the reader's query goes on to the target

use reqwest::Method;
use serde_json::json;

use crate::support::{Client, TestApp};

async fn link(editor: &Client<'_>, code: &str, target: &str, mode: Option<&str>) {
    let mut link = json!({"target_url": target, "code": code});
    if let Some(mode) = mode {
        link["forward_query"] = mode.into();
    }
    editor.post("/v1/short-links", link).await.expect(201);
}

async fn location(app: &TestApp, path: &str) -> String {
    let followed = app.follow(Method::GET, "exmp.news", path).await.expect(302);
    followed.header("location").to_owned()
}

#[tokio::test]
async fn campaign_parameters_go_on_unless_the_link_says_otherwise() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let target = "https://news.example/a?id=7#top";
    for mode in [None, Some("utm"), Some("all"), Some("none")] {
        link(
            &editor,
            &format!("to-{}", mode.unwrap_or("story")),
            target,
            mode,
        )
        .await;
    }

    let query = "?utm_source=mail&x=1&id=8&utm_medium=m";
    for (code, expected) in [
        (
            "to-story",
            "https://news.example/a?id=7&utm_source=mail&utm_medium=m#top",
        ),
        (
            "to-utm",
            "https://news.example/a?id=7&utm_source=mail&utm_medium=m#top",
        ),
        (
            "to-all",
            "https://news.example/a?id=7&utm_source=mail&x=1&utm_medium=m#top",
        ),
        ("to-none", target),
    ] {
        assert_eq!(location(&app, &format!("/{code}{query}")).await, expected);
        assert_eq!(
            location(&app, &format!("/{code}/print{query}")).await,
            expected
        );
        assert_eq!(location(&app, &format!("/{code}?")).await, target);
    }
}

#[tokio::test]
async fn a_query_makes_neither_a_header_nor_a_target() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    link(&editor, "to-all", "https://news.example/a", Some("all")).await;

    for query in [
        "url=https://other.example/",
        "//other.example",
        "a=%0D%0ASet-Cookie:%20b=c",
        "@other.example/",
        "<script>",
        "م=%zz",
    ] {
        let path = format!("/to-all?{query}");
        let followed = app
            .follow(Method::GET, "exmp.news", &path)
            .await
            .expect(302);
        let location = followed.header("location");
        assert!(
            location.starts_with("https://news.example/a?"),
            "{location}"
        );
        assert!(location.bytes().all(|b| b.is_ascii_graphic()), "{location}");
        assert!(followed.headers.get("set-cookie").is_none());
        assert!(!followed.text().contains("<script>"));
    }
    let long = format!("/to-all?a=1&b={}", "x".repeat(5000));
    assert_eq!(location(&app, &long).await, "https://news.example/a?a=1");
}

#[tokio::test]
async fn what_goes_on_is_no_part_of_the_canonical_address() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    link(&editor, "to-story", "https://news.example/a", None).await;

    let followed = app
        .follow(Method::GET, "exmp.news", "/to-story?utm_source=mail")
        .await
        .expect(302);

    assert_eq!(
        followed.header("location"),
        "https://news.example/a?utm_source=mail"
    );
    assert_eq!(
        followed.header("link"),
        "<https://news.example/a>; rel=\"canonical\""
    );
}

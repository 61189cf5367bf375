//! `code+`: where a short address leads, without going there

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Story, TestApp};

async fn accepting(app: &TestApp, accept: &str, path: &str) -> Answer {
    let request = app.public(Method::GET, "exmp.news", path);
    Answer::of(
        request
            .header("accept", accept)
            .send()
            .await
            .expect("an answer"),
    )
    .await
}

#[tokio::test]
async fn a_plus_shows_where_an_address_leads() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let Story { code, .. } = Story::publish(&editor, "https://news.example/a?b=1&c='<x>'").await;
    let short = format!("https://exmp.news/{code}");

    for path in [
        format!("/{code}+"),
        format!("/{code}%2B"),
        format!("/{}+/", code.to_uppercase()),
        format!("/{code}+)."),
    ] {
        let shown = app
            .follow(Method::GET, "exmp.news", &path)
            .await
            .expect(200);
        assert_eq!(
            shown.header("content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
        assert_eq!(shown.header("location"), "");
        assert_eq!(shown.header("x-robots-tag"), "noindex");
        let page = shown.text();
        assert!(page.contains(&format!("href=\"{short}\"")), "{page}");
        assert!(page.contains(&format!("href=\"{short}.svg\"")), "{page}");
        assert!(page.contains("https://news.example/a?b=1&amp;c="), "{page}");
        assert!(!page.contains("<x>") && !page.contains("<script"), "{page}");
    }
}

#[tokio::test]
async fn a_program_that_asks_for_json_gets_it() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let Story { code, .. } = Story::publish(&editor, "https://news.example/a").await;
    let path = format!("/{code}+");

    let shown = accepting(&app, "application/json", &path).await.expect(200);

    assert_eq!(shown.header("content-type"), "application/json");
    assert_eq!(
        shown.json(),
        json!({
            "short_url": format!("https://exmp.news/{code}"),
            "target_url": "https://news.example/a",
            "qr_url": format!("https://exmp.news/{code}.svg"),
        })
    );
    for (accept, kind) in [
        ("text/html;q=0.5, application/json", "application/json"),
        (
            "text/html, application/json;q=0.9",
            "text/html; charset=utf-8",
        ),
        (
            "text/html,application/xhtml+xml,*/*;q=0.8",
            "text/html; charset=utf-8",
        ),
        ("*/*", "text/html; charset=utf-8"),
        ("image/png", "text/html; charset=utf-8"),
    ] {
        let shown = accepting(&app, accept, &path).await.expect(200);
        assert_eq!(shown.header("content-type"), kind, "{accept}");
        assert!(
            shown.header("vary").to_ascii_lowercase().contains("accept"),
            "{accept}"
        );
    }
}

#[tokio::test]
async fn a_secret_is_not_shown() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let soon = (app.now() + chrono::TimeDelta::seconds(1000)).to_rfc3339();
    let story = Story::create(
        &editor,
        json!({"status": "published", "embargoed_until": soon, "canonical_url": "https://news.example/a"}),
    )
    .await;

    for accept in ["text/html", "application/json"] {
        for ending in ["", "+", ".svg", ".png", "/print"] {
            let unknown = accepting(&app, accept, &format!("/nowhere{ending}"))
                .await
                .expect(404);
            let secret = accepting(&app, accept, &format!("/{}{ending}", story.code)).await;

            assert_eq!(secret.status, 404, "{accept} {ending}");
            assert_eq!(secret.text(), unknown.text(), "{accept} {ending}");
            for name in ["content-type", "cache-control", "vary"] {
                assert_eq!(
                    secret.header(name),
                    unknown.header(name),
                    "{accept} {ending} {name}"
                );
            }
        }
    }
    app.advance(1000);
    accepting(&app, "text/html", &format!("/{}+", story.code))
        .await
        .expect(200);
}

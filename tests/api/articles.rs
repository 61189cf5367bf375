//! `/v1/articles`

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn an_article_is_answered_as_it_was_created() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    let created = editor
        .post(
            "/v1/articles",
            json!({
                "headline": "Harbour reopens after three weeks", "status": "published", "dateline": "PORT ELARA",
                "published_at": "2026-11-23T10:00:00+01:00",
                "canonical_url": "https://news.example/2026/11/harbour-reopens/?utm_source=feed",
                "tags": [{"kind": "place", "name": "Port Elara"}],
            }),
        )
        .await
        .expect(201);
    let found = app.anybody().get(created.header("location")).await;

    assert_eq!(found.json(), created.json());
    insta::assert_snapshot!(found, @"");
}

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
    insta::assert_snapshot!(found, @r#"
    200 OK
    cache-control: public, max-age=15, stale-while-revalidate=60
    content-type: application/json
    etag: "1-[hash]"
    vary: Authorization, Accept

    {
      "id": "[id 1]",
      "version": 1,
      "status": "published",
      "visibility": "live",
      "kind": "article",
      "headline": "Harbour reopens after three weeks",
      "short_headline": null,
      "summary": null,
      "key_points": [],
      "dateline": "PORT ELARA",
      "byline": null,
      "language": "en",
      "direction": "ltr",
      "canonical_url": "https://news.example/2026/11/harbour-reopens/?utm_source=feed",
      "external_ids": [],
      "lead_image": null,
      "word_count": null,
      "tags": [
        {
          "key": "place:port-elara",
          "kind": "place",
          "name": "Port Elara"
        }
      ],
      "related": [],
      "short_url": "[short url]",
      "published_at": "2026-11-23T09:00:00Z",
      "updated_at": null,
      "embargoed_until": null,
      "expires_at": null,
      "created_at": "[now]",
      "modified_at": "[now]",
      "custom": {}
    }
    "#);
}

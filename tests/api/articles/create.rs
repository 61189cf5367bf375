//! `POST /v1/articles`

use reqwest::Method;
use serde_json::json;

use super::{id_of, topics};
use crate::support::TestApp;
use dateline::keys::Scope;

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
    vary: Authorization, Accept, Accept-Language, Accept-Encoding, Dateline-Position

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

#[tokio::test]
async fn a_headline_makes_a_draft_that_is_an_article_in_the_language_of_the_deployment() {
    let app = TestApp::with(|config| config.default_language = "ar".to_owned()).await;
    let editor = app.admin().await;

    let created = editor.post("/v1/articles", json!({"headline": "ا"})).await;

    let told = ["status", "visibility", "kind", "language", "direction"];
    let told = told.map(|field| created.member(&format!("/{field}")));
    assert_eq!(told, ["draft", "draft", "article", "ar", "rtl"]);
    assert_eq!(created.json()["published_at"], json!(null));
}

#[tokio::test]
async fn a_new_article_says_where_it_is() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    let created = editor.post("/v1/articles", json!({"headline": "A"})).await;

    let created = created.expect(201);
    assert_eq!(id_of(created.header("location")), created.member("/id"));
    assert_eq!(created.header("cache-control"), "private, no-store");
    let found = editor.get(created.header("location")).await.expect(200);
    assert_eq!(found.header("etag"), created.header("etag"));
    assert!(found.header("etag").starts_with("\"1-"));
}

#[tokio::test]
async fn what_is_published_without_a_date_is_published_now() {
    let app = TestApp::start().await;
    let before = app.now();

    let article = json!({"headline": "A", "status": "published"});
    let created = app.admin().await.post("/v1/articles", article).await;

    let published = created.member("/published_at");
    let published: chrono::DateTime<chrono::Utc> = published.parse().expect("a date");
    assert!((before..=app.now()).contains(&published));
    assert_eq!(created.member("/visibility"), "live");
    assert_eq!(
        created.member("/created_at"),
        created.member("/published_at")
    );
}

#[tokio::test]
async fn an_article_is_written_with_a_key_that_may_write_articles() {
    let app = TestApp::start().await;
    let tagger = app
        .caller(&[Scope::WriteTags, Scope::ReadUnpublished])
        .await;
    let writer = app.caller(&[Scope::WriteArticles]).await;

    // Who may not write is told so before the body is looked at.
    let stranger = app
        .anybody()
        .request(Method::POST, "/v1/articles")
        .body("{");
    let stranger = app.anybody().send(stranger).await.expect(401);
    let refused = tagger
        .post("/v1/articles", json!({"headlin": 1}))
        .await
        .expect(403);
    let written = writer.post("/v1/articles", json!({"headline": "A"})).await;

    assert_eq!(stranger.code(), "unauthenticated");
    assert!(stranger.header("www-authenticate").starts_with("Bearer"));
    assert_eq!(refused.code(), "forbidden");
    written.expect(201);
}

#[tokio::test]
async fn every_way_of_writing_needs_the_scope() {
    let app = TestApp::start().await;
    let reader = app.caller(&[Scope::ReadUnpublished]).await;
    let path = super::published(&app.admin().await, "A").await;
    topics(&app.admin().await, &["x"]).await;

    let [tags, tag] = ["tags", "tags/topic:x"].map(|end| format!("{path}/{end}"));
    let restore = format!("{path}/restore");
    let (by_url, by_id) = (
        "/v1/articles/by-url?url=https://a.example/",
        "/v1/articles/by-external-id/cms/1",
    );
    let writes = [
        (Method::PUT, path.as_str()),
        (Method::PATCH, &path),
        (Method::DELETE, &path),
        (Method::POST, &restore),
        (Method::PUT, by_url),
        (Method::PUT, by_id),
        (Method::PUT, &tags),
        (Method::PUT, &tag),
        (Method::DELETE, &tag),
    ];

    for (method, path) in writes {
        let request = reader
            .request(method.clone(), path)
            .json(&json!({"headline": "B"}));
        let refused = reader.send(request).await;
        assert_eq!(refused.status, 403, "{method} {path}");
        let request = app.anybody().request(method.clone(), path);
        let refused = app.anybody().send(request).await;
        assert_eq!(refused.status, 401, "{method} {path}");
    }
}

#[tokio::test]
async fn a_refused_article_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let taken = json!({"headline": "A", "external_ids": [{"source": "cms", "id": "1"}]});
    super::created(&editor, taken.clone()).await;

    let mut second = taken;
    second["tags"] = json!([{"kind": "topic", "name": "New"}]);
    editor.post("/v1/articles", second).await.expect(409);

    editor.get("/v1/tags/topic:new").await.expect(404);
    let links = editor.get("/v1/short-links").await.expect(200);
    assert_eq!(links.json()["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn the_short_link_of_an_article_leads_nowhere_until_the_article_has_an_address() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let article = editor
        .post(
            "/v1/articles",
            json!({"headline": "A", "status": "published"}),
        )
        .await;
    let code = format!("/{}", id_of(&article.member("/short_url")));
    let unknown = app.follow(Method::GET, "exmp.news", "/zzzzzz").await;

    let before = app.follow(Method::GET, "exmp.news", &code).await;
    let address = json!({"canonical_url": "https://a.example/1"});
    editor
        .patch(article.header("location"), address)
        .await
        .expect(200);
    let after = app.follow(Method::GET, "exmp.news", &code).await;

    assert_eq!(
        (before.status, before.text()),
        (unknown.status, unknown.text())
    );
    assert_eq!(before.status, 404);
    assert_eq!(after.header("location"), "https://a.example/1");
}

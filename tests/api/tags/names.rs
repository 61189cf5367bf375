//! Kinds, keys and slugs

use dateline::keys::Scope;
use reqwest::Method;
use serde_json::json;

use super::{make, make_namesake};
use crate::support::TestApp;

#[tokio::test]
async fn a_tag_is_answered_as_it_was_created() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let tag = json!({"kind": "place", "name": "Port Elara", "description": "A harbour town.",
                     "external_ids": [{"authority": "wikidata", "id": "Q900000001"}]});

    let created = editor.post("/v1/tags", tag).await;
    let found = app.anybody().get("/v1/tags/place:port-elara").await;

    assert_eq!(found.json(), created.json());
    assert_eq!(found.header("etag"), created.header("etag"));
    assert_eq!(
        found.header("cache-control"),
        "public, max-age=15, stale-while-revalidate=60"
    );
    assert_eq!(
        found.header("vary"),
        "Authorization, Accept, Accept-Language, Accept-Encoding, Dateline-Position"
    );
    insta::assert_snapshot!(created, @r#"
    201 Created
    cache-control: private, no-store
    content-type: application/json
    etag: "1-[hash]"
    location: /v1/tags/place:port-elara
    vary: Authorization, Accept, Accept-Language, Accept-Encoding, Dateline-Position

    {
      "key": "place:port-elara",
      "version": 1,
      "kind": "place",
      "slug": "port-elara",
      "name": "Port Elara",
      "language": "en",
      "labels": {
        "en": {
          "pref": "Port Elara",
          "alt": [],
          "hidden": []
        }
      },
      "description": "A harbour town.",
      "status": "active",
      "broader": [],
      "external_ids": [
        {
          "authority": "wikidata",
          "id": "Q900000001"
        }
      ],
      "article_count": 0,
      "last_used_at": null,
      "retired_at": null,
      "created_at": "[now]",
      "modified_at": "[now]"
    }
    "#);
}

#[tokio::test]
async fn there_are_ten_kinds_and_a_slug_belongs_to_its_kind() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let kinds = "topic person organisation place event series section contributor publisher genre";

    for kind in kinds.split(' ') {
        let tag = make(&editor, kind, "Doha").await;

        assert_eq!(tag.member("/key"), format!("{kind}:doha"));
        assert_eq!(tag.member("/kind"), kind);
    }
    let other = json!({"kind": "city", "name": "Doha"});
    let other = editor.post("/v1/tags", other).await.expect(400);
    assert_eq!(other.pointers(), ["/kind"]);
}

#[tokio::test]
async fn every_fault_of_a_tag_is_named_at_once() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let tag = json!({"name": "a\u{0}b", "slug": "X", "description": "x".repeat(2001),
                     "external_ids": [{"authority": "place", "id": "1"}, {"authority": "wikidata", "id": ""}]});

    let refused = editor.post("/v1/tags", tag).await.expect(422);

    assert_eq!(
        refused.pointers(),
        [
            "/kind",
            "/name",
            "/slug",
            "/description",
            "/external_ids/0",
            "/external_ids/1"
        ]
    );
}

#[tokio::test]
async fn a_former_key_leads_to_the_present_one_whatever_is_asked() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make(&editor, "place", "Bombay").await;
    let renamed = json!({"slug": "मुंबई"});
    editor
        .patch("/v1/tags/place:bombay", renamed)
        .await
        .expect(200);

    for method in [
        Method::GET,
        Method::HEAD,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
    ] {
        let request = editor.request(method.clone(), "/v1/tags/place:bombay");
        let moved = editor
            .send(request.json(&json!({"name": "X"})))
            .await
            .expect(308);

        assert_eq!(
            moved.header("location"),
            "/v1/tags/place:%E0%A4%AE%E0%A5%81%E0%A4%82%E0%A4%AC%E0%A4%88",
            "{method}"
        );
        assert_eq!(moved.header("cache-control"), "no-cache");
        let found = editor.get(moved.header("location")).await.expect(200);
        assert_eq!(found.member("/name"), "Bombay");
    }
}

#[tokio::test]
async fn a_former_key_stays_the_tags_own() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make(&editor, "place", "Bombay").await;
    let to = |slug: &str| json!({"slug": slug});
    editor
        .patch("/v1/tags/place:bombay", to("mumbai"))
        .await
        .expect(200);

    let other = json!({"kind": "place", "name": "Other", "slug": "bombay"});
    let other = editor.post("/v1/tags", other).await.expect(409);
    let namesake = make_namesake(&editor, "place", "Bombay").await;
    let back = editor
        .patch("/v1/tags/place:mumbai", to("bombay"))
        .await
        .expect(200);

    assert_eq!(
        (other.code(), other.member("/key")),
        ("tag-key-taken".into(), "place:mumbai".into())
    );
    assert_eq!(namesake.member("/key"), "place:bombay-2");
    assert_eq!(
        (back.member("/key"), back.member("/version")),
        ("place:bombay".into(), "3".into())
    );
    editor.get("/v1/tags/place:bombay").await.expect(200);
    let moved = editor.get("/v1/tags/place:mumbai").await.expect(308);
    assert_eq!(moved.header("location"), "/v1/tags/place:bombay");
}

#[tokio::test]
async fn a_former_key_can_be_used_wherever_a_key_is_taken() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    make(&editor, "place", "Bombay").await;
    editor
        .patch("/v1/tags/place:bombay", json!({"slug": "mumbai"}))
        .await
        .expect(200);

    let article = json!({"headline": "A", "status": "published", "tags": ["place:bombay"]});
    let article = editor.post("/v1/articles", article).await.expect(201);
    let listed = app
        .anybody()
        .get("/v1/articles?tag=place:bombay")
        .await
        .expect(200);

    assert_eq!(article.member("/tags/0/key"), "place:mumbai");
    assert_eq!(listed.member("/items/0/id"), article.member("/id"));
}

#[tokio::test]
async fn a_kind_never_changes() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make(&editor, "place", "Doha").await;

    let patched = editor
        .patch("/v1/tags/place:doha", json!({"kind": "topic"}))
        .await
        .expect(422);
    let other = json!({"kind": "topic", "name": "Doha"});
    let replaced = editor.put("/v1/tags/place:doha", other).await.expect(422);
    let same = editor
        .patch("/v1/tags/place:doha", json!({"kind": "place"}))
        .await
        .expect(200);

    assert_eq!(patched.pointers(), ["/kind"]);
    assert_eq!(replaced.pointers(), ["/kind"]);
    assert_eq!(same.member("/version"), "1");
}

#[tokio::test]
async fn a_key_that_never_was_is_404_in_a_path_and_422_in_a_filter() {
    let app = TestApp::start().await;

    for name in [
        "place:nowhere",
        "wikidata:Q0",
        "nowhere",
        "place:",
        "place:No%20Where",
        "place:%00",
        ":x",
    ] {
        let found = app
            .anybody()
            .get(&format!("/v1/tags/{name}"))
            .await
            .expect(404);
        let listed = app
            .anybody()
            .get(&format!("/v1/articles?tag={name}"))
            .await
            .expect(422);

        assert_eq!(
            (found.code(), listed.code()),
            ("not-found".into(), "unknown-tag".into()),
            "{name}"
        );
    }
}

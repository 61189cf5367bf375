//! What others call a tag

use dateline::keys::Scope;
use serde_json::{Value, json};

use super::make;
use crate::support::{Client, Story, TestApp};

async fn doha(editor: &Client<'_>) {
    let tag = json!({"kind": "place", "name": "Doha", "external_ids": [{"authority": "wikidata", "id": "Q3861"}]});
    editor.post("/v1/tags", tag).await.expect(201);
}

fn ids(ids: &[(&str, &str)]) -> Value {
    let id = |(authority, id): &(&str, &str)| json!({"authority": authority, "id": id});
    json!({"external_ids": ids.iter().map(id).collect::<Vec<_>>()})
}

#[tokio::test]
async fn an_identifier_names_the_tag_wherever_a_key_is_taken() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    doha(&editor).await;
    make(&editor, "topic", "Ports").await;
    let story = Story::create(
        &editor,
        json!({"status": "published", "tags": ["wikidata:Q3861"]}),
    )
    .await;

    let found = app
        .anybody()
        .get("/v1/tags/wikidata:Q3861")
        .await
        .expect(200);
    assert_eq!(found.member("/key"), "place:doha");
    for (filter, count) in [("tag", 1), ("tag_any", 1), ("tag_none", 0)] {
        let listed = app
            .anybody()
            .get(&format!("/v1/articles?{filter}=wikidata:Q3861"))
            .await
            .expect(200);
        assert_eq!(
            listed.json()["items"].as_array().map(Vec::len),
            Some(count),
            "{filter}"
        );
    }
    let tags = format!("{}/tags", story.path());
    editor
        .delete(&format!("{tags}/wikidata:Q3861"))
        .await
        .expect(200);
    editor
        .put(&format!("{tags}/topic:ports"), json!(null))
        .await
        .expect(200);
    let moved = editor
        .put(&format!("{tags}/wikidata:Q3861?position=0"), json!(null))
        .await
        .expect(200);
    assert_eq!(moved.member("/items/0/key"), "place:doha");
    let replaced = editor
        .put(&tags, json!(["wikidata:Q3861", {"key": "topic:ports"}]))
        .await
        .expect(200);
    assert_eq!(replaced.member("/items/0/key"), "place:doha");
    editor
        .patch("/v1/tags/wikidata:Q3861", json!({"name": "Doha City"}))
        .await
        .expect(200);
    editor
        .delete("/v1/tags/wikidata:Q3861?force=true")
        .await
        .expect(204);
}

#[tokio::test]
async fn an_identifier_names_one_tag() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    doha(&editor).await;
    make(&editor, "place", "Other").await;

    let other = ids(&[("iso3166", "QA"), ("wikidata", "Q3861")]);
    let refused = editor
        .patch("/v1/tags/place:other", other)
        .await
        .expect(409);

    insta::assert_snapshot!(refused, @r#"
    409 Conflict
    cache-control: no-store
    content-type: application/problem+json

    {
      "type": "urn:dateline:problem:external-id-taken",
      "title": "This external id names something else",
      "status": 409,
      "detail": "wikidata:Q3861 names place:doha.",
      "code": "external-id-taken",
      "request_id": "[request]",
      "key": "place:doha",
      "errors": [
        {
          "pointer": "/external_ids/1",
          "detail": "is taken"
        }
      ]
    }
    "#);
    let kept = editor.get("/v1/tags/place:other").await;
    assert_eq!(kept.json()["external_ids"], json!([]));
}

#[tokio::test]
async fn an_identifier_moves_to_another_tag_once_it_is_free() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    doha(&editor).await;
    make(&editor, "place", "Other").await;

    editor
        .patch(
            "/v1/tags/place:doha",
            ids(&[("cms_terms", "a/b?c"), ("cms_terms", "q3861")]),
        )
        .await
        .expect(200);
    editor
        .patch("/v1/tags/place:other", ids(&[("wikidata", "Q3861")]))
        .await
        .expect(200);

    for (name, key) in [
        ("wikidata:Q3861", "place:other"),
        ("cms_terms:q3861", "place:doha"),
        ("cms_terms:a%2Fb%3Fc", "place:doha"),
    ] {
        let found = app
            .anybody()
            .get(&format!("/v1/tags/{name}"))
            .await
            .expect(200);
        assert_eq!(found.member("/key"), key, "{name}");
    }
}

#[tokio::test]
async fn identifiers_are_shown_in_one_order_and_their_order_is_no_change() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make(&editor, "place", "Doha").await;
    let written = ids(&[("wikidata", "Q3861"), ("geonames", "290030")]);
    editor
        .patch("/v1/tags/place:doha", written)
        .await
        .expect(200);

    let turned = ids(&[("geonames", "290030"), ("wikidata", "Q3861")]);
    let same = editor
        .patch("/v1/tags/place:doha", turned)
        .await
        .expect(200);

    assert_eq!(same.member("/version"), "2");
    assert_eq!(same.member("/external_ids/0/authority"), "geonames");
}

#[tokio::test]
async fn an_identifier_that_breaks_the_rules_is_refused() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make(&editor, "place", "Doha").await;
    let long = "x".repeat(129);

    for (authority, id) in [
        ("place", "1"),
        ("Wikidata", "1"),
        ("w", "1"),
        ("1a", "1"),
        ("wiki-data", "1"),
        ("wikidata", ""),
        ("wikidata", "a b"),
        ("wikidata", "a\u{0}"),
        ("wikidata", "a\u{202e}"),
        ("wikidata", &long),
    ] {
        let refused = editor
            .patch("/v1/tags/place:doha", ids(&[(authority, id)]))
            .await
            .expect(422);
        assert_eq!(refused.pointers(), ["/external_ids/0"], "{authority}:{id}");
    }
    let twice = ids(&[("wikidata", "Q1"), ("wikidata", "Q1")]);
    let twice = editor.patch("/v1/tags/place:doha", twice).await.expect(422);
    assert_eq!(twice.pointers(), ["/external_ids/1"]);
    let many: Vec<String> = (1..202).map(|number| format!("Q{number}")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|id| ("wikidata", id.as_str())).collect();
    let refused = editor
        .patch("/v1/tags/place:doha", ids(&many))
        .await
        .expect(422);
    assert_eq!(refused.pointers(), ["/external_ids"]);
    editor
        .patch("/v1/tags/place:doha", ids(&many[..200]))
        .await
        .expect(200);
}

//! Slugs, made from names or chosen

use dateline::keys::Scope;
use serde_json::json;

use super::{make, make_namesake};
use crate::support::TestApp;

#[tokio::test]
async fn a_slug_is_made_from_the_name_in_its_own_script() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let names = [
        ("Port Elara", "port-elara"),
        ("الدوحة", "الدوحة"),
        ("Zürich (Kanton)", "zurich-kanton"),
        ("Jane O’Neill", "jane-oneill"),
        ("  Новый   Йорк ", "новый-йорк"),
        ("東京", "東京"),
        ("दिल्ली", "दिल्ली"),
    ];

    for (name, slug) in names {
        let tag = make(&editor, "place", name).await;

        assert_eq!(tag.member("/slug"), slug, "{name}");
        let found = app.anybody().get(tag.header("location")).await.expect(200);
        assert_eq!(found.member("/key"), format!("place:{slug}"));
    }
    let nothing = json!({"kind": "place", "name": "!!!"});
    let nothing = editor.post("/v1/tags", nothing).await.expect(422);
    assert_eq!(nothing.pointers(), ["/slug"]);
}

#[tokio::test]
async fn tags_of_one_name_are_told_apart_by_a_number() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let long = "x".repeat(200);

    for key in ["person:ali-khan", "person:ali-khan-2", "person:ali-khan-3"] {
        assert_eq!(
            make_namesake(&editor, "person", "Ali Khan")
                .await
                .member("/key"),
            key
        );
    }
    let first = make_namesake(&editor, "topic", &long).await.member("/slug");
    let second = make_namesake(&editor, "topic", &long).await.member("/slug");
    assert_eq!((first.len(), second.len()), (120, 120));
    assert_eq!(second, format!("{}-2", &first[..118]));
}

#[tokio::test]
async fn a_slug_that_breaks_the_rules_is_refused() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let long = "x".repeat(121);

    for slug in [
        "Doha",
        "a b",
        "a--b",
        "-a",
        "a-",
        "",
        "a/b",
        "a:b",
        "a\u{202e}b",
        "a\u{200d}b",
        &long,
    ] {
        let tag = json!({"kind": "place", "name": "Doha", "slug": slug});
        let refused = editor.post("/v1/tags", tag).await.expect(422);

        assert_eq!(refused.pointers(), ["/slug"], "{slug:?}");
    }
    let taken = json!({"kind": "place", "name": "Doha", "slug": "doha"});
    editor.post("/v1/tags", taken.clone()).await.expect(201);
    let taken = editor.post("/v1/tags", taken).await.expect(409);
    insta::assert_snapshot!(taken, @r#"
    409 Conflict
    cache-control: no-store
    content-type: application/problem+json

    {
      "type": "urn:dateline:problem:tag-key-taken",
      "title": "Another tag has or had this key",
      "status": 409,
      "detail": "place:doha is, or was, the key of place:doha.",
      "code": "tag-key-taken",
      "request_id": "[request]",
      "key": "place:doha",
      "errors": [
        {
          "pointer": "/slug",
          "detail": "is taken"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn a_former_key_leads_on_with_all_that_was_asked() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make(&editor, "place", "Elara").await;
    let renamed = json!({"slug": "port-elara"});
    editor
        .patch("/v1/tags/place:elara", renamed)
        .await
        .expect(200);

    let query = "?lang=ar&limit=2";
    for path in ["", "/descendants", "/ancestors"] {
        let query = if path.is_empty() { "?lang=ar" } else { query };
        let answer = editor
            .get(&format!("/v1/tags/place:elara{path}{query}"))
            .await
            .expect(308);
        let location = format!("/v1/tags/place:port-elara{path}{query}");
        assert_eq!(answer.header("location"), location);
    }
    let deleted = editor
        .delete("/v1/tags/place:elara?force=true")
        .await
        .expect(308);
    assert_eq!(
        deleted.header("location"),
        "/v1/tags/place:port-elara?force=true"
    );
}

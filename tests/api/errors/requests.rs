//! Requests that cannot be read

use reqwest::Method;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn an_unknown_path_is_a_problem() {
    let app = TestApp::start().await;

    let answer = app.anybody().get("/v2/articles").await;

    insta::assert_snapshot!(answer, @r#"
    404 Not Found
    cache-control: no-store
    content-type: application/problem+json

    {
      "type": "urn:dateline:problem:not-found",
      "title": "There is nothing here",
      "status": 404,
      "detail": "No such path. The document at /openapi.json lists all.",
      "code": "not-found",
      "request_id": "[request]"
    }
    "#);
}

#[tokio::test]
async fn paths_are_taken_literally() {
    let app = TestApp::start().await;
    let nobody = app.anybody();

    for path in [
        "/v1",
        "/v1/",
        "/V1/articles",
        "//v1/articles",
        "/v1//articles",
        "/v1/articles/",
        "/v1/articles%2Fby-url",
        "/v1/nothing",
        "/livez/",
        "/docs/nothing",
        "/docs/%2e%2e/Cargo.toml",
        "/docs/%00",
    ] {
        let answer = nobody.get(path).await;

        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.code(), "not-found", "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_what_would_be_right() {
    let app = TestApp::start().await;

    let answer = app
        .anybody()
        .send(app.anybody().request(Method::DELETE, "/v1/articles"))
        .await;

    insta::assert_snapshot!(answer, @r#"
    405 Method Not Allowed
    allow: GET, HEAD, POST
    cache-control: no-store
    content-type: application/problem+json

    {
      "type": "urn:dateline:problem:method-not-allowed",
      "title": "The method is not offered here",
      "status": 405,
      "detail": "DELETE is not offered here, but GET, HEAD, POST.",
      "code": "method-not-allowed",
      "request_id": "[request]"
    }
    "#);
}

#[tokio::test]
async fn a_word_of_the_path_is_never_taken_for_a_name() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    for (method, path, allowed) in [
        (Method::PATCH, "/v1/articles/by-url", "GET, HEAD, PUT"),
        (Method::DELETE, "/v1/articles/by-url", "GET, HEAD, PUT"),
        (Method::PUT, "/v1/tags/autocomplete", "GET, HEAD"),
        (
            Method::DELETE,
            "/v1/articles/by-external-id/tags/7",
            "GET, HEAD, PUT",
        ),
        (Method::POST, "/docs/", "GET, HEAD"),
    ] {
        let answer = admin.send(admin.request(method.clone(), path)).await;

        assert_eq!(answer.status, 405, "{method} {path}: {}", answer.text());
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn malformed_json_is_told_its_line_and_column() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    let request = admin
        .request(Method::POST, "/v1/articles")
        .header("content-type", "application/json")
        .body("{\n  \"headline\": \"Harbour\",\n}");
    let answer = admin.send(request).await;

    insta::assert_snapshot!(answer, @r#"
    400 Bad Request
    cache-control: no-store
    content-type: application/problem+json

    {
      "type": "urn:dateline:problem:malformed-json",
      "title": "The body is not JSON",
      "status": 400,
      "detail": "The body is not JSON: trailing comma at line 3 column 1.",
      "code": "malformed-json",
      "request_id": "[request]",
      "line": 3,
      "column": 1
    }
    "#);
}

#[tokio::test]
async fn a_lone_surrogate_is_told_its_field() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    let request = admin
        .request(Method::POST, "/v1/articles")
        .header("content-type", "application/json")
        .body(r#"{"headline": "a", "key_points": ["b", "\ud800 c"]}"#);
    let answer = admin.send(request).await.expect(400);

    assert_eq!(answer.code(), "malformed-json");
    assert_eq!(answer.pointers(), ["/key_points/1"]);
    assert_eq!(answer.member("/line"), "1");
}

#[tokio::test]
async fn an_unknown_field_is_a_mistake_that_is_named() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    let answer = admin
        .post("/v1/articles", json!({"headline": "a", "sumary": "b"}))
        .await
        .expect(400);

    assert_eq!(answer.code(), "invalid-body");
    assert_eq!(answer.pointers(), ["/sumary"]);
}

#[tokio::test]
async fn a_wrong_type_is_told_its_field() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    for (body, pointer) in [
        (json!({"headline": 7}), "/headline"),
        (json!({"headline": "a", "kind": 7}), "/kind"),
        (json!({"headline": "a", "kind": "play"}), "/kind"),
        (json!({"headline": "a", "word_count": 1.5}), "/word_count"),
        (
            json!({"headline": "a", "word_count": 2_147_483_648_u32}),
            "/word_count",
        ),
        (
            json!({"headline": "a", "key_points": ["b", {}]}),
            "/key_points/1",
        ),
        (json!({"headline": "a", "tags": [7]}), "/tags/0"),
        (json!({"headline": "a", "related": ["b"]}), "/related/0"),
        (json!({"headline": "a", "custom": "b"}), "/custom"),
        (json!([]), ""),
        (json!(null), ""),
    ] {
        let answer = admin.post("/v1/articles", body.clone()).await;

        assert_eq!(answer.status, 400, "{body}: {}", answer.text());
        assert_eq!(answer.code(), "invalid-body", "{body}");
        assert_eq!(answer.pointers(), [pointer], "{body}");
        // The words are for callers, who know no Rust.
        assert!(!answer.text().contains("struct"), "{}", answer.text());
    }
}

#[tokio::test]
async fn every_rule_that_is_broken_is_named_at_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    let answer = admin
        .post(
            "/v1/articles",
            json!({
                "headline": "\u{0}", "short_headline": "a".repeat(121), "summary": " ", "key_points": ["a", ""],
                "dateline": "a\nb", "byline": "a".repeat(301), "language": "e", "canonical_url": "/harbour",
                "external_ids": [{"source": "cms", "id": "1"}, {"source": "cms", "id": "1"}],
                "lead_image": {"url": "ftp://img.example/", "width": 0}, "word_count": -1, "tags": [{"kind": "place"}],
                "published_at": "0000-01-01T00:00:00Z", "updated_at": "99999-01-01T00:00:00Z",
                "embargoed_until": "yesterday", "expires_at": "2026-11-23T09:00:00",
                "custom": {"a": "\u{0}"}, "body": "a".repeat(524_289),
            }),
        )
        .await;

    insta::assert_snapshot!(answer, @r#"
    422 Unprocessable Entity
    cache-control: no-store
    content-type: application/problem+json
    vary: Accept-Encoding

    {
      "type": "urn:dateline:problem:invalid",
      "title": "Fields of the body break rules",
      "status": 422,
      "detail": "19 field(s) break a rule; the first, /headline, must not contain the control character U+0000.",
      "code": "invalid",
      "request_id": "[request]",
      "errors": [
        {
          "pointer": "/headline",
          "detail": "must not contain the control character U+0000"
        },
        {
          "pointer": "/language",
          "detail": "must be a BCP 47 language tag, such as en or ar-QA"
        },
        {
          "pointer": "/canonical_url",
          "detail": "must be an absolute web address: relative URL without a base"
        },
        {
          "pointer": "/published_at",
          "detail": "lies in the year 0; years 1 to 9999 are allowed"
        },
        {
          "pointer": "/body",
          "detail": "has 524289 bytes; at most 524288 are allowed"
        },
        {
          "pointer": "/short_headline",
          "detail": "has 121 characters; at most 120 are allowed"
        },
        {
          "pointer": "/summary",
          "detail": "must not be empty"
        },
        {
          "pointer": "/key_points/1",
          "detail": "must not be empty"
        },
        {
          "pointer": "/dateline",
          "detail": "must not contain the control character U+000A"
        },
        {
          "pointer": "/byline",
          "detail": "has 301 characters; at most 300 are allowed"
        },
        {
          "pointer": "/external_ids/1",
          "detail": "is named twice"
        },
        {
          "pointer": "/lead_image/url",
          "detail": "must begin with http:// or https://"
        },
        {
          "pointer": "/lead_image/width",
          "detail": "must be between 1 and 100000"
        },
        {
          "pointer": "/word_count",
          "detail": "must be between 0 and 2147483647"
        },
        {
          "pointer": "/custom",
          "detail": "must not contain the control character U+0000"
        },
        {
          "pointer": "/updated_at",
          "detail": "must be an RFC 3339 date and time with an offset, such as 2026-11-23T09:00:00Z"
        },
        {
          "pointer": "/embargoed_until",
          "detail": "must be an RFC 3339 date and time with an offset, such as 2026-11-23T09:00:00Z"
        },
        {
          "pointer": "/expires_at",
          "detail": "must be an RFC 3339 date and time with an offset, such as 2026-11-23T09:00:00Z"
        },
        {
          "pointer": "/tags/0",
          "detail": "must have a key, or a kind and a name"
        }
      ]
    }
    "#);
}

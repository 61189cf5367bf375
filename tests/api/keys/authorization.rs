//! The header `Authorization`

use dateline::keys::{Scope, Secret};

use crate::support::{Answer, TestApp};

async fn show(app: &TestApp, header: &[u8]) -> Answer {
    let request = app
        .anybody()
        .request(reqwest::Method::GET, "/v1/short-links");
    app.anybody()
        .send(request.header("authorization", header))
        .await
}

#[tokio::test]
async fn a_key_is_read_whatever_the_case_of_its_scheme() {
    let app = TestApp::start().await;
    let caller = app.caller(&[Scope::WriteLinks]).await;
    let key = caller.key().unwrap_or_default();

    for header in [
        format!("Bearer {key}"),
        format!("bearer {key}"),
        format!("BEARER  {key}"),
    ] {
        show(&app, header.as_bytes()).await.expect(200);
    }
}

#[tokio::test]
async fn what_is_no_valid_key_is_refused() {
    let app = TestApp::start().await;
    let caller = app.caller(&[Scope::WriteLinks]).await;
    let key = caller.key().unwrap_or_default();
    let (start, secret) = (&key[..15], &key[16..]);
    let unknown = Secret::generate().reveal();
    let headers = [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        key.to_owned(),
        format!("Basic {key}"),
        format!("Bearer{key}"),
        format!("Bearer {key}x"),
        format!("Bearer {key} x"),
        format!("Bearer {key},"),
        format!("Bearer {}", key.to_uppercase()),
        format!("Bearer {}", &key[..key.len() - 1]),
        format!("Bearer {start}_"),
        format!("Bearer {start}"),
        format!("Bearer {secret}"),
        format!("Bearer dl_{}_{secret}", "a".repeat(12)),
        format!("Bearer dl__{secret}"),
        format!("Bearer {unknown}"),
        format!("Bearer {}", "x".repeat(4000)),
    ];

    for header in headers {
        let refused = show(&app, header.as_bytes()).await.expect(401);
        assert_eq!(refused.code(), "unauthenticated", "{header}");
        assert_eq!(
            refused.header("www-authenticate"),
            "Bearer realm=\"dateline\"",
            "{header}"
        );
        assert_eq!(refused.header("cache-control"), "no-store", "{header}");
    }
    show(&app, "Bearer ключ".as_bytes()).await.expect(401);
    show(&app, b"Bearer \xff\xfe").await.expect(401);
}

#[tokio::test]
async fn a_bad_key_is_refused_even_where_none_is_needed() {
    let app = TestApp::start().await;

    for path in ["/v1/tags", "/v1/articles", "/v1/tags/autocomplete?q=x"] {
        let request = app.anybody().request(reqwest::Method::GET, path);
        app.anybody()
            .send(request.bearer_auth("dl_x_y"))
            .await
            .expect(401);
    }
}

#[tokio::test]
async fn a_caller_without_a_key_is_refused_before_the_body_is_read() {
    let app = TestApp::start().await;

    let request = app.anybody().request(reqwest::Method::POST, "/v1/tags");
    let refused = app.anybody().send(request.body("no JSON")).await;

    insta::assert_snapshot!(refused.expect(401), @r#"
    401 Unauthorized
    cache-control: no-store
    content-type: application/problem+json
    www-authenticate: Bearer realm="dateline"

    {
      "type": "urn:dateline:problem:unauthenticated",
      "title": "A valid key is needed",
      "status": 401,
      "detail": "Send a key: Authorization: Bearer dl_<id>_<secret>.",
      "code": "unauthenticated",
      "request_id": "[request]"
    }
    "#);
}

//! How many requests keys and addresses may send.

use dateline::keys::{Scope, Secret};
use reqwest::Method;

use crate::support::{Answer, TestApp};

/// The status, and what is told of the quota, but for the seconds, which depend on the machine.
fn told(answer: &Answer) -> String {
    let (policy, left) = (
        answer.header("ratelimit-policy"),
        answer.header("ratelimit"),
    );
    let left = left.split(";t=").next().unwrap_or_default();
    format!("{} {policy} {left}", answer.status.as_u16())
}

/// The seconds after which a caller is to come back, which are those of its quota.
fn wait(answer: &Answer) -> u64 {
    let (_, seconds) = answer
        .header("ratelimit")
        .split_once(";t=")
        .expect("seconds");
    assert_eq!(answer.header("retry-after"), seconds);
    seconds.parse().expect("seconds")
}

/// Asks without a key, from an address that a proxy names.
async fn ask_from(app: &TestApp, forwarded: &str) -> u16 {
    let request = app.anybody().request(Method::GET, "/v1/articles");
    let request = request.header("x-forwarded-for", forwarded);
    app.anybody().send(request).await.status.as_u16()
}

#[tokio::test]
async fn a_key_has_a_quota_that_comes_back_evenly() {
    let app = TestApp::with(|config| config.limits.key_requests_per_minute = 2).await;
    let (one, other) = (
        app.caller(&[Scope::WriteTags]).await,
        app.caller(&[Scope::ReadStats]).await,
    );

    assert_eq!(
        told(&one.get("/v1/tags").await),
        r#"200 "key";q=2;w=60 "key";r=1"#
    );
    assert_eq!(
        told(&one.get("/v1/tags").await),
        r#"200 "key";q=2;w=60 "key";r=0"#
    );
    let refused = one
        .post("/v1/tags", serde_json::json!({"kind": "topic"}))
        .await;

    assert_eq!(told(&refused), r#"429 "key";q=2;w=60 "key";r=0"#);
    assert!((20..=30).contains(&wait(&refused)), "{}", wait(&refused));
    assert_eq!(refused.code(), "too-many-requests");
    assert_eq!(app.limited("key").await, 1);
    other.get("/v1/tags").await.expect(200);
    assert_eq!(told(&app.anybody().get("/v1/tags").await), "200  ");
    one.get("/livez").await.expect(200);
    app.advance(30);
    one.get("/v1/tags").await.expect(200);
}

#[tokio::test]
async fn an_address_has_a_quota_of_requests_without_a_key() {
    let app = TestApp::with(|config| config.limits.address_requests_per_minute = 1).await;
    let (anybody, known) = (app.anybody(), app.caller(&[Scope::ReadStats]).await);

    let first = told(&anybody.get("/v1/tags").await);
    let second = anybody.get("/v1/nowhere").await;

    assert_eq!(first, r#"200 "address";q=1;w=60 "address";r=0"#);
    assert_eq!(told(&second), r#"429 "address";q=1;w=60 "address";r=0"#);
    assert!((50..=60).contains(&wait(&second)), "{}", wait(&second));
    assert_eq!(second.member("/request_id"), second.header("x-request-id"));
    assert_eq!(
        ask_from(&app, "198.51.100.7").await,
        429,
        "no proxy is trusted"
    );
    assert_eq!(told(&known.get("/v1/tags").await), "200  ");
    for path in ["/livez", "/readyz", "/metrics", "/version", "/openapi.json"] {
        anybody.get(path).await.expect(200);
    }
    app.follow(Method::GET, "exmp.news", "/nothing")
        .await
        .expect(404);
    app.advance(60);
    anybody.get("/v1/tags").await.expect(200);
}

#[tokio::test]
async fn keys_that_are_not_valid_count_against_their_address() {
    let app = TestApp::with(|config| config.limits.address_requests_per_minute = 2).await;
    let (anybody, known) = (app.anybody(), app.caller(&[Scope::ReadStats]).await);
    let unknown = Secret::generate().reveal();
    let show = |key: &str| {
        let request = anybody.request(Method::GET, "/v1/tags").bearer_auth(key);
        anybody.send(request)
    };

    show(&unknown).await.expect(401);
    known.get("/v1/tags").await.expect(200);
    show("rubbish").await.expect(401);

    assert_eq!(show(&unknown).await.expect(429).code(), "too-many-requests");
    assert_eq!(app.limited("address").await, 1);
    anybody.get("/v1/tags").await.expect(200);
}

#[tokio::test]
async fn behind_trusted_proxies_the_caller_they_name_counts() {
    let app = TestApp::with(|config| {
        config.limits.address_requests_per_minute = 1;
        config.limits.trusted_proxies = "127.0.0.0/8, 10.0.0.0/8".parse().expect("networks");
    })
    .await;

    assert_eq!(ask_from(&app, "198.51.100.7").await, 200);
    assert_eq!(ask_from(&app, "198.51.100.7, 10.0.0.1").await, 429);
    assert_eq!(
        ask_from(&app, "203.0.113.1, 198.51.100.7").await,
        429,
        "a lie"
    );
    assert_eq!(ask_from(&app, "203.0.113.1").await, 200);
    assert_eq!(ask_from(&app, "2001:db8::1").await, 200);
    assert_eq!(ask_from(&app, "2001:db8::2").await, 429, "the same network");
}

#[tokio::test]
async fn an_encoded_letter_in_the_path_is_no_way_round() {
    let app = TestApp::with(|config| config.limits.address_requests_per_minute = 1).await;
    let anybody = app.anybody();

    anybody.get("/%761/tags").await.expect(200);

    for path in ["/%761/tags", "/v%31/tags", "/v1/t%61gs", "/%76%31/nowhere"] {
        let refused = anybody.get(path).await.expect(429);
        assert_eq!(refused.code(), "too-many-requests", "{path}");
    }
}

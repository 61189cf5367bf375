//! `/v1/keys`

use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};

async fn create(admin: &Client<'_>, scopes: Value) -> Answer {
    let key = json!({"name": "cms", "scopes": scopes});
    admin.post("/v1/keys", key).await.expect(201)
}

/// What a caller with this key is answered.
async fn call(app: &TestApp, key: &str, path: &str) -> Answer {
    let request = app.anybody().request(reqwest::Method::GET, path);
    app.anybody().send(request.bearer_auth(key)).await
}

#[tokio::test]
async fn a_secret_is_shown_once_and_only_its_hash_is_stored() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    let created = create(
        &admin,
        json!(["tags:write", "articles:write", "tags:write"]),
    )
    .await;

    let (id, key) = (created.member("/id"), created.member("/key"));
    let secret = key
        .strip_prefix(&format!("dl_{id}_"))
        .expect("dl_<id>_<secret>")
        .to_owned();
    assert_eq!(
        created.json()["scopes"],
        json!(["articles:write", "tags:write"])
    );
    assert_eq!(created.header("location"), format!("/v1/keys/{id}"));
    assert_eq!(created.header("cache-control"), "private, no-store");
    let found = admin.get(created.header("location")).await.expect(200);
    let listed = admin.get("/v1/keys").await.expect(200);
    assert!(!found.text().contains(&secret) && !listed.text().contains(&secret));
    assert_eq!(found.header("cache-control"), "private, no-store");
    assert_eq!(found.json()["revoked_at"], json!(null));
    let stored = app
        .lines("select string_agg(k::text, ' ') as line from api_keys k")
        .await;
    let told = app
        .lines("select string_agg(c::text, ' ') as line from changes c")
        .await;
    assert!(!stored[0].contains(&secret) && !told[0].contains(&secret));
    let hash = format!(
        "select (secret_hash = sha256('{secret}'))::text as line from api_keys where id = '{id}'"
    );
    assert_eq!(app.lines(&hash).await, ["true"]);
}

#[tokio::test]
async fn keys_are_listed_the_newest_first() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    app.advance(1);
    let first = create(&admin, json!(["stats:read"])).await.member("/id");
    app.advance(1);
    let second = create(&admin, json!(["stats:read"])).await.member("/id");

    let listed = admin.get("/v1/keys").await.expect(200);

    assert_eq!(
        [listed.member("/items/0/id"), listed.member("/items/1/id")],
        [second, first]
    );
    assert_eq!(listed.json()["items"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn a_revoked_key_stops_at_once_and_is_still_listed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let created = create(&admin, json!(["admin"])).await;
    let (key, path) = (
        created.member("/key"),
        created.header("location").to_owned(),
    );
    call(&app, &key, "/v1/keys").await.expect(200);

    admin.delete(&path).await.expect(204);

    assert_eq!(
        call(&app, &key, "/v1/keys").await.expect(401).code(),
        "unauthenticated"
    );
    call(&app, &key, "/v1/tags").await.expect(401);
    assert!(admin.get(&path).await.expect(200).json()["revoked_at"].is_string());
    admin.delete(&path).await.expect(204);
    let told = app.changes().await;
    assert_eq!(
        told.iter()
            .filter(|change| change.contains("revoke"))
            .count(),
        1
    );
}

#[tokio::test]
async fn a_key_that_never_was_is_not_found() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    for id in ["000000000000", "x", "%00", "%FF"] {
        admin.get(&format!("/v1/keys/{id}")).await.expect(404);
        admin.delete(&format!("/v1/keys/{id}")).await.expect(404);
    }
}

#[tokio::test]
async fn a_key_that_breaks_the_rules_is_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    for (key, status) in [
        (json!({"name": "cms", "scopes": []}), 422),
        (json!({"name": "", "scopes": ["admin"]}), 422),
        (json!({"name": "x".repeat(101), "scopes": ["admin"]}), 422),
        (json!({"name": "a\u{0}b", "scopes": ["admin"]}), 422),
        (json!({"name": "cms", "scopes": ["everything"]}), 400),
        (json!({"name": "cms"}), 400),
        (json!({"scopes": ["admin"]}), 400),
        (
            json!({"name": "cms", "scopes": ["admin"], "id": "000000000000"}),
            400,
        ),
    ] {
        admin.post("/v1/keys", key).await.expect(status);
    }
    assert_eq!(app.changes().await.len(), 1);
}

#[tokio::test]
async fn keys_are_the_administrators_business() {
    let app = TestApp::start().await;
    let other = app.all_but_admin().await;

    let refused = other.get("/v1/keys").await.expect(403);
    let unknown = app.anybody().get("/v1/keys").await.expect(401);

    assert_eq!(
        (refused.code(), refused.member("/scope")),
        ("forbidden".into(), "admin".into())
    );
    assert_eq!(
        unknown.header("www-authenticate"),
        "Bearer realm=\"dateline\""
    );
}

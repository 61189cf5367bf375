//! One row for each resource that a write leaves changed

use dateline::keys::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Story, TestApp};

/// The caller's public half, as changes name it.
fn id<'a>(caller: &'a Client<'_>) -> &'a str {
    caller
        .key()
        .and_then(|key| key.split('_').nth(1))
        .unwrap_or_default()
}

/// Sends a write and answers the changes that it left.
async fn changes_of(
    app: &TestApp,
    caller: &Client<'_>,
    (method, path, body): (Method, &str, Value),
) -> Vec<String> {
    let before = app.changes().await.len();
    let answer = caller.send(caller.request(method, path).json(&body)).await;
    assert!(answer.status.as_u16() < 500, "{}", answer.text());
    app.changes().await.split_off(before)
}

#[tokio::test]
async fn every_write_of_a_tag_leaves_one_change_with_its_key() {
    let app = TestApp::start().await;
    let caller = app.caller(&[Scope::WriteTags]).await;
    let key = id(&caller);
    let (doha, qatar) = ("/v1/tags/place:doha", "/v1/tags/place:qatar");

    for (method, path, body, change) in [
        (
            Method::POST,
            "/v1/tags",
            json!({"kind": "place", "name": "Doha"}),
            "create tag place:doha 1",
        ),
        (
            Method::PATCH,
            doha,
            json!({"description": "The capital."}),
            "update tag place:doha 2",
        ),
        (
            Method::PUT,
            doha,
            json!({"name": "Doha"}),
            "update tag place:doha 3",
        ),
        (
            Method::PATCH,
            doha,
            json!({"slug": "qatar"}),
            "update tag place:qatar 4",
        ),
        (
            Method::DELETE,
            qatar,
            json!(null),
            "delete tag place:qatar 5",
        ),
        (
            Method::PUT,
            "/v1/tags/topic:ports",
            json!({"name": "Ports"}),
            "create tag topic:ports 1",
        ),
    ] {
        let changes = changes_of(&app, &caller, (method, path, body)).await;
        assert_eq!(changes, [format!("{key} {change}")]);
    }
}

#[tokio::test]
async fn every_write_of_a_short_link_leaves_one_change_with_its_key() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    let caller = app.caller(&[Scope::WriteLinks]).await;
    let key = id(&caller);
    let alias = "/v1/short-links/exmp.news/harbour";

    for (method, path, body, change) in [
        (
            Method::POST,
            "/v1/short-links",
            json!({"article_id": story.id, "code": "harbour"}),
            "create short_link exmp.news/harbour 1",
        ),
        (
            Method::PATCH,
            alias,
            json!({"status": "disabled"}),
            "update short_link exmp.news/harbour 2",
        ),
        (
            Method::PATCH,
            alias,
            json!({"status": "active", "primary": true}),
            "update short_link exmp.news/harbour 3",
        ),
        (
            Method::PATCH,
            alias,
            json!({"target_url": "https://news.example/b"}),
            "update short_link exmp.news/harbour 4",
        ),
        (
            Method::DELETE,
            alias,
            json!(null),
            "delete short_link exmp.news/harbour 5",
        ),
    ] {
        let changes = changes_of(&app, &caller, (method, path, body)).await;
        assert_eq!(changes.last(), Some(&format!("{key} {change}")));
        // The link that its article no longer shows has a row too, and keeps its version.
        let lowered = format!("{key} update short_link exmp.news/{} 1", story.code);
        let is_raised = change.ends_with("harbour 3");
        assert_eq!(changes.len(), if is_raised { 2 } else { 1 }, "{change}");
        assert!(!is_raised || changes[0] == lowered, "{changes:?}");
    }
    let ensured = (
        Method::PUT,
        format!("{}/short-link", story.path()),
        json!(null),
    );
    let ensured = changes_of(&app, &editor, (ensured.0, &ensured.1, ensured.2)).await;
    assert_eq!(ensured.len(), 1);
    assert!(ensured[0].starts_with(&format!("{} create short_link exmp.news/", id(&editor))));
}

#[tokio::test]
async fn every_write_of_an_article_leaves_one_change_and_its_first_one_that_of_its_link() {
    let app = TestApp::start().await;
    let caller = app.caller(&[Scope::WriteArticles]).await;
    let key = id(&caller);
    let article = "/v1/articles/01990000-0000-7000-8000-000000000001";
    let name = "article 01990000-0000-7000-8000-000000000001";

    let created = changes_of(
        &app,
        &caller,
        (Method::PUT, article, json!({"headline": "A"})),
    )
    .await;

    assert_eq!(created.len(), 2);
    assert!(created[0].starts_with(&format!("{key} create short_link exmp.news/")));
    assert_eq!(created[1], format!("{key} create {name} 1"));
    let restore = format!("{article}/restore");
    for (method, path, body, change) in [
        (Method::PATCH, article, json!({"summary": "B"}), "update"),
        (Method::PUT, article, json!({"headline": "B"}), "update"),
        (Method::DELETE, article, json!(null), "delete"),
        (Method::POST, restore.as_str(), json!({}), "restore"),
    ]
    .into_iter()
    .zip(2..)
    .map(|((method, path, body, action), version)| {
        (method, path, body, format!("{action} {name} {version}"))
    }) {
        let changes = changes_of(&app, &caller, (method, path, body)).await;
        assert_eq!(changes, [format!("{key} {change}")]);
    }
}

#[tokio::test]
async fn every_write_of_a_key_leaves_one_change_with_its_key() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let first = app.changes().await;

    let key = json!({"name": "cms", "scopes": ["tags:write"]});
    let made = admin.post("/v1/keys", key).await.expect(201).member("/id");
    admin.delete(&format!("/v1/keys/{made}")).await.expect(204);

    let key = id(&admin);
    assert_eq!(first, [format!("- create key {key}")]);
    assert_eq!(
        app.changes().await[1..],
        [
            format!("{key} create key {made}"),
            format!("{key} revoke key {made}")
        ]
    );
}

#[tokio::test]
async fn a_write_that_changes_nothing_or_is_refused_leaves_no_change() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let story = Story::publish(&admin, "https://news.example/a").await;
    let tag = admin
        .post("/v1/tags", json!({"kind": "place", "name": "Doha"}))
        .await
        .expect(201);
    let alias = "/v1/short-links/exmp.news/gone-one";
    admin
        .post(
            "/v1/short-links",
            json!({"article_id": story.id, "code": "gone-one"}),
        )
        .await
        .expect(201);
    admin.delete(alias).await.expect(204);
    let (doha, link, article) = ("/v1/tags/place:doha", story.link(), story.path());
    let ensure = format!("{article}/short-link");

    for (method, path, body) in [
        (Method::PATCH, doha, json!({})),
        (Method::PATCH, doha, json!({"name": "Doha"})),
        (Method::PUT, doha, tag.json()),
        (Method::PATCH, doha, json!({"kind": "topic"})),
        (
            Method::POST,
            "/v1/tags",
            json!({"kind": "place", "name": "Doha", "slug": "doha"}),
        ),
        (Method::PATCH, link.as_str(), json!({})),
        (
            Method::PATCH,
            link.as_str(),
            json!({"status": "active", "primary": true, "article_id": story.id}),
        ),
        (Method::PATCH, link.as_str(), json!({"status": "gone"})),
        (Method::DELETE, alias, json!(null)),
        (
            Method::POST,
            "/v1/short-links",
            json!({"article_id": story.id, "code": "gone-one"}),
        ),
        (Method::PUT, ensure.as_str(), json!(null)),
        (Method::PATCH, article.as_str(), json!({"headline": "A"})),
        (
            Method::POST,
            "/v1/articles",
            json!({"headline": "B", "canonical_url": "https://news.example/a"}),
        ),
        (
            Method::POST,
            "/v1/articles",
            json!({"headline": "B", "tags": ["place:nowhere"]}),
        ),
    ] {
        let changes = changes_of(&app, &admin, (method.clone(), path, body)).await;
        assert_eq!(changes, [""; 0], "{method} {path}");
    }
}

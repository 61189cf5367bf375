//! Requests that are sent again

mod crowd;

use std::time::Duration;

use dateline::keys::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp, execute};

/// Sends a POST under a key.
async fn post(caller: &Client<'_>, key: &str, path: &str, body: &Value) -> Answer {
    let request = caller.request(Method::POST, path);
    let request = request.header("idempotency-key", key).json(body);
    caller.send(request).await
}

fn link(number: u32) -> Value {
    json!({"target_url": format!("https://news.example/{number}")})
}

async fn links(app: &TestApp) -> String {
    let count = "select count(*)::text as line from short_links where article_id is null";
    app.lines(count).await.join("")
}

/// What the service counts of itself, which no retry may raise.
async fn changes(app: &TestApp) -> usize {
    app.changes().await.len()
}

#[tokio::test]
async fn whatever_creates_is_made_once_and_answered_again_as_it_was() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for name in ["Harbours", "Quays"] {
        let tag = json!({"kind": "topic", "name": name});
        admin.post("/v1/tags", tag).await.expect(201);
    }
    let story = json!({"headline": "A", "tags": [{"kind": "place", "name": "Port Elara"}]});
    let create = json!({"operations": [{"op": "create", "kind": "topic", "name": "Piers"}, {"op": "nonsense"}]});
    for (path, body, status) in [
        ("/v1/articles", story, 201),
        ("/v1/tags", json!({"kind": "event", "name": "Regatta"}), 201),
        ("/v1/short-links", link(1), 201),
        (
            "/v1/domains",
            json!({"base_url": "https://one.example"}),
            201,
        ),
        ("/v1/tags/batch", create, 200),
        (
            "/v1/short-links/batch",
            json!({"operations": [{"op": "create", "target_url": "https://news.example/2"}]}),
            200,
        ),
        (
            "/v1/tags/topic:harbours/merge",
            json!({"sources": ["topic:quays"]}),
            201,
        ),
    ] {
        let first = post(&admin, "\"the key\"", path, &body)
            .await
            .expect(status);
        let before = changes(&app).await;
        let second = post(&admin, "\"the key\"", path, &body).await;

        assert_eq!(first.header("idempotent-replayed"), "", "{path}");
        assert_eq!(second.header("idempotent-replayed"), "true", "{path}");
        let replayed = second
            .whole()
            .replace("idempotent-replayed: \"true\"\n", "");
        assert_eq!(replayed, first.whole(), "{path}");
        assert_eq!(changes(&app).await, before, "{path}");
        // The next one has the same name for its request.
        app.execute("delete from idempotency_keys")
            .await
            .expect("a table");
    }
}

#[tokio::test]
async fn a_key_means_one_request_of_one_caller_with_or_without_quotes() {
    let app = TestApp::start().await;
    let (one, other) = (
        app.caller(&[Scope::WriteLinks]).await,
        app.caller(&[Scope::WriteLinks]).await,
    );

    let first = post(&one, "k", "/v1/short-links", &link(1))
        .await
        .expect(201);
    let quoted = post(&one, "\"k\"", "/v1/short-links", &link(1))
        .await
        .expect(201);
    let reused = post(&one, "k", "/v1/short-links", &link(2))
        .await
        .expect(422);
    let elsewhere = post(
        &one,
        "k",
        "/v1/short-links/batch",
        &json!({"operations": []}),
    )
    .await
    .expect(422);
    let of_other = post(&other, "k", "/v1/short-links", &link(2))
        .await
        .expect(201);

    assert_eq!(first.body, quoted.body);
    assert_eq!(reused.code(), "idempotency-key-reused");
    assert_eq!(elsewhere.code(), "idempotency-key-reused");
    assert_ne!(first.body, of_other.body);
    assert_eq!(links(&app).await, "2");
}

#[tokio::test]
async fn what_was_refused_is_judged_again() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let quay = json!({"kind": "place", "name": "Quay", "broader": ["place:elara"]});

    let refused = post(&editor, "k", "/v1/tags", &quay).await.expect(422);
    let elara = json!({"kind": "place", "name": "Elara"});
    editor.post("/v1/tags", elara).await.expect(201);
    let made = post(&editor, "k", "/v1/tags", &quay).await.expect(201);
    let again = post(&editor, "k", "/v1/tags", &quay).await.expect(201);

    assert_eq!(refused.code(), "unknown-tag");
    assert_eq!(made.header("idempotent-replayed"), "");
    assert_eq!(again.body, made.body);
}

#[tokio::test]
async fn while_the_first_is_at_work_the_second_is_told_so() {
    let app = TestApp::start().await;
    let other = app.beside(|_| {});
    let editor = app.caller(&[Scope::WriteLinks]).await;
    let mut holder = app.database.connect().await;
    holder.begin().await.expect("a transaction");
    crate::support::execute(&mut holder, "lock table short_links in exclusive mode").await;
    let request = |app: &TestApp| {
        let path = format!("http://{}/v1/short-links", app.api());
        let request = reqwest::Client::new()
            .post(path)
            .bearer_auth(editor.key().unwrap_or_default());
        request.header("idempotency-key", "k").json(&link(1))
    };

    let first = tokio::spawn(request(&app).send());
    let waiting = "select count(*)::text as line from pg_locks where not granted \
                   and database = (select oid from pg_database where datname = current_database())";
    while app.lines(waiting).await == ["0"] {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let second = Answer::of(request(&other).send().await.expect("an answer")).await;
    holder.take_back().await.expect("the lock's end");
    let first = Answer::of(first.await.expect("a task").expect("an answer")).await;
    let third = Answer::of(request(&other).send().await.expect("an answer")).await;

    assert_eq!(second.code(), "idempotency-key-in-use");
    assert_eq!(
        (second.status.as_u16(), second.header("retry-after")),
        (409, "1")
    );
    assert_eq!((first.status.as_u16(), third.status.as_u16()), (201, 201));
    assert_eq!(first.body, third.body);
    assert_eq!(links(&app).await, "1");
}

#[tokio::test]
async fn a_key_is_forgotten_after_its_time() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteLinks]).await;

    post(&editor, "k", "/v1/short-links", &link(1))
        .await
        .expect(201);
    app.advance(24 * 60 * 60 - 60);
    let replayed = post(&editor, "k", "/v1/short-links", &link(1))
        .await
        .expect(201);
    app.advance(120);
    let fresh = post(&editor, "k", "/v1/short-links", &link(2))
        .await
        .expect(201);
    let again = post(&editor, "k", "/v1/short-links", &link(2))
        .await
        .expect(201);

    assert_eq!(replayed.header("idempotent-replayed"), "true");
    assert_eq!(fresh.header("idempotent-replayed"), "");
    assert_eq!(again.body, fresh.body);
    assert_eq!(links(&app).await, "2");
    app.advance(25 * 60 * 60);
    // An instance looks when it starts.
    let _other = app.beside(|_| {});
    let kept = "select count(*)::text as line from idempotency_keys";
    while app.lines(kept).await != ["0"] {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_read_or_would_keep_a_secret_is_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let new_key = json!({"name": "cms", "scopes": ["articles:write"]});
    let long = "x".repeat(256);

    for key in ["", "\"\"", "\"open", "two words", "\"k\"; p=1", &long] {
        let refused = post(&admin, key, "/v1/short-links", &link(1))
            .await
            .expect(400);
        assert_eq!(refused.code(), "invalid-header", "{key}");
    }
    let secret = post(&admin, "k", "/v1/keys", &new_key).await.expect(400);

    assert_eq!(secret.code(), "invalid-header");
    assert!(secret.text().contains("shown once"), "{}", secret.text());
    assert_eq!(links(&app).await, "0");
}

#[tokio::test]
async fn a_batch_that_the_database_failed_to_make_is_made_when_it_is_sent_again() {
    let app = TestApp::with(|config| config.statement_timeout = Duration::from_millis(200)).await;
    let admin = app.admin().await;
    let held = json!({"kind": "topic", "name": "Held"});
    admin.post("/v1/tags", held).await.expect(201);
    let batch = json!({"operations": [
        {"op": "create", "kind": "topic", "name": "New"},
        {"op": "update", "tag": "topic:held", "status": "deprecated"},
    ]});
    let mut holder = app.database.connect().await;
    for sql in ["begin", "select 1 from tags where slug = 'held' for update"] {
        execute(&mut holder, sql).await;
    }

    let failed = post(&admin, "k", "/v1/tags/batch", &batch)
        .await
        .expect(503);
    let left = admin.get("/v1/tags/topic:new").await;
    let apart = admin
        .post("/v1/tags/batch", batch.clone())
        .await
        .expect(200);
    execute(&mut holder, "rollback").await;
    admin.delete("/v1/tags/topic:new").await.expect(204);
    let made = post(&admin, "k", "/v1/tags/batch", &batch)
        .await
        .expect(200);

    assert_eq!(failed.code(), "database-busy");
    assert_eq!(failed.header("retry-after"), "2");
    assert_eq!(left.status, 404);
    // Without a key each operation is by itself, and has an answer by itself.
    let status = |answer: &Answer, place: usize| answer.member(&format!("/items/{place}/status"));
    assert_eq!([status(&apart, 0), status(&apart, 1)], ["201", "503"]);
    assert_eq!(made.header("idempotent-replayed"), "");
    assert_eq!(
        [status(&made, 0), status(&made, 1)],
        ["201", "200"],
        "{}",
        made.text()
    );
}

//! Without the database, and without its patience

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use dateline::base::{
    config::{Config, Secret},
    db::{Connection, Connector},
};

use crate::{
    contract::{document::Document, ground::Ground},
    support::{Client, TestApp},
};

/// A database where nobody listens.
fn nowhere(config: &mut Config) {
    let address = "postgres:///dateline?host=/nonexistent/socket";
    config.database_url = Some(Secret(address.to_owned()));
}

#[tokio::test]
async fn without_a_database_the_process_lives_and_is_not_ready() {
    let app = TestApp::with(nowhere).await;
    let nobody = app.anybody();

    let ready = nobody.get("/readyz").await;

    insta::assert_snapshot!(ready, @r#"
    503 Service Unavailable
    cache-control: no-store
    content-type: application/problem+json
    retry-after: 2

    {
      "type": "urn:dateline:problem:database-unavailable",
      "title": "The database cannot be reached",
      "status": 503,
      "detail": "The database cannot be reached. Try again in a moment.",
      "code": "database-unavailable",
      "request_id": "[request]"
    }
    "#);
    for path in [
        "/livez",
        "/version",
        "/metrics",
        "/openapi.json",
        "/docs/",
        "/",
    ] {
        nobody.get(path).await.expect(200);
    }
}

#[tokio::test]
async fn without_a_database_every_operation_says_when_to_come_back() {
    let app = TestApp::with(nowhere).await;
    let document = Document::of(&app).await;
    let admin = app.admin().await;
    let mut operations = document.api_operations();
    operations.retain(|operation| operation.path.starts_with("/v1/"));

    for operation in operations {
        let request = admin.request(operation.method(), &Ground::nowhere(operation));
        let answer = admin.send(request).await;

        let id = operation.id();
        assert_eq!(answer.status, 503, "{id}: {}", answer.text());
        assert_eq!(answer.code(), "database-unavailable", "{id}");
        assert_eq!(answer.header("retry-after"), "2", "{id}");
        assert!(!answer.text().contains("nonexistent"), "{id} tells where");
        document.check(operation, &answer);
    }
    let followed = app.follow(Method::GET, "exmp.news", "/harbour").await;
    assert_eq!(followed.status, 503);
    assert_eq!(followed.header("retry-after"), "2");
}

/// Runs statements on the server of the test's database, whoever is let into that.
async fn administer(app: &TestApp, statements: &[&str]) {
    let (server, name) = app.database.url.rsplit_once('/').expect("a database");
    let connector = Connector::new(&format!("{server}/postgres"), Duration::from_secs(60));
    let connecting = connector.expect("an address").connect().await;
    let mut admin = connecting.expect("a server that answers");
    for statement in statements {
        run(&mut admin, &statement.replace("$name", name)).await;
    }
}

async fn run(connection: &mut Connection, statement: &str) {
    use diesel_async::RunQueryDsl;
    let done = diesel::sql_query(statement)
        .execute(&mut **connection)
        .await;
    done.expect(statement);
}

/// Lets nobody into the database, and throws out who is in.
async fn take_away(app: &TestApp) {
    let leave =
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '$name'";
    let close = "alter database $name allow_connections false";
    administer(app, &[close, leave]).await;
}

async fn give_back(app: &TestApp) {
    administer(app, &["alter database $name allow_connections true"]).await;
}

/// Asks until the answer has this status.
async fn until(caller: &Client<'_>, path: &str, status: u16) {
    let asking = async { while caller.get(path).await.status != status {} };
    let limit = Duration::from_secs(20);
    tokio::time::timeout(limit, asking).await.expect(path);
}

#[tokio::test]
async fn a_database_that_leaves_and_returns_is_used_again() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let article = admin
        .post(
            "/v1/articles",
            json!({"headline": "a", "status": "published"}),
        )
        .await
        .expect(201);
    let path = article.header("location");

    take_away(&app).await;

    for path in [path, "/v1/articles", "/readyz"] {
        let away = admin.get(path).await;
        assert_eq!(away.status, 503, "{path}: {}", away.text());
        assert_eq!(away.code(), "database-unavailable", "{path}");
    }
    let written = admin.patch(path, json!({"summary": "b"})).await;
    assert_eq!(written.status, 503);
    admin.get("/livez").await.expect(200);

    give_back(&app).await;

    for path in [path, "/v1/articles", "/readyz"] {
        until(&admin, path, 200).await;
    }
    let written = admin.patch(path, json!({"summary": "b"})).await.expect(200);
    assert_eq!(written.member("/version"), "2");
}

#[tokio::test]
async fn a_database_without_the_newest_migration_is_not_ready() {
    let app = TestApp::start().await;
    app.anybody().get("/readyz").await.expect(200);

    let newest = "delete from __diesel_schema_migrations
                   where version = (select max(version) from __diesel_schema_migrations)";
    app.execute(newest).await.expect("a migration");

    let ready = app.anybody().get("/readyz").await;
    assert_eq!(ready.status, 503, "{}", ready.text());
    assert_eq!(ready.code(), "database-unavailable");
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_given_up() {
    let app = TestApp::with(|config| config.statement_timeout = Duration::from_millis(100)).await;
    let admin = app.admin().await;
    let article = admin.post("/v1/articles", json!({"headline": "a"})).await;
    let path = article.expect(201).header("location").to_owned();

    let mut other = app.database.connect().await;
    for sql in ["begin", "lock table articles in access exclusive mode"] {
        run(&mut other, sql).await;
    }

    for answer in [
        admin.get(&path).await,
        admin.get("/v1/articles").await,
        admin.patch(&path, json!({"summary": "b"})).await,
    ] {
        assert_eq!(answer.status, 503, "{}", answer.text());
        assert_eq!(answer.code(), "database-busy");
        assert_eq!(answer.header("retry-after"), "2");
    }
    admin.get("/readyz").await.expect(200);
}

#[tokio::test]
async fn a_database_that_hangs_is_not_ready() {
    let app = TestApp::with(|config| config.statement_timeout = Duration::from_secs(60)).await;
    let mut other = app.database.connect().await;
    for sql in [
        "begin",
        "lock table __diesel_schema_migrations in access exclusive mode",
    ] {
        run(&mut other, sql).await;
    }

    let ready = app.anybody().get("/readyz").await.expect(503);

    assert_eq!(ready.code(), "database-unavailable");
    assert_eq!(ready.member("/detail"), "The database does not answer.");
}

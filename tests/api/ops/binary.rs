//! The verbs of the binary

use std::net::TcpListener;

use dateline::base::config::Secret;
use uuid::Uuid;

use super::process::dateline;
use crate::support::TestApp;

#[tokio::test]
async fn healthcheck_succeeds_where_the_service_is_ready() {
    let app = TestApp::start().await;
    let port = app.api().port();

    for listen in [format!("127.0.0.1:{port}"), format!("0.0.0.0:{port}")] {
        let checked = dateline(&["healthcheck"], &[("API_LISTEN", &listen)]).output();

        let checked = checked.expect("the binary");
        assert!(checked.status.success(), "{listen}: {checked:?}");
    }
}

#[tokio::test]
async fn healthcheck_fails_where_the_service_is_not_ready() {
    let app = TestApp::with(|config| {
        let nowhere = "postgres:///dateline?host=/nonexistent/socket";
        config.database_url = Some(Secret(nowhere.to_owned()));
    })
    .await;

    let listen = app.api().to_string();
    let checked = dateline(&["healthcheck"], &[("API_LISTEN", &listen)]).output();

    let checked = checked.expect("the binary");
    assert_eq!(checked.status.code(), Some(1));
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(said.contains("/readyz answered 503"), "{said}");
}

#[test]
fn healthcheck_fails_where_nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let listen = listener.local_addr().expect("an address").to_string();
    drop(listener);

    let checked = dateline(&["healthcheck"], &[("API_LISTEN", &listen)]).output();

    assert_eq!(checked.expect("the binary").status.code(), Some(1));
}

#[tokio::test]
async fn migrate_makes_a_database_ready_and_can_be_repeated() {
    let app = TestApp::start().await;
    let name = format!("test_{}", Uuid::now_v7().simple());
    app.execute(&format!("create database {name}"))
        .await
        .expect("a database");
    let (server, _) = app.database.url.rsplit_once('/').expect("a database");
    let url = format!("{server}/{name}");

    let runs = [(), ()].map(|()| {
        let migrated = dateline(&["migrate"], &[("DATABASE_URL", &url)]).output();
        migrated.expect("the binary")
    });
    let ready = TestApp::with(|config| config.database_url = Some(Secret(url))).await;
    let answer = ready.anybody().get("/readyz").await;
    drop(ready);
    app.execute(&format!("drop database {name} with (force)"))
        .await
        .expect("a database");

    let counts = runs.map(|run| {
        assert!(run.status.success(), "{run:?}");
        String::from_utf8_lossy(&run.stderr)
            .matches("event=migrated")
            .count()
    });
    assert!(counts[0] >= 5, "{counts:?}");
    assert_eq!(counts[1], 0);
    answer.expect(200);
}

#[tokio::test]
async fn keys_are_made_listed_and_revoked() {
    let app = TestApp::start().await;
    let keys = |arguments: &[&str]| {
        let arguments = [&["keys"], arguments].concat();
        let run = dateline(&arguments, &[("DATABASE_URL", &app.database.url)]).output();
        let run = run.expect("the binary");
        (
            run.status.success(),
            String::from_utf8_lossy(&run.stdout).trim().to_owned(),
        )
    };

    let (_, key) = keys(&[
        "create",
        "--name",
        "cms",
        "--scope",
        "tags:write",
        "articles:write",
    ]);
    let client = reqwest::Client::new();
    let create = || {
        let request = client
            .post(format!("http://{}/v1/tags", app.api()))
            .bearer_auth(&key);
        request
            .json(&serde_json::json!({"kind": "place", "name": "Port Elara"}))
            .send()
    };
    let with_key = create().await.expect("an answer");
    let (_, listed) = keys(&["list"]);
    let id = key.split('_').nth(1).unwrap_or_default();
    let (is_revoked, _) = keys(&["revoke", id]);
    let without = create().await.expect("an answer");

    assert_eq!(with_key.status(), 201);
    assert!(listed.contains(id) && listed.contains("cms"), "{listed}");
    let secret = key.rsplit('_').next().unwrap_or_default();
    assert!(!listed.contains(secret), "{listed}");
    assert!(is_revoked);
    assert_eq!(without.status(), 401);
    assert!(!keys(&["revoke", "000000000000"]).0, "there is no such key");
    assert!(
        !keys(&["create", "--name", "x", "--scope", "everything"]).0,
        "there is no such scope"
    );
}

#[test]
fn settings_that_are_wrong_are_all_named() {
    let wrong = [
        ("API_LISTEN", "nowhere"),
        ("PUBLIC_READ", "perhaps"),
        ("DATABASE_POOL_SIZE", "0"),
        ("DEFAULT_LANGUAGE", "!"),
    ];

    let run = dateline(&["serve"], &wrong).output().expect("the binary");

    let said = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(1));
    for (name, _) in wrong {
        assert!(said.contains(name), "{name} in {said}");
    }
}

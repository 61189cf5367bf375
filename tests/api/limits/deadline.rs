//! Deadlines, callers who leave, and too many requests at once.

use std::time::Duration;

use dateline::base::{config::Config, db::Connection};
use serde_json::json;

use super::raw;
use crate::support::{Story, TestApp, execute, until};

/// Statements may take long, so that what ends early was ended by something else.
fn patient(config: &mut Config) {
    config.statement_timeout = Duration::from_secs(60);
}

fn hurried(config: &mut Config) {
    patient(config);
    config.limits.request_timeout = Duration::from_millis(300);
}

/// Holds the table of merges, which no worker reads, so that whoever lists them waits.
async fn hold_merges(app: &TestApp) -> Connection {
    let mut holder = app.database.connect().await;
    execute(&mut holder, "begin").await;
    execute(
        &mut holder,
        "lock table tag_merges in access exclusive mode",
    )
    .await;
    holder
}

/// How many statements with this in them wait for a lock.
async fn waiting(app: &TestApp, part: &str) -> usize {
    let waiting = format!(
        "select query as line from pg_stat_activity where datname = current_database()
         and wait_event_type = 'Lock' and strpos(query, '{part}') > 0"
    );
    app.lines(&waiting).await.len()
}

#[tokio::test]
async fn a_read_past_its_deadline_is_answered_and_its_statement_is_ended() {
    let app = TestApp::with(hurried).await;
    let editor = app.admin().await;
    let _held = hold_merges(&app).await;

    let answer = editor.get("/v1/tag-merges").await.expect(504);

    assert_eq!(answer.code(), "deadline-exceeded");
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.member("/request_id"), answer.header("x-request-id"));
    until(async || waiting(&app, "tag_merges").await == 0).await;
    let counted = r#"http_requests_total{method="GET",route="/v1/tag-merges",status="504"}"#;
    assert_eq!(app.metric(counted).await, 1);
    assert_eq!(app.limited("time").await, 1);
}

#[tokio::test]
async fn a_write_past_its_deadline_leaves_nothing_behind() {
    let app = TestApp::with(hurried).await;
    let editor = app.admin().await;
    let story = Story::create(&editor, json!({})).await;
    let mut holder = app.database.connect().await;
    for sql in ["begin", "select 1 from articles for update"] {
        execute(&mut holder, sql).await;
    }

    let answer = editor
        .patch(&story.path(), json!({"headline": "B"}))
        .await
        .expect(504);
    until(async || waiting(&app, "articles").await == 0).await;
    let open = "select state as line from pg_stat_activity
                where datname = current_database() and state like 'idle in transaction%' and pid <> ";
    let open = format!("{open}{}", backend(&mut holder).await);
    until(async || app.lines(&open).await.is_empty()).await;
    execute(&mut holder, "rollback").await;

    assert!(answer.member("/detail").contains("not known whether"));
    let shown = editor.get(&story.path()).await.expect(200);
    assert_eq!(
        (shown.member("/headline"), shown.member("/version")),
        ("A".into(), "1".into())
    );
    story.patch(&editor, json!({"headline": "C"})).await;
}

async fn backend(connection: &mut Connection) -> i32 {
    use diesel_async::RunQueryDsl;
    let pid = diesel::dsl::sql::<diesel::sql_types::Integer>("pg_backend_pid()");
    diesel::select(pid)
        .get_result(&mut **connection)
        .await
        .expect("a backend")
}

#[tokio::test]
async fn a_statement_whose_caller_went_away_is_ended() {
    let app = TestApp::with(patient).await;
    let editor = app.admin().await;
    let _held = hold_merges(&app).await;
    let mut stream = raw::connect(&app);

    let key = format!("Authorization: Bearer {}", editor.key().unwrap_or_default());
    raw::send(&mut stream, "GET /v1/tag-merges", &[&key]);
    until(async || waiting(&app, "tag_merges").await == 1).await;
    drop(stream);

    until(async || waiting(&app, "tag_merges").await == 0).await;
    assert_eq!(app.metric("http_requests_abandoned_total").await, 1);
    assert_eq!(app.metric("http_requests_active").await, 0);
}

#[tokio::test]
async fn what_works_on_much_at_once_has_a_longer_deadline() {
    let app = TestApp::with(hurried).await;
    let editor = app.admin().await;
    let tag = json!({"kind": "topic", "name": "Ferries"});
    let tag = editor
        .post("/v1/tags", tag)
        .await
        .expect(201)
        .member("/key");
    let other = json!({"kind": "topic", "name": "Ships"});
    let other = editor
        .post("/v1/tags", other)
        .await
        .expect(201)
        .member("/key");
    let mut holder = app.database.connect().await;
    // Merges and whoever files articles wait for this lock.
    let hold = "select pg_advisory_xact_lock(hashtext('filing'))";
    for sql in ["begin", hold] {
        execute(&mut holder, sql).await;
    }

    let merge = format!("/v1/tags/{tag}/merge");
    let merging = editor.post(&merge, json!({"sources": [other]}));
    let release = async {
        until(async || waiting(&app, "pg_advisory_xact_lock(").await == 1).await;
        let article = json!({"headline": "A", "tags": [{"kind": "topic", "name": "Boats"}]});
        editor.post("/v1/articles", article).await.expect(504);
        execute(&mut holder, "rollback").await;
    };
    let (merged, ()) = tokio::join!(merging, release);

    merged.expect(201);
}

#[tokio::test]
async fn requests_for_which_there_is_no_place_are_refused_at_once() {
    let app = TestApp::with(|config| {
        patient(config);
        config.limits.max_requests = 1;
    })
    .await;
    let mut holder = hold_merges(&app).await;
    let (anybody, editor) = (app.anybody(), app.admin().await);

    let first = editor.get("/v1/tag-merges");
    let others = async {
        until(async || waiting(&app, "tag_merges").await == 1).await;
        let refused = anybody.get("/v1/tags").await.expect(503);
        for path in ["/livez", "/readyz", "/metrics"] {
            anybody.get(path).await.expect(200);
        }
        execute(&mut holder, "rollback").await;
        refused
    };
    let (first, refused) = tokio::join!(first, others);

    first.expect(200);
    assert_eq!(refused.code(), "overloaded");
    assert_eq!(refused.header("retry-after"), "2");
    anybody.get("/v1/tags").await.expect(200);
}

//! Binaries that are older or newer than their database, and migrations under load

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use crate::support::{Api, Ground, Postgres, Service, migrate, until};

/// A step that an older database lacks.
const NEWEST: &str = include_str!("../../migrations/2026-11-26-000013_retries/down.sql");

/// The same step in the list of those that ran.
const VERSION: &str = "20261126000013";

/// What migrations hold while they run.
const LOCK: &str = "select pg_advisory_lock(7310498423)";

/// How long somebody may wait behind a migration that waits, on a busy machine.
const GIVES_WAY: Duration = Duration::from_secs(4);

/// Takes back a step, as if this binary were newer than its database.
async fn take_back(ground: &Ground) {
    let client = ground.postgres.connect().await;
    let list = format!("delete from __diesel_schema_migrations where version = '{VERSION}'");
    client.batch_execute(NEWEST).await.expect("a step back");
    client.batch_execute(&list).await.expect("a step back");
}

async fn readiness(service: &Service) -> u16 {
    let answer = reqwest::get(format!("http://{}/readyz", service.api)).await;
    answer.expect("an answer").status().as_u16()
}

async fn ready(service: &Service) {
    until("readiness", async || readiness(service).await == 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binary_that_is_older_than_its_database_serves_and_takes_nothing_back() {
    let ground = Ground::with_links(0).await;
    let client = ground.postgres.connect().await;
    let later = "insert into __diesel_schema_migrations (version) values ('20991231000099')";
    client.batch_execute(later).await.expect("a later step");
    let steps = "select array_agg(version::text order by version) from __diesel_schema_migrations";
    let before: Vec<String> = client.query_one(steps, &[]).await.expect("steps").get(0);

    let service = ground.serve(&[]);
    ready(&service).await;
    let api = Api::as_admin(&ground, &service);
    api.post("/v1/articles", json!({"headline": "Harbour reopens"}))
        .await;
    let migrated = migrate(ground.postgres.url()).wait_with_output();

    let migrated = migrated.expect("an end");
    assert!(migrated.status.success(), "{migrated:?}");
    assert!(service.lines("event=migrated").is_empty());
    let after: Vec<String> = client.query_one(steps, &[]).await.expect("steps").get(0);
    assert_eq!(after, before);
    assert_eq!(after.last().map(String::as_str), Some("20991231000099"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binary_that_is_newer_than_its_database_is_not_ready_before_somebody_has_migrated_it() {
    let ground = Ground::with_links(0).await;
    let old = ground.serve(&[("MIGRATE_ON_START", "false")]);
    let api = Api::as_admin(&ground, &old);
    take_back(&ground).await;

    let new = ground.serve(&[("MIGRATE_ON_START", "false")]);
    let story = json!({"headline": "Harbour reopens"});
    let new_api = api.at(&new.api);
    let make = || new_api.attempt(Method::POST, "/v1/articles", Some("a"), &story);
    let lacking = make().await.expect("an answer");
    let before = readiness(&new).await;
    let migrated = migrate(ground.postgres.url()).wait_with_output();
    ready(&new).await;
    let made = make().await.expect("an answer");

    assert!(migrated.expect("an end").status.success());
    assert_eq!(before, 503);
    let code = lacking.body["code"].as_str();
    assert_eq!(
        (lacking.status, code, lacking.says_when),
        (503, Some("database-unavailable"), true)
    );
    assert_eq!(made.status, 201);
    assert!(new.lines("event=migrated").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binary_that_is_newer_migrates_when_nobody_else_does_and_an_index_is_built_meanwhile() {
    let ground = Ground::with_links(0).await;
    take_back(&ground).await;
    let other = ground.postgres.connect().await;
    other.batch_execute(LOCK).await.expect("a lock");

    let service = ground.serve(&[]);
    let asked = "select count(*) from pg_stat_activity where application_name = 'dateline' \
                 and query like '%advisory_lock(7310498423)%'";
    until("an instance that wants to migrate", async || {
        let asked = other.query_one(asked, &[]).await.expect("a count");
        asked.get::<_, i64>(0) > 0
    })
    .await;
    // Waits for everybody who is inside a statement.
    let index = "create index concurrently on articles (byline)";
    let built = tokio::time::timeout(Duration::from_secs(10), other.batch_execute(index)).await;
    let waiting = readiness(&service).await;
    let freed = Instant::now();
    drop(other);
    service.logged("event=migrated", freed).await;
    ready(&service).await;

    built.expect("an index in time").expect("an index");
    assert_eq!(waiting, 503);
    assert_eq!(service.lines("event=migrated").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_does_not_get_its_table_gives_way_to_who_waits_behind_it() {
    let ground = Ground::with_links(0).await;
    take_back(&ground).await;
    // As a dump or a report does, for hours. The step refers to this table and must keep writers off it for a moment.
    let reader = ground.postgres.connect().await;
    let long = "begin; lock table api_keys in row exclusive mode";
    reader
        .batch_execute(long)
        .await
        .expect("a long transaction");

    let service = ground.serve(&[]);
    let mut slowest = Duration::ZERO;
    until("a step that gives way", async || {
        let begun = Instant::now();
        let writer = Postgres::connect_to(ground.postgres.url()).await;
        let write = "set statement_timeout = '20s'; update api_keys set name = name where false";
        writer.batch_execute(write).await.expect("a write");
        slowest = slowest.max(begun.elapsed());
        service.lines("event=migration_gives_way").len() >= 2
    })
    .await;
    let waiting = readiness(&service).await;
    let freed = Instant::now();
    reader.batch_execute("commit").await.expect("an end");
    service.logged("event=migrated", freed).await;
    ready(&service).await;

    println!("migration gives way: slowest_ms={}", slowest.as_millis());
    assert_eq!(waiting, 503);
    assert!(slowest < GIVES_WAY, "{slowest:?}");
    assert_eq!(service.lines("event=migrated").len(), 1);
}

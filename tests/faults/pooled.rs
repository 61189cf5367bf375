//! Behind pgbouncer

use std::time::{Duration, Instant};

use dateline::base::coherence::STALENESS_BOUND;
use reqwest::Method;
use serde_json::json;

use crate::support::{
    Account, Api, Ground, Load, Pooler, Postgres, Service, follow, migrate, until,
};

/// Slack for a busy machine.
const SLACK: Duration = Duration::from_secs(1);

/// Connections of an instance: its pool, one for each of two threads on two listeners, and one that listens. One
/// more is made for a moment to hear whether notices arrive.
const CONNECTIONS: i64 = 8 + 2 * 2 + 1 + 1;

/// How many connections instances have to Postgres, by their own name, which a pooler passes on.
async fn connections(ground: &Ground) -> i64 {
    let sql = "select count(*) from pg_stat_activity where application_name = 'dateline'";
    let client = ground.postgres.connect().await;
    client.query_one(sql, &[]).await.expect("a count").get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_sessions_of_pgbouncer_everything_works_as_without_it() {
    let ground = Ground::with_links(5).await;
    let pooler = Pooler::start(&ground.postgres, "session").await;
    let url = pooler.url("dateline");
    let settings = [("STATEMENT_TIMEOUT_MS", "400")];
    let (one, other) = (
        Service::start(&url, &settings),
        Service::start(&url, &settings),
    );
    for service in [&one, &other] {
        service
            .logged("event=listening", Instant::now() - Duration::from_secs(60))
            .await;
    }
    let api = Api::as_admin(&ground, &one);

    // Each statement more than once on more than one connection, so that prepared ones are met again.
    for number in 0..40 {
        let article = json!({"headline": format!("Story {number}"), "tags": [{"kind": "topic", "name": "Fog"}]});
        api.post("/v1/articles", article).await;
        let listed = api
            .at(&other.api)
            .ask(Method::GET, "/v1/articles?status=draft&count=exact")
            .await;
        assert_eq!(listed.0, 200, "{}", listed.1);
        assert!(
            listed.1.contains(&format!("\"total\":{}", number + 1)),
            "{}",
            listed.1
        );
    }

    // Notices: what one instance changes, the other shows.
    let code = &ground.codes[0];
    let mut slowest = Duration::ZERO;
    for number in 0..20 {
        let target = format!("https://news.example/moved/{number}");
        assert_eq!(follow(&other, code).await.0, 302);
        ground.retarget(&one, code, &target).await;
        let begun = Instant::now();
        until("the new target", async || {
            follow(&other, code).await.1.as_deref() == Some(&target)
        })
        .await;
        slowest = slowest.max(begun.elapsed());
    }
    let visits = Account::at_rest(&other).await.accepted + Account::at_rest(&one).await.accepted;
    assert_eq!(ground.stored().await.visits, visits);

    // The limit of a statement: a list waits for whoever holds the table, but no longer.
    let blocker = ground.postgres.connect().await;
    let lock = "begin; lock table articles in access exclusive mode";
    blocker.batch_execute(lock).await.expect("a lock");
    let begun = Instant::now();
    let (status, answer) = api.ask(Method::GET, "/v1/articles?status=draft").await;
    let waited = begun.elapsed();
    blocker.batch_execute("rollback").await.expect("no lock");
    assert_eq!(status, 503, "{answer}");

    let load = Load::start(&one.public, &ground.codes);
    load.visits(1000).await;
    let most = connections(&ground).await;
    assert!(load.stop().await.others.is_empty());
    println!(
        "pgbouncer: notice_ms={} timeout_ms={} connections={most} version={:?}",
        slowest.as_millis(),
        waited.as_millis(),
        pooler
            .log()
            .lines()
            .find(|line| line.contains("process up")),
    );
    assert!(slowest < STALENESS_BOUND + SLACK, "{slowest:?}");
    assert!(waited < Duration::from_millis(400) + SLACK, "{waited:?}");
    assert!(most <= 2 * CONNECTIONS, "{most}");
    for service in [&one, &other] {
        assert!(service.lines("internal_error").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_that_start_together_behind_sessions_of_pgbouncer_run_once() {
    let ground = Ground::with_links(0).await;
    let pooler = Pooler::start(&ground.postgres, "session").await;
    let client = ground.postgres.connect().await;
    client
        .batch_execute("create database fresh")
        .await
        .expect("a database");

    let url = pooler.url("fresh");
    let running = [(), (), ()].map(|()| migrate(&url));
    let logs = running.map(|child| {
        let ended = child.wait_with_output().expect("an end");
        assert!(ended.status.success(), "{ended:?}");
        String::from_utf8_lossy(&ended.stderr).into_owned()
    });

    let counts = logs
        .each_ref()
        .map(|log| log.matches("event=migrated").count());
    let fresh = Postgres::connect_to(&url).await;
    let sql = "select count(*) from __diesel_schema_migrations";
    let known: i64 = fresh.query_one(sql, &[]).await.expect("a count").get(0);
    println!("pgbouncer: migrated={counts:?} of {known}");
    assert_eq!(i64::try_from(counts.iter().sum::<usize>()), Ok(known));
    assert_eq!(
        counts.iter().filter(|count| **count > 0).count(),
        1,
        "{counts:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_transactions_of_pgbouncer_nobody_believes_that_notices_arrive() {
    let ground = Ground::with_links(1).await;
    let pooler = Pooler::start(&ground.postgres, "transaction").await;

    let begun = Instant::now();
    let service = Service::start(&pooler.url("dateline"), &[("MIGRATE_ON_START", "false")]);
    service.logged("notices do not arrive", begun).await;
    for _ in 0..2 {
        service.logged("event=listener_lost", Instant::now()).await;
    }

    assert!(service.lines("event=listening").is_empty());
    let metrics = reqwest::get(format!("http://{}/metrics", service.api)).await;
    let metrics = metrics.expect("an answer").text().await.expect("a text");
    assert!(metrics.contains("\ndateline_listening 0\n"), "{metrics}");
}

//! A service that is started before its database

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use crate::support::{Api, Ground, Postgres, Service, follow, migrate, until};

/// How long a process may take to end that waits, on a busy machine.
const SOON: Duration = Duration::from_secs(5);

async fn status(service: &Service, path: &str) -> u16 {
    let answer = reqwest::get(format!("http://{}{path}", service.api)).await;
    answer.expect("an answer").status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_started_before_its_database_waits_for_it_and_then_serves() {
    let mut postgres = Postgres::start().await;
    postgres.stop().await;
    let begun = Instant::now();
    let services = [(), ()].map(|()| Service::start(postgres.url(), &[]));
    let migrating = migrate(postgres.url());

    until("attempts that fail", async || {
        services[0].lines("event=waiting_for_database").len() >= 3
    })
    .await;
    let meanwhile = [
        status(&services[0], "/livez").await,
        status(&services[0], "/readyz").await,
        status(&services[0], "/v1/articles").await,
    ];
    let redirect = follow(&services[0], "harbour").await.0;
    postgres.start_again().await;
    let started = Instant::now();
    for service in &services {
        until("a service that is ready", async || {
            status(service, "/readyz").await == 200
        })
        .await;
    }
    let ready = started.elapsed();
    let migrated = migrating.wait_with_output().expect("an end");

    let log = String::from_utf8_lossy(&migrated.stderr);
    let runs = services
        .each_ref()
        .map(|service| service.lines("event=migrated ").len());
    let runs = [runs[0], runs[1], log.matches("event=migrated ").count()];
    println!(
        "started before Postgres: waited_ms={} ready_ms={} meanwhile={meanwhile:?},{redirect} migrated={runs:?}",
        (started - begun).as_millis(),
        ready.as_millis()
    );
    assert_eq!(meanwhile, [200, 503, 503]);
    assert_eq!(redirect, 503);
    assert!(migrated.status.success(), "{log}");
    let at_work = runs.iter().filter(|count| **count > 0);
    assert_eq!(at_work.count(), 1, "{runs:?}");
    let ground = Ground::on(postgres);
    let api = Api::as_admin(&ground, &services[1]);
    let story = api
        .post("/v1/articles", json!({"headline": "Harbour reopens"}))
        .await;
    let found = api.at(&services[0].api);
    let path = format!("/v1/articles/{}", story["id"].as_str().expect("an id"));
    assert_eq!(found.ask(Method::GET, &path).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_waits_for_its_database_ends_when_it_is_told_to() {
    let mut postgres = Postgres::start().await;
    postgres.stop().await;
    let service = Service::start(postgres.url(), &[]);
    service
        .logged("event=waiting_for_database", Instant::now())
        .await;

    service.terminate();
    let status = service.end(SOON).await;

    assert!(status.success(), "{status}");
}

//! A thousand clients who send the same creations again and again

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use futures_util::future::join_all;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::json;
use tokio::time::{sleep, timeout};

use crate::support::{Answer, TestApp};

const CLIENTS: u64 = 1000;
const CREATIONS: u64 = 200;

/// How long a client waits that breaks off, in milliseconds, at most: around what an answer takes.
const IMPATIENT: u64 = 60;

/// What became of all attempts, and the article of each creation as every client was told it.
#[derive(Default)]
struct Seen {
    statuses: BTreeMap<u16, u32>,
    cut: u32,
    made: BTreeMap<u64, Vec<String>>,
}

/// Sends a creation until it is answered as made, to one instance or the other, and breaks off at random.
async fn insist(number: u64, addresses: &[String; 2], key: &str, seen: &Mutex<Seen>) {
    let mut random = StdRng::seed_from_u64(number);
    let creation = number % CREATIONS;
    let story = json!({"headline": format!("Story {creation}")});
    loop {
        // A connection of its own, which ends with the attempt.
        let request = reqwest::Client::new()
            .post(&addresses[random.random_range(0..2)])
            .bearer_auth(key)
            .header("idempotency-key", format!("creation-{creation}"))
            .json(&story);
        let patience = match random.random_bool(0.5) {
            true => random.random_range(0..IMPATIENT),
            false => 10_000,
        };
        let attempt = async { Some(Answer::of(request.send().await.ok()?).await) };
        let answer = timeout(Duration::from_millis(patience), attempt).await;
        {
            let mut seen = seen.lock().expect("a lock");
            match answer {
                Ok(Some(answer)) => {
                    *seen.statuses.entry(answer.status.as_u16()).or_default() += 1;
                    if answer.status == 201 {
                        let made = seen.made.entry(creation).or_default();
                        return made.push(answer.text());
                    }
                }
                _ => seen.cut += 1,
            }
        }
        sleep(Duration::from_millis(random.random_range(0..100))).await;
    }
}

/// Ends sessions of the service in Postgres at random.
async fn cut_sessions(app: &TestApp) {
    loop {
        sleep(Duration::from_millis(40)).await;
        let cut = "select pg_terminate_backend(pid) from pg_stat_activity \
                   where datname = current_database() and application_name = 'dateline' \
                   and state <> 'idle' and pid <> pg_backend_pid() order by random() limit 1";
        app.execute(cut).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_clients_who_retry_two_hundred_creations_make_two_hundred() {
    let app = TestApp::start().await;
    let other = app.beside(|_| {});
    let admin = app.admin().await;
    let addresses = [&app, &other].map(|app| format!("http://{}/v1/articles", app.api()));
    let (key, seen) = (admin.key().expect("a key"), Mutex::default());

    let clients = join_all((0..CLIENTS).map(|number| insist(number, &addresses, key, &seen)));
    tokio::select! {
        _ = clients => {}
        () = cut_sessions(&app) => {}
    }

    let seen = seen.into_inner().expect("a lock");
    println!("answers {:?}, cut {}", seen.statuses, seen.cut);
    assert!(
        seen.cut > 100
            && [409, 503]
                .iter()
                .all(|status| seen.statuses.contains_key(status)),
        "{:?}",
        seen.statuses
    );
    for answers in seen.made.values() {
        assert!(
            answers.iter().all(|answer| *answer == answers[0]),
            "{answers:?}"
        );
    }
    let rows = "select count(*) || ' ' || count(distinct headline) as line from articles";
    assert_eq!(app.lines(rows).await, ["200 200"]);
    let links = "select count(*)::text as line from short_links";
    assert_eq!(app.lines(links).await, ["200"]);
}

//! An instance that lost the connection on which it hears of changes

use std::time::{Duration, Instant};

use diesel_async::AsyncPgConnection;
use serde_json::json;

use dateline::base::{coherence::STALENESS_BOUND, db::Connector};

use super::cell::read;
use crate::support::{Story, TestApp, execute, signal};

/// Ends the sessions that listen: what they asked last is the LISTEN, or where the log stands.
const END: &str = "select pg_terminate_backend(pid, 5000) from pg_stat_activity \
                   where datname = current_database() and pid <> pg_backend_pid() \
                   and (query like '%pg_current_wal_insert_lsn()%' or query like 'listen %') and backend_type = 'client backend'";

async fn retarget(conn: &mut AsyncPgConnection, number: usize) -> String {
    let address = format!("https://news.example/{number}");
    // Behind the service's back, so that nobody is told.
    let sql = format!("update short_links set target_url = '{address}' where code = 'eid'");
    execute(conn, &sql).await;
    address
}

async fn give(app: &TestApp) {
    let link = json!({"code": "eid", "target_url": "https://news.example/0"});
    app.admin()
        .await
        .post("/v1/short-links", link)
        .await
        .expect(201);
    app.listening().await;
    assert_eq!(read(app, "eid").await.1, "https://news.example/0");
}

#[tokio::test]
async fn what_changed_while_nobody_listened_is_not_answered_out_of_memory() {
    let app = TestApp::start().await;
    give(&app).await;
    let mut conn = app.database.connect().await;

    for number in 1..=5 {
        execute(&mut conn, END).await;
        let address = retarget(&mut conn, number).await;

        let done = Instant::now();
        while read(&app, "eid").await.1 != address {
            assert!(done.elapsed() < STALENESS_BOUND, "{number}");
        }
        for _ in 0..50 {
            assert_eq!(read(&app, "eid").await.1, address);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        app.listening().await;
        assert_eq!(read(&app, "eid").await.1, address);
    }
}

#[tokio::test]
async fn while_nobody_listens_the_database_is_asked_each_time() {
    let app = TestApp::start().await;
    give(&app).await;
    let mut conn = app.database.connect().await;
    let (server, name) = app.database.url.rsplit_once('/').expect("a database");
    let connector = Connector::new(&format!("{server}/postgres"), Duration::from_secs(60));
    let mut admin = connector
        .expect("an address")
        .connect()
        .await
        .expect("a server");
    let allow = |is: bool| format!("alter database {name} allow_connections {is}");
    // The connections that there are stay, but the one that is ended cannot be had again.
    execute(&mut admin, &allow(false)).await;
    execute(&mut conn, END).await;
    tokio::time::sleep(STALENESS_BOUND).await;
    let misses = app.metric("link_cache_misses_total").await;
    let lookups = app.lookups().await;

    for number in 1..=20 {
        let address = retarget(&mut conn, number).await;
        assert_eq!(read(&app, "eid").await.1, address);
    }

    assert_eq!(app.metric("link_cache_misses_total").await - misses, 20);
    assert_eq!(app.lookups().await - lookups, 20);
    // Nobody asks after this one, so that only the emptying behind the new connection forgets it.
    let address = retarget(&mut conn, 21).await;
    execute(&mut admin, &allow(true)).await;
    app.listening().await;
    let lookups = app.lookups().await;
    for _ in 0..5 {
        assert_eq!(read(&app, "eid").await.1, address);
    }
    assert!(app.lookups().await - lookups <= 1);
}

/// A process that is stopped, and goes on when this is dropped.
struct Stopped(String);

impl Stopped {
    fn of(pid: &str) -> Self {
        signal("STOP", pid);
        Self(pid.to_owned())
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        signal("CONT", &self.0);
    }
}

#[tokio::test]
async fn a_writer_reads_its_own_write_while_the_listener_is_silent() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/1").await;
    app.listening().await;
    let anybody = app.anybody();
    for _ in 0..2 {
        anybody.get(&story.path()).await.expect(200);
    }
    let backend = END.replace("pg_terminate_backend(pid, 5000)", "pid::text as line");
    let [backend] = &app.lines(&backend).await[..] else {
        panic!("one listens")
    };
    let _stopped = Stopped::of(backend);

    for headline in ["First", "Second"] {
        let members = json!({"headline": headline});
        story.patch(&editor, members).await.expect(200);

        let read = anybody.get(&story.path()).await.expect(200);
        assert_eq!(read.member("/headline"), headline);
    }
}

//! A commit of which nobody knows whether it succeeded

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
};

use dateline::base::config::Secret;
use tokio_postgres::config::Host;

use super::ground::{link, rolled_up, settled, visit};
use crate::support::TestApp;

/// A way to Postgres that loses the answer to the first commit of visits, after it has happened.
fn forgetful(url: &str) -> (String, Arc<AtomicBool>) {
    let server: tokio_postgres::Config = url.parse().expect("an address");
    let Some(Host::Unix(folder)) = server.get_hosts().first().cloned() else {
        panic!("the tests' Postgres listens on a socket: {url}");
    };
    let port = server.get_ports().first().copied().unwrap_or(5432);
    let socket = folder.join(format!(".s.PGSQL.{port}"));
    let user = server.get_user().expect("a user").to_owned();
    let name = server.get_dbname().expect("a database").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let here = listener.local_addr().expect("an address");
    let has_lost = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&has_lost);
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            connect(client, &socket, &flag);
        }
    });
    (format!("postgres://{user}@{here}/{name}"), has_lost)
}

fn connect(client: TcpStream, socket: &PathBuf, has_lost: &Arc<AtomicBool>) {
    let server = UnixStream::connect(socket).expect("the tests' Postgres");
    let is_losing = Arc::new(AtomicBool::new(false));
    let (mut from, mut to) = (
        client.try_clone().expect("a clone"),
        server.try_clone().expect("a clone"),
    );
    let (lose, lost) = (Arc::clone(&is_losing), Arc::clone(has_lost));
    thread::spawn(move || {
        let (mut buffer, mut is_flush) = ([0; 65_536], false);
        while let Ok(1..) = from.read(&mut buffer).map(|read| {
            let sent = &buffer[..read];
            is_flush |= holds(sent, b"insert into visit_flushes");
            if is_flush && holds(sent, b"COMMIT") && !lost.swap(true, SeqCst) {
                lose.store(true, SeqCst);
            }
            to.write_all(sent).map_or(0, |()| read)
        }) {}
        to.shutdown(Shutdown::Both).ok();
    });
    let (mut from, mut to) = (server, client);
    thread::spawn(move || {
        let mut buffer = [0; 65_536];
        while let Ok(1..) = from.read(&mut buffer).map(|read| {
            // Postgres answers only what has happened.
            if is_losing.load(SeqCst) {
                return 0;
            }
            to.write_all(&buffer[..read]).map_or(0, |()| read)
        }) {}
        to.shutdown(Shutdown::Both).ok();
        from.shutdown(Shutdown::Both).ok();
    });
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

#[tokio::test]
async fn a_flush_whose_commit_is_unclear_counts_once() {
    let app = TestApp::start().await;
    let code = link(&app, "harbour").await;
    let (url, has_lost) = forgetful(&app.database.url);
    let far = TestApp::with(|config| config.database_url = Some(Secret(url))).await;

    for _ in 0..3 {
        visit(&far, &code).await;
    }
    let first = settled(&far).await;
    visit(&far, &code).await;
    let second = settled(&far).await;
    rolled_up(&app).await;

    assert!(has_lost.load(SeqCst));
    assert_eq!(first["visit_flush_failures_total"], 1.0);
    assert_eq!(first["visits_persisted_total"], 3.0);
    assert_eq!(second["visits_persisted_total"], 4.0);
    let written = "select concat_ws(' ', (select sum(people) from visit_totals), \
                   (select sum(people) from visit_quarters), (select sum(people) from visit_days), \
                   (select count(*) from visits)) as line";
    assert_eq!(app.lines(written).await, ["4 4 4 4"]);
}

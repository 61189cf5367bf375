//! SIGTERM

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};

use crate::{
    ops::process::Process,
    support::{TestApp, execute, until},
};

/// The head of a request whose body is still to come, sent and read by the service.
fn begin(process: &Process, key: &str, length: usize) -> TcpStream {
    let mut stream = TcpStream::connect(&process.api).expect("a listener");
    write!(
        stream,
        "POST /v1/articles HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {key}\r\nExpect: 100-continue\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
        process.api
    )
    .expect("a request");
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).expect("an interim answer");
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[tokio::test]
async fn a_request_in_flight_is_finished_before_the_service_ends() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let process = Process::serve(&app.database.url);
    let body = r#"{"headline": "Harbour reopens"}"#;
    let mut stream = begin(&process, admin.key().unwrap_or_default(), body.len());

    process.terminate();
    // It is stopping once it takes no more connections. Without a pause there would always be one more to take.
    until(async || TcpStream::connect(&process.api).is_err()).await;
    stream.write_all(body.as_bytes()).expect("a body");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (status, log) = process.end();

    assert!(answer.starts_with("HTTP/1.1 201 Created"), "{answer}");
    assert!(status.success(), "{log:#?}");
    let events = [
        "event=started",
        "event=stopping",
        "event=request",
        "event=stopped",
    ];
    let places = events.map(|event| log.iter().position(|line| line.contains(event)));
    assert!(places.is_sorted() && places[0].is_some(), "{log:#?}");
}

#[tokio::test]
async fn a_service_that_waits_for_its_migrations_ends_when_it_is_told_to() {
    let app = TestApp::start().await;
    let mut holder = app.database.connect().await;
    for sql in [
        "begin",
        "lock table __diesel_schema_migrations in access exclusive mode",
    ] {
        execute(&mut holder, sql).await;
    }
    let process = Process::serve(&app.database.url);
    let waiting = "select pid::text as line from pg_stat_activity \
                   where datname = current_database() and wait_event_type = 'Lock' and query like 'SELECT %__diesel_schema_migrations%'";
    until(async || !app.lines(waiting).await.is_empty()).await;

    process.terminate();
    let (status, log) = process.end();

    assert!(status.success(), "{log:#?}");
}

#[tokio::test]
async fn a_service_whose_database_hangs_listens_and_ends_when_it_is_told_to() {
    // Whoever connects is taken by the system, and nobody ever answers.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let address = silent.local_addr().expect("an address");
    let begun = Instant::now();
    let process = Process::serve(&format!("postgres://dateline@{address}/dateline"));

    let live = reqwest::get(format!("http://{}/livez", process.api)).await;
    let ready = reqwest::get(format!("http://{}/readyz", process.api)).await;
    process.terminate();
    let (status, log) = process.end();

    assert_eq!(live.expect("an answer").status(), 200);
    assert_eq!(ready.expect("an answer").status(), 503);
    assert!(status.success(), "{log:#?}");
    // A second to begin, two for /readyz, and what a busy machine takes.
    assert!(begun.elapsed() < Duration::from_secs(20), "{log:#?}");
}

#[tokio::test]
async fn a_request_leaves_one_line_that_tells_no_secrets() {
    let app = TestApp::start().await;
    let key = app.admin().await.key().unwrap_or_default().to_owned();
    let process = Process::serve(&app.database.url);

    let client = reqwest::Client::new();
    let address = "/v1/articles/by-url?url=https://secret.example/";
    let request = client
        .put(format!("http://{}{address}", process.api))
        .bearer_auth(&key)
        .header("x-request-id", "trace-7")
        .header("connection", "close")
        .body("secret body");
    let answer = request.send().await.expect("an answer");
    process.terminate();
    let (_, log) = process.end();

    assert_eq!(answer.status(), 415);
    let lines: Vec<_> = log
        .iter()
        .filter(|line| line.contains("event=request"))
        .collect();
    let [line] = lines.as_slice() else {
        panic!("{log:#?}")
    };
    let id = key.split('_').nth(1).unwrap_or_default();
    let known = format!("key={id} request_id=trace-7");
    for part in [
        "method=PUT route=/v1/articles/by-url status=415 ms=",
        known.as_str(),
    ] {
        assert!(line.contains(part), "{line}");
    }
    let secret = key.rsplit('_').next().unwrap_or_default();
    for hidden in [secret, "secret.example", "secret body", &app.database.url] {
        assert!(
            log.iter().all(|line| !line.contains(hidden)),
            "{hidden} in {log:#?}"
        );
    }
}

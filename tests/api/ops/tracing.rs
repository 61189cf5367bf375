//! `traceparent`, continued in the log

use reqwest::RequestBuilder;

use crate::{ops::process::Process, support::TestApp};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";

/// Sends a request of this id, the last one on its connection.
async fn send(request: RequestBuilder, id: &str) -> u16 {
    let request = request
        .header("x-request-id", id)
        .header("connection", "close");
    request.send().await.expect("an answer").status().as_u16()
}

/// What the lines of the log that name a request say behind its id.
fn told<'a>(log: &'a [String], id: &str) -> Vec<&'a str> {
    let name = format!("request_id={id}");
    let behind = log.iter().filter_map(|line| line.split_once(&name));
    behind.map(|(_, rest)| rest.trim()).collect()
}

#[tokio::test]
async fn the_lines_of_a_request_name_the_trace_that_its_caller_named() {
    let app = TestApp::start().await;
    let process = Process::serve(&app.database.url);
    let client = reqwest::Client::new();
    let header = format!("00-{TRACE}-{SPAN}-01");
    let api = format!("http://{}/v1/articles", process.api);
    let public = format!("http://{}/nothing", process.public);

    for (id, address, status) in [("api", &api, 200), ("public", &public, 404)] {
        let request = client.get(address).header("traceparent", &header);
        assert_eq!(send(request, id).await, status);
    }
    assert_eq!(send(client.get(&api), "without").await, 200);
    let request = client
        .get(&api)
        .header("traceparent", header.to_uppercase());
    assert_eq!(send(request, "unsound").await, 200);
    app.lose_database().await;
    let request = client.get(&api).header("traceparent", &header);
    assert_eq!(send(request, "failed").await, 503);
    process.terminate();
    let (_, log) = process.end();

    let expected = |lines: &[&str]| {
        let [line, ..] = lines else {
            panic!("{log:#?}")
        };
        let parts: Vec<&str> = line.split(['=', ' ']).collect();
        let ["trace_id", TRACE, "span_id", span, "parent_span_id", SPAN] = parts[..] else {
            panic!("{line}")
        };
        assert!(span.len() == 16 && span != SPAN, "{line}");
        span.to_owned()
    };
    let (api, public) = (told(&log, "api"), told(&log, "public"));
    assert_ne!(expected(&api), expected(&public));
    for id in ["without", "unsound"] {
        assert_eq!(told(&log, id), [""], "{log:#?}");
    }
    let failed = told(&log, "failed");
    expected(&failed);
    assert!(failed.len() == 2 && failed[0] == failed[1], "{log:#?}");
}

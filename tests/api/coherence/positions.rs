//! What a write answers, and reads send back

use reqwest::Method;
use serde_json::json;

use crate::support::TestApp;

/// The place of a position in the log.
fn place(position: &str) -> u64 {
    let (_, lsn) = position.split_once('-').expect(position);
    let (high, low) = lsn.split_once('/').expect(position);
    let half = |digits| u64::from_str_radix(digits, 16).expect(position);
    half(high) << 32 | half(low)
}

#[tokio::test]
async fn a_write_answers_a_position_behind_those_before_it_on_whatever_instance() {
    let app = TestApp::start().await;
    let beside = app.beside(|_| {});
    let admin = app.admin().await;
    let mut last = 0;

    for number in 0..20 {
        // The first of them before anybody listens.
        let instance = [&app, &beside][number % 2];
        let request = instance.anybody().request(Method::POST, "/v1/tags");
        let request = request.bearer_auth(admin.key().expect("a key"));
        let tag = json!({"kind": "topic", "name": format!("Fog {number}")});
        let answer = admin.send(request.json(&tag)).await.expect(201);

        let position = place(answer.header("dateline-position"));
        assert!(position > last, "{position} {last}");
        last = position;
    }
}

#[tokio::test]
async fn only_what_has_written_answers_a_position() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    let refused = admin.post("/v1/articles", json!({"headline": ""})).await;
    let read = admin.get("/v1/articles").await.expect(200);

    for answer in [refused.expect(422), read] {
        assert!(!answer.headers.contains_key("dateline-position"));
    }
}

#[tokio::test]
async fn a_read_sends_back_one_position_and_nothing_else() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let written = admin.post("/v1/articles", json!({"headline": "a"})).await;
    let position = written.expect(201).header("dateline-position").to_owned();
    let twice = [position.as_str(), position.as_str()];

    for (sent, status) in [
        (&twice[..1], 200),
        (&["9-FFFFFFFF/0"][..], 200),
        (&twice[..], 400),
        (&["now"][..], 400),
        (&["0/191FEE0"][..], 400),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let mut request = admin.request(method, "/v1/articles");
            for value in sent {
                request = request.header("dateline-position", *value);
            }
            let answer = admin.send(request).await;

            assert_eq!(answer.status, status, "{sent:?}");
            assert!(answer.header("vary").contains("Dateline-Position") || status == 400);
        }
    }
}

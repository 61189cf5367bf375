//! Compressed answers

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Client, Story, TestApp};

async fn ask(caller: &Client<'_>, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = caller.request(Method::GET, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    caller.send(request).await
}

fn decompressed(answer: &Answer) -> String {
    String::from_utf8(answer.unpacked()).expect("UTF-8")
}

#[tokio::test]
async fn an_answer_is_compressed_for_whom_asks_for_it_under_a_tag_of_its_own() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    app.listening().await;
    let story = json!({"status": "published", "summary": "All quiet on the quay. ".repeat(60)});
    let story = Story::create(&editor, story).await;
    let path = story.path();

    for caller in [&app.anybody(), &editor] {
        let plain = ask(caller, &path, &[]).await.expect(200);
        let small = ask(caller, &path, &[("accept-encoding", "br, gzip")])
            .await
            .expect(200);
        let tag = plain.header("etag").trim_matches('"').to_owned();

        assert_eq!(plain.header("content-encoding"), "");
        assert_eq!(decompressed(&small), plain.text());
        assert!(small.body.len() < plain.body.len() / 2);
        assert_eq!(small.header("content-length"), small.body.len().to_string());
        assert_eq!(small.header("etag"), format!("\"{tag}-gzip\""));
        for answer in [&plain, &small] {
            assert!(answer.header("vary").contains("Accept-Encoding"));
        }
        let compressed = small.header("etag");
        let both = [("accept-encoding", "gzip"), ("if-none-match", compressed)];
        let same = ask(caller, &path, &both).await.expect(304);
        assert_eq!(same.header("etag"), compressed);
        // Another representation than the one that the caller would get now.
        ask(caller, &path, &both[1..]).await.expect(200);
        for wish in ["identity", "br", "gzip;q=0", "gzip;q=0.1, identity"] {
            let answer = ask(caller, &path, &[("accept-encoding", wish)])
                .await
                .expect(200);
            assert_eq!(answer.header("content-encoding"), "", "{wish}");
            assert_eq!(answer.header("etag"), plain.header("etag"));
        }
        let write = editor
            .request(Method::PATCH, &path)
            .header("if-match", compressed);
        editor.send(write.json(&json!({}))).await.expect(200);
    }
}

#[tokio::test]
async fn lists_streams_and_pages_are_compressed_and_small_answers_are_not() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    for number in 0..5 {
        Story::publish(&editor, &format!("https://news.example/{number}")).await;
    }

    for path in [
        "/v1/articles",
        "/v1/articles/export",
        "/openapi.json",
        "/docs/swagger-ui.css",
    ] {
        let plain = ask(&editor, path, &[("accept", "*/*")]).await.expect(200);
        let small = ask(
            &editor,
            path,
            &[("accept", "*/*"), ("accept-encoding", "gzip")],
        )
        .await;

        assert_eq!(decompressed(&small), plain.text(), "{path}");
        assert!(small.header("vary").contains("Accept-Encoding"), "{path}");
    }
    for path in ["/v1/tags", "/livez", "/v1/articles/nothing"] {
        let answer = ask(&editor, path, &[("accept-encoding", "gzip")]).await;
        assert_eq!(answer.header("content-encoding"), "", "{path}");
    }
}

#[tokio::test]
async fn what_was_answered_compressed_is_replayed_to_whom_takes_it_plain() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = json!({"headline": "A", "summary": "All quiet on the quay. ".repeat(60)});
    let create = |coding: &'static str| {
        let request = editor.request(Method::POST, "/v1/articles");
        let request = request
            .header("idempotency-key", "a")
            .header("accept-encoding", coding);
        editor.send(request.json(&story))
    };

    let first = create("gzip").await.expect(201);
    let second = create("identity").await.expect(201);

    assert_eq!(decompressed(&first), second.text());
}

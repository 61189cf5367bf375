//! Every row of the table of answers

use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};

use crate::support::{Answer, Client, Story, TestApp};

async fn get(app: &TestApp, code: &str) -> Answer {
    app.follow(Method::GET, "exmp.news", &format!("/{code}"))
        .await
}

async fn link(editor: &Client<'_>, code: &str, members: Value) {
    let mut link = json!({"target_url": "https://news.example/x", "code": code});
    if let (Some(link), Some(members)) = (link.as_object_mut(), members.as_object()) {
        link.extend(members.clone());
    }
    editor.post("/v1/short-links", link).await.expect(201);
}

/// What must be the same for two requests of one address.
fn lasting(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
        (name.to_string(), format!("{value:?}"))
    };
    let mut lasting: Vec<_> = headers
        .iter()
        .map(text)
        .filter(|(name, _)| name != "date" && name != "x-request-id")
        .collect();
    lasting.sort();
    lasting
}

#[tokio::test]
async fn what_led_somewhere_and_does_no_more_is_410() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let end = (app.now() + chrono::TimeDelta::seconds(100)).to_rfc3339();
    link(&editor, "disabled-one", json!({})).await;
    link(&editor, "gone-one", json!({})).await;
    link(&editor, "expired-one", json!({"expires_at": end})).await;
    editor
        .patch(
            "/v1/short-links/exmp.news/disabled-one",
            json!({"status": "disabled"}),
        )
        .await
        .expect(200);
    editor
        .delete("/v1/short-links/exmp.news/gone-one")
        .await
        .expect(204);
    let live = |number: usize| {
        let editor = &editor;
        async move { Story::publish(editor, &format!("https://news.example/{number}")).await }
    };
    let (withdrawn, deleted, expired) = (live(1).await, live(2).await, live(3).await);
    withdrawn
        .patch(&editor, json!({"status": "withdrawn"}))
        .await;
    expired.patch(&editor, json!({"expires_at": end})).await;
    editor.delete(&deleted.path()).await.expect(204);
    app.advance(100);

    let one = get(&app, "gone-one").await;

    for code in [
        "disabled-one",
        "expired-one",
        &withdrawn.code,
        &deleted.code,
        &expired.code,
    ] {
        let answer = get(&app, code).await.expect(410);
        assert_eq!(
            (lasting(&answer.headers), answer.text()),
            (lasting(&one.headers), one.text()),
            "{code}"
        );
    }
    insta::assert_snapshot!(one, @r#"
    410 Gone
    cache-control: public, max-age=60
    content-type: text/html; charset=utf-8
    x-robots-tag: noindex

    <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex"><title>Gone</title></head><body><p>The story under this address is no longer available.</p></body></html>
    "#);
}

#[tokio::test]
async fn a_code_that_was_never_given_out_is_404() {
    let app = TestApp::start().await;

    let answer = get(&app, "nowhere").await;

    insta::assert_snapshot!(answer, @r#"
    404 Not Found
    cache-control: no-store
    content-type: text/html; charset=utf-8
    x-robots-tag: noindex

    <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex"><title>Not found</title></head><body><p>No story is known under this address. Please check how it is written.</p></body></html>
    "#);
}

#[tokio::test]
async fn what_no_link_can_be_called_is_404_and_may_be_remembered() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    let one = get(&app, "bcdfgh").await;

    let (first, rest) = story.code.split_at(1);
    for other in "23456789bcdfghjkmnpqrstvwxyz"
        .chars()
        .filter(|other| !first.contains(*other))
    {
        let answer = get(&app, &format!("{other}{rest}")).await.expect(404);
        assert_eq!(answer.header("cache-control"), "public, max-age=10");
        assert_eq!(answer.text(), one.text());
    }
    let long = "a".repeat(65);
    for path in [
        "",
        "x",
        "a.b",
        "a%20b",
        "%00",
        "%00%00",
        "%FF",
        "%2E%2E",
        "a/b",
        "a%2Fb",
        "%D9%85",
        "ab%E2%80%AEcd",
        "favicon.ico",
        &long,
    ] {
        let answer = get(&app, path).await.expect(404);
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=10",
            "{path}"
        );
        assert_eq!(
            answer.header("content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
    }
    insta::assert_snapshot!(one, @r#"
    404 Not Found
    cache-control: public, max-age=10
    content-type: text/html; charset=utf-8
    x-robots-tag: noindex

    <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex"><title>Not found</title></head><body><p>No story is known under this address. Please check how it is written.</p></body></html>
    "#);
}

#[tokio::test]
async fn a_code_is_read_in_any_case_and_decoded_once() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    link(&editor, "Eid-2026", json!({})).await;

    for path in [
        story.code.to_uppercase(),
        story.code.clone(),
        "EID-2026".into(),
        "eid%2D2026".into(),
        "%65id-2026".into(),
        "eid-2026?utm_source=x".into(),
    ] {
        get(&app, &path).await.expect(302);
    }
    get(&app, "eid%252D2026").await.expect(404);
}

#[tokio::test]
async fn an_address_goes_into_its_header_encoded() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    Story::create(&editor, json!({})).await;
    link(
        &editor,
        "arabic",
        json!({"target_url": "https://مثال.example/مرفأ?q=\"<b>&x='1'"}),
    )
    .await;

    let answer = get(&app, "arabic").await;

    insta::assert_snapshot!(answer, @r#"
    302 Found
    cache-control: private, no-store
    content-type: text/html; charset=utf-8
    link: <https://xn--mgbh0fb.example/%D9%85%D8%B1%D9%81%D8%A3?q=%22%3Cb%3E&x=%271%27>; rel="canonical"
    location: https://xn--mgbh0fb.example/%D9%85%D8%B1%D9%81%D8%A3?q=%22%3Cb%3E&x=%271%27
    x-robots-tag: noindex

    <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex"><title>Found</title></head><body><p><a href="https://xn--mgbh0fb.example/%D9%85%D8%B1%D9%81%D8%A3?q=%22%3Cb%3E&amp;x=%271%27">https://xn--mgbh0fb.example/%D9%85%D8%B1%D9%81%D8%A3?q=%22%3Cb%3E&amp;x=%271%27</a></p></body></html>
    "#);
}

#[tokio::test]
async fn a_head_is_answered_as_a_get_without_a_body() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    link(&editor, "gone-one", json!({})).await;
    editor
        .delete("/v1/short-links/exmp.news/gone-one")
        .await
        .expect(204);

    for (code, status) in [
        (story.code.as_str(), 302),
        ("nowhere", 404),
        ("bcdfgh", 404),
        ("gone-one", 410),
        ("", 404),
        ("a/b", 404),
    ] {
        let got = get(&app, code).await.expect(status);
        let head = app
            .follow(Method::HEAD, "exmp.news", &format!("/{code}"))
            .await
            .expect(status);

        assert!(head.body.is_empty(), "{code}");
        assert_eq!(lasting(&head.headers), lasting(&got.headers), "{code}");
    }
}

#[tokio::test]
async fn a_reader_is_told_which_methods_there_are() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;

    for path in [
        format!("/{}", story.code),
        "/nowhere".into(),
        "/".into(),
        "/a/b".into(),
    ] {
        let options = app
            .follow(Method::OPTIONS, "exmp.news", &path)
            .await
            .expect(204);
        assert_eq!(
            (options.header("allow"), options.body.len()),
            ("GET, HEAD, OPTIONS", 0),
            "{path}"
        );
        for method in [
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::TRACE,
        ] {
            let other = app
                .follow(method.clone(), "exmp.news", &path)
                .await
                .expect(405);
            assert_eq!(
                other.header("allow"),
                "GET, HEAD, OPTIONS",
                "{method} {path}"
            );
            assert_eq!(other.header("content-type"), "text/html; charset=utf-8");
        }
    }
}

#[tokio::test]
async fn every_answer_carries_a_request_id() {
    let app = TestApp::start().await;

    for path in ["/nowhere", "/bcdfgh", "/"] {
        let answer = app.follow(Method::GET, "exmp.news", path).await;
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
}

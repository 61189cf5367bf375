//! What answers as if it had never been

use chrono::{SecondsFormat, TimeDelta};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Story, TestApp};

const UNKNOWN: &str = "nowhere";

fn ahead(app: &TestApp, seconds: i64) -> String {
    (app.now() + TimeDelta::seconds(seconds)).to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Fails unless a code answers as one that was never given out, to GET and to HEAD.
async fn assert_unknown(app: &TestApp, code: &str, what: &str) {
    for method in [Method::GET, Method::HEAD] {
        let unknown = app
            .follow(method.clone(), "exmp.news", &format!("/{UNKNOWN}"))
            .await;
        let answer = app
            .follow(method.clone(), "exmp.news", &format!("/{code}"))
            .await;
        assert_eq!(unknown.status, 404);
        assert_eq!(answer.whole(), unknown.whole(), "{method} {what}");
    }
}

async fn story(editor: &Client<'_>, number: usize, mut members: Value) -> Story {
    members["canonical_url"] = format!("https://news.example/{number}").into();
    Story::create(editor, members).await
}

#[tokio::test]
async fn an_article_that_is_not_public_answers_as_an_unknown_code() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let (soon, end) = (ahead(&app, 1000), ahead(&app, 500));

    for (number, members) in [
        json!({}),
        json!({"status": "published", "published_at": soon}),
        json!({"status": "published", "embargoed_until": soon}),
        json!({"status": "published", "published_at": soon, "embargoed_until": soon}),
        json!({"status": "withdrawn"}),
        json!({"status": "draft", "published_at": "2020-01-01T00:00:00Z"}),
        json!({"status": "published", "embargoed_until": soon, "expires_at": end}),
    ]
    .into_iter()
    .enumerate()
    {
        let what = members.to_string();
        let story = story(&editor, number, members).await;
        assert_unknown(&app, &story.code, &what).await;
        editor.delete(&story.path()).await.expect(204);
        assert_unknown(&app, &story.code, &format!("deleted {what}")).await;
    }
    let without = Story::create(&editor, json!({"status": "published"})).await;
    assert_unknown(&app, &without.code, "without an address").await;
}

#[tokio::test]
async fn a_secret_article_hides_what_became_of_its_link() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = story(
        &editor,
        1,
        json!({"status": "published", "embargoed_until": ahead(&app, 1000)}),
    )
    .await;
    for code in ["disabled-one", "gone-one", "expired-one"] {
        let link = json!({"article_id": story.id, "code": code});
        editor.post("/v1/short-links", link).await.expect(201);
    }
    editor
        .patch(
            "/v1/short-links/exmp.news/disabled-one",
            json!({"status": "disabled"}),
        )
        .await
        .expect(200);
    editor
        .patch(
            "/v1/short-links/exmp.news/expired-one",
            json!({"expires_at": "2020-01-01T00:00:00Z"}),
        )
        .await
        .expect(200);
    editor
        .delete("/v1/short-links/exmp.news/gone-one")
        .await
        .expect(204);

    for code in ["disabled-one", "gone-one", "expired-one"] {
        assert_unknown(&app, code, code).await;
    }
    app.advance(1000);
    for code in ["disabled-one", "gone-one", "expired-one"] {
        app.follow(Method::GET, "exmp.news", &format!("/{code}"))
            .await
            .expect(410);
    }
}

#[tokio::test]
async fn a_link_turns_on_the_very_moment() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let published = story(
        &editor,
        1,
        json!({"status": "published", "published_at": ahead(&app, 1000)}),
    )
    .await;
    let embargoed = story(
        &editor,
        2,
        json!({"status": "published", "embargoed_until": ahead(&app, 1000)}),
    )
    .await;
    let expiring = story(
        &editor,
        3,
        json!({"status": "published", "expires_at": ahead(&app, 1000)}),
    )
    .await;
    let status = async |story: &Story| {
        app.follow(Method::GET, "exmp.news", &format!("/{}", story.code))
            .await
            .status
            .as_u16()
    };

    app.advance(900);
    assert_eq!(
        [
            status(&published).await,
            status(&embargoed).await,
            status(&expiring).await
        ],
        [404, 404, 302]
    );

    app.advance(100);
    assert_eq!(
        [
            status(&published).await,
            status(&embargoed).await,
            status(&expiring).await
        ],
        [302, 302, 410]
    );
}

#[tokio::test]
async fn an_article_gets_its_address_later() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::create(&editor, json!({"status": "published"})).await;
    assert_unknown(&app, &story.code, "before").await;

    story
        .patch(&editor, json!({"canonical_url": "https://news.example/a"}))
        .await;

    app.follow(Method::GET, "exmp.news", &format!("/{}", story.code))
        .await
        .expect(302);
    story.patch(&editor, json!({"canonical_url": null})).await;
    assert_unknown(&app, &story.code, "after").await;
}

#[tokio::test]
async fn an_article_that_leads_back_here_is_refused() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    for address in [
        "https://exmp.news/eid",
        "http://ARAB.example/",
        "https://exmp.news./",
    ] {
        let article = json!({"headline": "A", "canonical_url": address});
        let refused = editor.post("/v1/articles", article).await.expect(422);
        assert_eq!(refused.pointers(), ["/canonical_url"], "{address}");
    }
}

#[tokio::test]
async fn an_article_that_was_public_is_gone_and_not_unknown() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = story(&editor, 1, json!({"status": "published"})).await;

    story.patch(&editor, json!({"status": "withdrawn"})).await;
    let withdrawn = app
        .follow(Method::GET, "exmp.news", &format!("/{}", story.code))
        .await;
    story
        .patch(
            &editor,
            json!({"status": "published", "embargoed_until": ahead(&app, 1000)}),
        )
        .await;

    withdrawn.expect(410);
    assert_unknown(&app, &story.code, "embargoed again").await;
}

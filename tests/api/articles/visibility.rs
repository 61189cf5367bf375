//! What follows from the status and the dates.

use serde_json::{Value, json};

use super::{created, headlines, seconds_ahead};
use crate::support::TestApp;

/// An article of this status and dates, as seconds from now.
fn article(app: &TestApp, status: &str, dates: [Option<i64>; 3]) -> Value {
    let [published, embargoed, expires] =
        dates.map(|date| date.map(|seconds| seconds_ahead(app, seconds)));
    json!({"headline": "A", "status": status, "published_at": published, "embargoed_until": embargoed,
           "expires_at": expires})
}

#[tokio::test]
async fn where_several_states_hold_the_first_is_told() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let cases = [
        ("withdrawn", [Some(60), Some(60), Some(-60)], "withdrawn"),
        ("draft", [Some(60), Some(60), Some(-60)], "draft"),
        ("published", [Some(60), Some(60), Some(-60)], "expired"),
        ("published", [Some(-90), None, Some(-60)], "expired"),
        ("published", [Some(60), Some(60), Some(90)], "embargoed"),
        ("published", [Some(-60), Some(60), None], "embargoed"),
        ("published", [Some(60), Some(-60), None], "scheduled"),
        ("published", [Some(-60), Some(-60), Some(60)], "live"),
        ("published", [None, None, None], "live"),
    ];

    for (status, dates, visibility) in cases {
        let path = created(&editor, article(&app, status, dates)).await;
        let found = editor.get(&path).await.expect(200);
        assert_eq!(
            found.member("/visibility"),
            visibility,
            "{status} {dates:?}"
        );
        assert_eq!(found.member("/status"), status);
        let public = app.anybody().get(&path).await;
        let expected = if visibility == "live" { 200 } else { 404 };
        assert_eq!(public.status, expected, "{status} {dates:?}");

        editor.delete(&path).await.expect(204);
        let deleted = editor.get(&path).await.expect(200);
        assert_eq!(deleted.member("/visibility"), "deleted");
        assert_eq!(deleted.member("/status"), status);
    }
}

#[tokio::test]
async fn time_alone_publishes_lifts_and_ends() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = created(
        &editor,
        article(&app, "published", [Some(1000), Some(2000), Some(3000)]),
    )
    .await;
    let version = editor.get(&path).await.member("/version");

    for (visibility, public) in [
        ("embargoed", 404),
        ("embargoed", 404),
        ("live", 200),
        ("expired", 404),
    ] {
        assert_eq!(editor.get(&path).await.member("/visibility"), visibility);
        assert_eq!(app.anybody().get(&path).await.status, public);
        let listed = app.anybody().get("/v1/articles").await;
        assert_eq!(headlines(&listed).is_empty(), public == 404);
        let listed = editor
            .get(&format!("/v1/articles?visibility={visibility}"))
            .await;
        assert_eq!(headlines(&listed), "A");
        app.advance(1001);
    }

    assert_eq!(editor.get(&path).await.member("/version"), version);
}

#[tokio::test]
async fn an_article_is_live_from_its_very_moment() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = created(
        &editor,
        article(&app, "published", [Some(1000), None, None]),
    )
    .await;

    let before = app.anybody().get(&path).await;
    app.advance(1000);
    let after = app.anybody().get(&path).await;

    assert_eq!((before.status.as_u16(), after.status.as_u16()), (404, 200));
}

#[tokio::test]
async fn an_article_whose_embargo_outlasts_it_is_never_public() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = created(
        &editor,
        article(&app, "published", [Some(-10), Some(2000), Some(1000)]),
    )
    .await;

    for visibility in ["embargoed", "expired", "expired"] {
        assert_eq!(editor.get(&path).await.member("/visibility"), visibility);
        app.anybody().get(&path).await.expect(404);
        app.advance(1001);
    }

    editor
        .patch(&path, json!({"status": "withdrawn"}))
        .await
        .expect(200);
    app.anybody().get(&path).await.expect(404);
}

#[tokio::test]
async fn what_was_public_before_it_was_withdrawn_is_gone() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let withdraw = json!({"status": "withdrawn"});
    let mut paths = Vec::new();
    for (status, dates, is_gone) in [
        ("published", [None, None, None], true),
        ("published", [Some(1000), None, None], true),
        ("published", [Some(-10), Some(1000), None], true),
        ("published", [None, None, Some(1000)], true),
        ("published", [Some(9000), None, None], false),
        ("published", [Some(1000), None, Some(900)], false),
        ("draft", [Some(-10), None, None], false),
        ("withdrawn", [Some(-10), None, None], false),
    ] {
        let path = created(&editor, article(&app, status, dates)).await;
        paths.push((path, if is_gone { 410 } else { 404 }, status, dates));
    }

    app.advance(2000);
    for (path, ..) in &paths {
        editor.patch(path, withdraw.clone()).await.expect(200);
    }

    for (path, expected, status, dates) in paths {
        let answer = app.anybody().get(&path).await;
        assert_eq!(answer.status, expected, "{status} {dates:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
        editor.delete(&path).await.expect(204);
        let answer = app.anybody().get(&path).await;
        assert_eq!(answer.status, expected, "deleted, {status} {dates:?}");
    }
}

#[tokio::test]
async fn an_embargo_put_on_later_hides_and_a_withdrawal_then_tells() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = super::published(&editor, "A").await;

    let embargo = json!({"embargoed_until": seconds_ahead(&app, 1000)});
    editor.patch(&path, embargo).await.expect(200);
    let hidden = app.anybody().get(&path).await;
    editor
        .patch(&path, json!({"status": "withdrawn"}))
        .await
        .expect(200);
    let withdrawn = app.anybody().get(&path).await;
    editor
        .patch(&path, json!({"status": "draft"}))
        .await
        .expect(200);
    let rewritten = app.anybody().get(&path).await;

    assert_eq!(hidden.expect(404).code(), "not-found");
    assert_eq!(withdrawn.expect(410).code(), "gone");
    assert_eq!(rewritten.expect(404).code(), "not-found");
}

#[tokio::test]
async fn the_short_link_follows_the_visibility() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = json!({"headline": "A", "canonical_url": "https://a.example/", "status": "published",
        "published_at": seconds_ahead(&app, 1000), "expires_at": seconds_ahead(&app, 2000)});
    let article = editor.post("/v1/articles", story).await.expect(201);
    let code = format!("/{}", super::id_of(&article.member("/short_url")));
    let follow = async || {
        app.follow(reqwest::Method::GET, "exmp.news", &code)
            .await
            .status
            .as_u16()
    };

    let scheduled = follow().await;
    app.advance(1001);
    let live = follow().await;
    app.advance(1001);
    let expired = follow().await;
    editor
        .patch(article.header("location"), json!({"status": "withdrawn"}))
        .await
        .expect(200);
    let withdrawn = follow().await;

    assert_eq!([scheduled, live, expired, withdrawn], [404, 302, 410, 410]);
}

//! How long caches may keep what is public.

use serde_json::json;

use super::{created, published, seconds_ahead};
use crate::support::{Answer, TestApp};

/// For how many seconds in all a cache may use an answer.
fn lifetime(answer: &Answer) -> i64 {
    let rule = answer.header("cache-control");
    let seconds = |name: &str| {
        rule.split(name)
            .nth(1)?
            .split(',')
            .next()?
            .parse::<i64>()
            .ok()
    };
    match (seconds("max-age="), seconds("stale-while-revalidate=")) {
        (Some(age), Some(stale)) => age + stale,
        _ => panic!("not public: {rule}"),
    }
}

#[tokio::test]
async fn a_public_answer_may_be_kept_for_a_while() {
    let app =
        TestApp::with(|config| (config.cache_max_age_s, config.cache_stale_s) = (30, 90)).await;
    let path = published(&app.admin().await, "A").await;

    for path in [path.as_str(), "/v1/articles"] {
        let answer = app.anybody().get(path).await.expect(200);
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=30, stale-while-revalidate=90"
        );
        assert_eq!(
            answer.header("vary"),
            "Authorization, Accept, Accept-Language, Accept-Encoding, Dateline-Position"
        );
    }
}

#[tokio::test]
async fn no_cache_keeps_an_article_past_its_end() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let article =
        json!({"headline": "A", "status": "published", "expires_at": seconds_ahead(&app, 1040)});
    let path = created(&editor, article).await;

    let early = lifetime(&app.anybody().get(&path).await);
    app.advance(1000);
    let late = lifetime(&app.anybody().get(&path).await);
    app.advance(30);
    let last = lifetime(&app.anybody().get(&path).await);

    assert_eq!(early, 75);
    assert!((30..=40).contains(&late), "{late}");
    assert!((0..=10).contains(&last), "{last}");
}

#[tokio::test]
async fn no_cache_keeps_a_list_past_the_next_change_of_what_is_live() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    published(&editor, "A").await;
    let ahead = json!({"headline": "B", "status": "published", "published_at": seconds_ahead(&app, 40), "expires_at": seconds_ahead(&app, 1010)});
    created(&editor, ahead).await;

    let first = lifetime(&app.anybody().get("/v1/articles").await);
    app.advance(1000);
    let second = lifetime(&app.anybody().get("/v1/articles").await);

    assert!((20..=40).contains(&first), "{first}");
    assert!((0..=10).contains(&second), "{second}");
}

#[tokio::test]
async fn no_cache_keeps_an_article_past_the_next_change_of_its_related_ones() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let ahead =
        json!({"headline": "B", "status": "published", "published_at": seconds_ahead(&app, 40)});
    let ahead = created(&editor, ahead).await;
    let path = created(
        &editor,
        json!({"headline": "A", "status": "published", "related": [super::id_of(&ahead)]}),
    )
    .await;

    let kept = lifetime(&app.anybody().get(&path).await);

    assert!((0..=40).contains(&kept), "{kept}");
}

#[tokio::test]
async fn no_cache_keeps_a_refusal() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let ahead =
        json!({"headline": "B", "status": "published", "published_at": seconds_ahead(&app, 40)});
    let path = created(&editor, ahead).await;

    for refused in [
        app.anybody().get(&path).await.expect(404),
        app.anybody().get("/v1/articles?limit=0").await.expect(400),
    ] {
        assert_eq!(refused.header("cache-control"), "no-store");
    }
}

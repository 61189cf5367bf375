//! Who sees what.

use serde_json::json;

use super::{created, headlines, published};
use crate::support::TestApp;
use dateline::keys::Scope;

#[tokio::test]
async fn a_draft_is_seen_by_those_who_may_and_never_existed_for_others() {
    let app = TestApp::start().await;
    let path = created(&app.admin().await, json!({"headline": "A"})).await;
    let never = "/v1/articles/0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10";

    for scope in [Scope::ReadUnpublished, Scope::WriteArticles, Scope::Admin] {
        let found = app.caller(&[scope]).await.get(&path).await.expect(200);
        assert_eq!(found.header("cache-control"), "private, no-store");
    }
    for caller in [
        app.anybody(),
        app.caller(&[Scope::WriteTags, Scope::WriteLinks, Scope::ReadStats])
            .await,
    ] {
        let (draft, nothing) = (
            caller.get(&path).await.expect(404),
            caller.get(never).await.expect(404),
        );
        let without_id = |mut problem: serde_json::Value| {
            problem["request_id"] = json!(null);
            problem
        };
        assert_eq!(without_id(draft.json()), without_id(nothing.json()));
    }
}

#[tokio::test]
async fn a_live_article_is_answered_alike_to_all_who_see_only_live_ones() {
    let app = TestApp::start().await;
    let path = published(&app.admin().await, "A").await;
    let tagger = app.caller(&[Scope::WriteTags]).await;

    let (public, keyed) = (app.anybody().get(&path).await, tagger.get(&path).await);

    assert_eq!(public.json(), keyed.json());
    assert_eq!(public.header("etag"), keyed.header("etag"));
    assert!(public.header("vary").contains("Authorization"));
    assert!(keyed.header("cache-control").starts_with("public, "));
}

#[tokio::test]
async fn a_bad_key_is_refused_even_where_none_is_needed() {
    let app = TestApp::start().await;
    let path = published(&app.admin().await, "A").await;
    let anybody = app.anybody();

    for key in [
        "Bearer dl_x_y",
        "Bearer",
        "Basic abc",
        "Bearer dl_00000000_000000000000000000000000",
    ] {
        let request = anybody
            .request(reqwest::Method::GET, &path)
            .header("authorization", key);
        let refused = anybody.send(request).await.expect(401);
        assert!(
            refused.header("www-authenticate").starts_with("Bearer"),
            "{key}"
        );
    }
}

#[tokio::test]
async fn a_deployment_closed_to_the_public_wants_a_key_for_everything() {
    let app = TestApp::with(|config| config.public_read = false).await;
    let path = published(&app.admin().await, "A").await;
    let tagger = app.caller(&[Scope::WriteTags]).await;

    for path in [path.as_str(), "/v1/articles"] {
        app.anybody().get(path).await.expect(401);
        let found = tagger.get(path).await.expect(200);
        assert_eq!(found.header("cache-control"), "private, no-store");
    }
}

#[tokio::test]
async fn lists_of_what_is_not_live_need_the_scope() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    published(&editor, "live").await;
    created(&editor, json!({"headline": "draft"})).await;
    let (reader, tagger) = (
        app.caller(&[Scope::ReadUnpublished]).await,
        app.caller(&[Scope::WriteTags]).await,
    );

    for query in [
        "visibility=draft",
        "visibility=live,draft",
        "status=draft",
        "status=published",
        "status=deleted",
    ] {
        let path = format!("/v1/articles?{query}");
        let unknown = app.anybody().get(&path).await.expect(401);
        assert!(unknown.header("www-authenticate").starts_with("Bearer"));
        let refused = tagger.get(&path).await.expect(403);
        assert_eq!(refused.member("/scope"), "articles:read_unpublished");
        reader.get(&path).await.expect(200);
    }
    let live = app
        .anybody()
        .get("/v1/articles?visibility=live")
        .await
        .expect(200);
    assert_eq!(headlines(&live), "live");
    assert_eq!(headlines(&reader.get("/v1/articles").await), "live");
}

#[tokio::test]
async fn the_public_sees_those_related_articles_that_are_live() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let scheduled = json!({"headline": "B", "status": "published", "published_at": super::seconds_ahead(&app, 1000)});
    let paths = [
        created(&editor, scheduled).await,
        created(&editor, json!({"headline": "C"})).await,
        published(&editor, "D").await,
    ];
    let ids: Vec<&str> = paths.iter().map(|path| super::id_of(path)).collect();
    let article = json!({"headline": "A", "status": "published", "related": ids});
    let path = created(&editor, article).await;

    let seen = async || app.anybody().get(&path).await.json()["related"].clone();
    let early = seen().await;
    app.advance(1001);
    let late = seen().await;
    let listed = app
        .anybody()
        .get("/v1/articles?fields=related&has=related")
        .await;
    editor.delete(&paths[2]).await.expect(204);

    assert_eq!(early, json!([ids[2]]));
    assert_eq!(late, json!([ids[0], ids[2]]));
    assert_eq!(listed.json()["items"][0]["related"], late);
    assert_eq!(seen().await, json!([ids[0]]));
    assert_eq!(editor.get(&path).await.json()["related"], json!(ids));
}

#[tokio::test]
async fn a_gone_article_is_gone_by_every_name() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = json!({"headline": "A", "status": "published", "canonical_url": "https://a.example/",
        "external_ids": [{"source": "cms", "id": "1"}]});
    let path = created(&editor, story).await;
    let names = [
        path.as_str(),
        "/v1/articles/by-url?url=https://a.example/",
        "/v1/articles/by-external-id/cms/1",
    ];
    let seen = async || {
        let mut seen = Vec::new();
        for name in names {
            seen.push(app.anybody().get(name).await.status.as_u16());
        }
        seen
    };

    let live = seen().await;
    editor.delete(&path).await.expect(204);
    let deleted = seen().await;
    editor
        .post(&format!("{path}/restore"), json!(null))
        .await
        .expect(200);
    editor
        .patch(&path, json!({"expires_at": super::seconds_ahead(&app, -1)}))
        .await
        .expect(200);

    assert_eq!(live, [200; 3]);
    assert_eq!(deleted, [410; 3]);
    assert_eq!(seen().await, [404; 3]);
}

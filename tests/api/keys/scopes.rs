//! What each scope reaches

use dateline::keys::Scope;
use reqwest::Method;
use serde_json::json;

use crate::support::{Client, Story, TestApp};

const ARTICLES: Option<Scope> = Some(Scope::WriteArticles);
const TAGS: Option<Scope> = Some(Scope::WriteTags);
const LINKS: Option<Scope> = Some(Scope::WriteLinks);
const ADMIN: Option<Scope> = Some(Scope::Admin);
const UNPUBLISHED: Option<Scope> = Some(Scope::ReadUnpublished);

/// Every operation with the scope that it needs.
const OPERATIONS: &[(&str, &str, Option<Scope>)] = &[
    ("GET", "/v1/articles", None),
    ("GET", "/v1/articles?visibility=draft", UNPUBLISHED),
    ("GET", "/v1/articles?status=deleted", UNPUBLISHED),
    ("POST", "/v1/articles", ARTICLES),
    (
        "GET",
        "/v1/articles/00000000-0000-7000-8000-000000000000",
        None,
    ),
    (
        "PUT",
        "/v1/articles/00000000-0000-7000-8000-000000000000",
        ARTICLES,
    ),
    (
        "PATCH",
        "/v1/articles/00000000-0000-7000-8000-000000000000",
        ARTICLES,
    ),
    (
        "DELETE",
        "/v1/articles/00000000-0000-7000-8000-000000000000",
        ARTICLES,
    ),
    (
        "POST",
        "/v1/articles/00000000-0000-7000-8000-000000000000/restore",
        ARTICLES,
    ),
    (
        "GET",
        "/v1/articles/by-url?url=https://news.example/x",
        None,
    ),
    (
        "PUT",
        "/v1/articles/by-url?url=https://news.example/x",
        ARTICLES,
    ),
    ("GET", "/v1/articles/by-external-id/cms/1", None),
    ("PUT", "/v1/articles/by-external-id/cms/1", ARTICLES),
    (
        "PUT",
        "/v1/articles/00000000-0000-7000-8000-000000000000/tags",
        ARTICLES,
    ),
    (
        "PUT",
        "/v1/articles/00000000-0000-7000-8000-000000000000/tags/place:x",
        ARTICLES,
    ),
    (
        "DELETE",
        "/v1/articles/00000000-0000-7000-8000-000000000000/tags/place:x",
        ARTICLES,
    ),
    (
        "PUT",
        "/v1/articles/00000000-0000-7000-8000-000000000000/short-link",
        ARTICLES,
    ),
    (
        "GET",
        "/v1/articles/00000000-0000-7000-8000-000000000000/short-links",
        LINKS,
    ),
    ("GET", "/v1/tags", None),
    ("GET", "/v1/tags/autocomplete?q=x", None),
    ("GET", "/v1/tags/place:x", None),
    ("POST", "/v1/tags", TAGS),
    ("PUT", "/v1/tags/place:x", TAGS),
    ("PATCH", "/v1/tags/place:x", TAGS),
    ("DELETE", "/v1/tags/place:x", TAGS),
    ("GET", "/v1/short-links", LINKS),
    ("POST", "/v1/short-links", LINKS),
    ("GET", "/v1/short-links/exmp.news/nowhere", LINKS),
    ("PATCH", "/v1/short-links/exmp.news/nowhere", LINKS),
    ("DELETE", "/v1/short-links/exmp.news/nowhere", LINKS),
    ("GET", "/v1/keys", ADMIN),
    ("POST", "/v1/keys", ADMIN),
    ("GET", "/v1/keys/000000000000", ADMIN),
    ("DELETE", "/v1/keys/000000000000", ADMIN),
];

/// Whether a caller is let in: what is asked is not there or cannot be read, so nothing comes of it.
async fn is_let_in(caller: &Client<'_>, method: &str, path: &str) -> bool {
    let method: Method = method.parse().expect("a method");
    let request = caller
        .request(method.clone(), path)
        .header("content-type", "application/json");
    let answer = caller.send(request.body("{")).await;
    match answer.status.as_u16() {
        401 | 403 => {
            let (status, code) = if caller.key().is_some() {
                (403, "forbidden")
            } else {
                (401, "unauthenticated")
            };
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (status, code),
                "{method} {path}"
            );
            false
        }
        200 | 400 | 404 => true,
        _ => panic!("{method} {path}: {}", answer.text()),
    }
}

#[tokio::test]
async fn each_scope_reaches_its_own_and_what_it_implies() {
    let app = TestApp::start().await;
    let implied = |scope: Scope, needed: Scope| {
        scope == needed
            || scope == Scope::Admin
            || (scope, needed) == (Scope::WriteArticles, Scope::ReadUnpublished)
    };

    for &scope in Scope::ALL {
        let caller = app.caller(&[scope]).await;
        for (method, path, needed) in OPERATIONS {
            let expected = needed.is_none_or(|needed| implied(scope, needed));
            assert_eq!(
                is_let_in(&caller, method, path).await,
                expected,
                "{scope:?}: {method} {path}"
            );
        }
    }
    for (method, path, needed) in OPERATIONS {
        assert_eq!(
            is_let_in(&app.anybody(), method, path).await,
            needed.is_none(),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn without_public_reading_every_operation_needs_a_key() {
    let app = TestApp::with(|config| config.public_read = false).await;
    let reader = app.caller(&[Scope::ReadStats]).await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;

    for (method, path, needed) in OPERATIONS {
        assert!(
            !is_let_in(&app.anybody(), method, path).await,
            "{method} {path}"
        );
        assert_eq!(
            is_let_in(&reader, method, path).await,
            needed.is_none(),
            "{method} {path}"
        );
    }
    for path in [
        story.path().as_str(),
        "/v1/articles",
        "/v1/tags",
        "/v1/tags/autocomplete?q=x",
    ] {
        let read = reader.get(path).await.expect(200);
        assert_eq!(read.header("cache-control"), "private, no-store", "{path}");
    }
    app.anybody().get("/livez").await.expect(200);
    app.follow(Method::GET, "exmp.news", &format!("/{}", story.code))
        .await
        .expect(302);
}

#[tokio::test]
async fn only_who_may_read_the_unpublished_sees_it() {
    let app = TestApp::start().await;
    let story = Story::create(&app.admin().await, json!({})).await;

    for &scope in Scope::ALL {
        let sees = matches!(
            scope,
            Scope::ReadUnpublished | Scope::WriteArticles | Scope::Admin
        );
        let status = if sees { 200 } else { 404 };
        app.caller(&[scope])
            .await
            .get(&story.path())
            .await
            .expect(status);
    }
    app.anybody().get(&story.path()).await.expect(404);
}

#[tokio::test]
async fn a_tag_is_made_with_an_article_only_by_who_may_make_tags() {
    let app = TestApp::start().await;
    let author = app.caller(&[Scope::WriteArticles]).await;
    let article = json!({"headline": "A", "tags": [{"kind": "place", "name": "Doha"}]});

    let refused = author
        .post("/v1/articles", article.clone())
        .await
        .expect(403);
    let editor = app.caller(&[Scope::WriteArticles, Scope::WriteTags]).await;
    editor
        .post("/v1/articles", article.clone())
        .await
        .expect(201);
    author.post("/v1/articles", article).await.expect(201);

    assert_eq!(
        (refused.code(), refused.member("/scope")),
        ("forbidden".into(), "tags:write".into())
    );
    assert_eq!(
        app.anybody()
            .get("/v1/tags?count=exact")
            .await
            .member("/total"),
        "1"
    );
}

#[tokio::test]
async fn an_author_mints_the_articles_own_link_and_no_other() {
    let app = TestApp::start().await;
    let author = app.caller(&[Scope::WriteArticles]).await;
    let story = Story::create(&author, json!({})).await;

    author
        .put(&format!("{}/short-link", story.path()), json!({}))
        .await
        .expect(200);
    author
        .post("/v1/short-links", json!({"article_id": story.id}))
        .await
        .expect(403);
    author.delete(&story.link()).await.expect(403);
}

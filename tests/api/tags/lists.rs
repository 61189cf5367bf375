//! `GET /v1/tags`

use dateline::keys::Scope;
use serde_json::json;

use super::{keys, make};
use crate::support::{Client, Story, TestApp};

async fn five(editor: &Client<'_>) {
    for name in ["Éire", "Abha", "abu_dhabi", "Zürich", "100% Port"] {
        make(editor, "place", name).await;
    }
}

/// Every key of a list, page by page.
async fn walk(app: &TestApp, path: &str) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app
            .anybody()
            .get(&format!("{path}&limit=2{cursor}"))
            .await
            .expect(200);
        assert!(keys(&page).len() <= 2);
        all.extend(keys(&page));
        match page.json()["next_cursor"].as_str() {
            None => {
                assert_eq!(page.header("link"), "");
                return all;
            }
            Some(next) => {
                assert_eq!(
                    page.header("link"),
                    format!("<{path}&limit=2&cursor={next}>; rel=\"next\"")
                );
                cursor = format!("&cursor={next}");
            }
        }
    }
}

#[tokio::test]
async fn tags_are_listed_by_name_whatever_its_case_and_accents() {
    let app = TestApp::start().await;
    five(&app.caller(&[Scope::WriteTags]).await).await;

    let listed = app.anybody().get("/v1/tags").await.expect(200);
    let walked = walk(&app, "/v1/tags?sort=name").await;

    assert_eq!(
        keys(&listed),
        [
            "place:100-port",
            "place:abha",
            "place:abu-dhabi",
            "place:eire",
            "place:zurich"
        ]
    );
    assert_eq!(walked, keys(&listed));
    assert_eq!(listed.json()["next_cursor"], json!(null));
    assert!(listed.json().get("total").is_none());
    assert_eq!(
        listed.header("cache-control"),
        "public, max-age=15, stale-while-revalidate=60"
    );
}

#[tokio::test]
async fn tags_are_listed_by_use() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    five(&editor).await;
    let story = |tags: serde_json::Value, day: &str| json!({"status": "published", "published_at": day, "tags": tags});
    Story::create(
        &editor,
        story(json!(["place:eire", "place:abha"]), "2020-01-01T00:00:00Z"),
    )
    .await;
    Story::create(
        &editor,
        story(json!(["place:eire"]), "2020-01-02T00:00:00Z"),
    )
    .await;
    Story::create(
        &editor,
        story(json!(["place:zurich"]), "2020-01-03T00:00:00Z"),
    )
    .await;

    let by_count = walk(&app, "/v1/tags?sort=-article_count").await;
    let by_use = walk(&app, "/v1/tags?sort=-last_used_at").await;

    assert_eq!(by_count[0], "place:eire");
    assert_eq!(by_count.len(), 5);
    assert_eq!(by_use[..3], ["place:zurich", "place:eire", "place:abha"]);
    assert_eq!(by_use.len(), 5);
}

#[tokio::test]
async fn a_list_is_narrowed_by_kind_and_by_a_part_of_the_name() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    five(&editor).await;
    make(&editor, "person", "Abha Rao").await;
    let asked = async |query: &str| {
        let listed = app
            .anybody()
            .get(&format!("/v1/tags?{query}"))
            .await
            .expect(200);
        keys(&listed)
    };

    assert_eq!(asked("kind=person").await, ["person:abha-rao"]);
    assert_eq!(asked("q=ABHA").await, ["place:abha", "person:abha-rao"]);
    assert_eq!(asked("q=abha&kind=place").await, ["place:abha"]);
    assert_eq!(asked("q=uric").await, ["place:zurich"]);
    assert_eq!(asked("q=eire").await, ["place:eire"]);
    assert_eq!(asked("q=%25").await, ["place:100-port"]);
    assert_eq!(asked("q=_").await, ["place:abu-dhabi"]);
    assert_eq!(asked("q=%5C").await, [""; 0]);
    assert_eq!(asked("q=%27%3B--").await, [""; 0]);
}

#[tokio::test]
async fn a_list_is_counted_only_when_asked() {
    let app = TestApp::start().await;
    five(&app.caller(&[Scope::WriteTags]).await).await;

    let exact = app
        .anybody()
        .get("/v1/tags?count=exact&limit=1&q=ab")
        .await
        .expect(200);
    let estimated = app
        .anybody()
        .get("/v1/tags?count=estimated")
        .await
        .expect(200);

    assert_eq!(exact.member("/total"), "2");
    assert!(estimated.json()["total"].is_i64());
}

#[tokio::test]
async fn a_cursor_belongs_to_its_list() {
    let app = TestApp::start().await;
    five(&app.caller(&[Scope::WriteTags]).await).await;
    let page = app
        .anybody()
        .get("/v1/tags?kind=place&limit=2")
        .await
        .expect(200);
    let cursor = page.member("/next_cursor");

    for query in [
        "",
        "kind=person&",
        "kind=place&sort=-article_count&",
        "kind=place&q=a&",
    ] {
        let refused = app
            .anybody()
            .get(&format!("/v1/tags?{query}cursor={cursor}"))
            .await
            .expect(400);
        assert_eq!(refused.code(), "invalid-cursor", "{query}");
    }
    app.anybody()
        .get("/v1/tags?cursor=nonsense")
        .await
        .expect(400);
    app.anybody()
        .get(&format!("/v1/tags?kind=place&limit=3&cursor={cursor}"))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_query_that_breaks_the_rules_is_refused() {
    let app = TestApp::start().await;
    let long = format!("q={}", "x".repeat(201));

    for query in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=x",
        "kind=city",
        "sort=key",
        "count=all",
        "kinds=place",
        "kind=place&kind=topic",
        "q=%00",
        "q=a%0Ab",
        "q=%FF",
        &long,
    ] {
        let refused = app
            .anybody()
            .get(&format!("/v1/tags?{query}"))
            .await
            .expect(400);
        assert_eq!(refused.code(), "invalid-parameter", "{query}");
    }
    app.anybody().get("/v1/tags?limit=100").await.expect(200);
    app.anybody()
        .get(&format!("/v1/tags?q={}", "x".repeat(200)))
        .await
        .expect(200);
}

//! Which tags are part of which.

use dateline::keys::Scope;
use serde_json::json;

use super::{keys, make};
use crate::support::{Client, TestApp};

/// Makes a tag that is part of others.
async fn make_below(editor: &Client<'_>, name: &str, broader: &[&str]) {
    let tag = json!({"kind": "place", "name": name, "broader": broader});
    editor.post("/v1/tags", tag).await.expect(201);
}

/// The Gulf, Qatar in it, Doha in Qatar and among ports.
async fn make_gulf(editor: &Client<'_>) {
    make(editor, "place", "Gulf").await;
    make(editor, "topic", "Ports").await;
    make_below(editor, "Qatar", &["place:gulf"]).await;
    make_below(editor, "Doha", &["place:qatar", "topic:ports"]).await;
}

#[tokio::test]
async fn ancestors_and_descendants_are_listed_the_nearest_first() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make_gulf(&editor).await;
    make_below(&editor, "Al Khor", &["place:qatar"]).await;

    let above = app
        .anybody()
        .get("/v1/tags/place:doha/ancestors")
        .await
        .expect(200);
    let below = app
        .anybody()
        .get("/v1/tags/place:gulf/descendants?count=exact")
        .await
        .expect(200);
    let doha = app.anybody().get("/v1/tags/place:doha").await;

    assert_eq!(keys(&above), ["topic:ports", "place:qatar", "place:gulf"]);
    assert_eq!(keys(&below), ["place:qatar", "place:al-khor", "place:doha"]);
    assert_eq!(below.member("/total"), "3");
    assert_eq!(
        doha.json()["broader"],
        json!([
        {"key": "topic:ports", "kind": "topic", "name": "Ports"},
        {"key": "place:qatar", "kind": "place", "name": "Qatar"}])
    );
}

#[tokio::test]
async fn relatives_come_page_by_page_and_in_a_language() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make_gulf(&editor).await;
    editor
        .patch(
            "/v1/tags/place:gulf",
            json!({"labels": {"ar": {"pref": "الخليج"}}}),
        )
        .await
        .expect(200);

    let mut found = Vec::new();
    let mut address = "/v1/tags/place:doha/ancestors?limit=1&lang=ar".to_owned();
    loop {
        let page = app.anybody().get(&address).await.expect(200);
        found.push(page.member("/items/0/name"));
        if page.json()["next_cursor"].is_null() {
            break;
        }
        address = format!(
            "/v1/tags/place:doha/ancestors?limit=1&lang=ar&cursor={}",
            page.member("/next_cursor")
        );
    }

    assert_eq!(found, ["Ports", "Qatar", "الخليج"]);
}

#[tokio::test]
async fn a_circle_is_refused_however_long() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make_gulf(&editor).await;

    let itself = editor
        .patch("/v1/tags/place:gulf", json!({"broader": ["place:gulf"]}))
        .await
        .expect(409);
    let long = editor
        .patch("/v1/tags/place:gulf", json!({"broader": ["place:doha"]}))
        .await
        .expect(409);

    assert_eq!(itself.code(), "tag-cycle");
    assert_eq!(long.code(), "tag-cycle");
    assert_eq!(long.member("/key"), "place:doha");
    assert_eq!(long.pointers(), ["/broader"]);
    let gulf = app.anybody().get("/v1/tags/place:gulf").await;
    assert_eq!(gulf.member("/version"), "1");
}

#[tokio::test]
async fn parallel_writers_never_close_a_circle() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    for name in ["A1", "B1"] {
        make(&editor, "place", name).await;
    }

    for _ in 0..10 {
        let (one, other) = tokio::join!(
            editor.patch("/v1/tags/place:a1", json!({"broader": ["place:b1"]})),
            editor.patch("/v1/tags/place:b1", json!({"broader": ["place:a1"]})),
        );

        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        for name in ["a1", "b1"] {
            let address = format!("/v1/tags/place:{name}");
            editor
                .patch(&address, json!({"broader": []}))
                .await
                .expect(200);
        }
    }
}

#[tokio::test]
async fn moving_a_tag_moves_all_that_is_part_of_it() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make_gulf(&editor).await;
    make(&editor, "place", "Asia").await;

    editor
        .patch("/v1/tags/place:qatar", json!({"broader": ["place:asia"]}))
        .await
        .expect(200);

    let above = app.anybody().get("/v1/tags/place:doha/ancestors").await;
    let gulf = app.anybody().get("/v1/tags/place:gulf/descendants").await;
    assert_eq!(keys(&above), ["topic:ports", "place:qatar", "place:asia"]);
    assert_eq!(keys(&gulf), [] as [&str; 0]);
}

#[tokio::test]
async fn a_deleted_tag_leaves_the_hierarchy() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make_gulf(&editor).await;

    editor.delete("/v1/tags/place:qatar").await.expect(204);

    let above = app.anybody().get("/v1/tags/place:doha/ancestors").await;
    let gone =
        json!({"kind": "place", "name": "Dukhan", "broader": ["topic:ports", "place:qatar"]});
    let gone = editor.post("/v1/tags", gone).await.expect(422);
    assert_eq!(keys(&above), ["topic:ports"]);
    assert_eq!(gone.code(), "unknown-tag");
    assert_eq!(gone.pointers(), ["/broader/1"]);
}

#[tokio::test]
async fn a_former_key_leads_to_the_relatives_too() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make_gulf(&editor).await;
    editor
        .patch("/v1/tags/place:qatar", json!({"slug": "state-of-qatar"}))
        .await
        .expect(200);

    let moved = app
        .anybody()
        .get("/v1/tags/place:qatar/descendants")
        .await
        .expect(308);

    assert_eq!(
        moved.header("location"),
        "/v1/tags/place:state-of-qatar/descendants"
    );
}

#[tokio::test]
async fn a_list_of_articles_can_take_in_all_that_is_part_of_a_tag() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags, Scope::WriteArticles]).await;
    make_gulf(&editor).await;
    make(&editor, "topic", "Ferries").await;
    for (headline, minute, tags) in [
        ("one", 1, &["place:doha", "place:qatar"][..]),
        ("two", 2, &["place:gulf", "topic:ferries"]),
        ("three", 3, &["topic:ferries"]),
        ("four", 4, &["place:doha", "topic:ferries"]),
    ] {
        let story = json!({"headline": headline, "status": "published", "tags": tags,
                           "published_at": format!("2026-11-01T00:0{minute}:00Z")});
        editor.post("/v1/articles", story).await.expect(201);
    }

    for (filter, expected) in [
        ("tag=place:gulf", &["two"][..]),
        (
            "tag=place:gulf&tag_descendants=true",
            &["four", "two", "one"],
        ),
        (
            "tag=place:gulf&tag_descendants=true&sort=published_at",
            &["one", "two", "four"],
        ),
        (
            "tag=place:gulf&tag_descendants=true&sort=-modified_at",
            &["four", "two", "one"],
        ),
        (
            "tag=place:gulf&tag=topic:ferries&tag_descendants=true",
            &["four", "two"],
        ),
        (
            "tag=place:qatar&tag=topic:ports&tag_descendants=true",
            &["four", "one"],
        ),
        (
            "tag_any=place:qatar,topic:ferries&tag_descendants=true",
            &["four", "three", "two", "one"],
        ),
        (
            "tag=topic:ferries&tag_none=place:qatar&tag_descendants=true",
            &["three", "two"],
        ),
    ] {
        let mut found = Vec::new();
        let mut cursor = String::new();
        loop {
            let address = format!("/v1/articles?{filter}&limit=2&count=exact{cursor}");
            let page = app.anybody().get(&address).await.expect(200).json();
            assert_eq!(page["total"], expected.len(), "{filter}");
            let items = page["items"].as_array().cloned().unwrap_or_default();
            found.extend(
                items
                    .iter()
                    .map(|item| item["headline"].as_str().unwrap_or_default().to_owned()),
            );
            let Some(next) = page["next_cursor"].as_str() else {
                break;
            };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(found, expected, "{filter}");
    }
}

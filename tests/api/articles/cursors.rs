//! Walking through a list, page by page.

use std::collections::HashSet;

use serde_json::json;

use super::{created, headlines, published, seconds_ahead, topics};
use crate::support::{Client, TestApp};

/// The ids of all pages of a list, in their order.
async fn walk(caller: &Client<'_>, query: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut cursor = String::new();
    for _ in 0..1000 {
        let page = caller
            .get(&format!("/v1/articles?{query}{cursor}"))
            .await
            .expect(200)
            .json();
        let items = page["items"].as_array().cloned().unwrap_or_default();
        ids.extend(
            items
                .iter()
                .filter_map(|item| item["id"].as_str().map(str::to_owned)),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return ids,
        }
    }
    panic!("a list without end: {query}")
}

/// Sixty articles of many states; every date is shared by several.
async fn fill(app: &TestApp, editor: &Client<'_>) {
    topics(editor, &["a", "b", "c"]).await;
    let keys = ["topic:a", "topic:b", "topic:c"];
    for number in 0..60_usize {
        let tags: Vec<&str> = keys
            .iter()
            .enumerate()
            .filter(|(bit, _)| number >> bit & 1 == 1)
            .map(|(_, key)| *key)
            .collect();
        let status = ["published", "published", "draft", "withdrawn"][number % 4];
        let date = match number % 5 {
            0 => json!(seconds_ahead(app, 100_000)),
            1 if status != "published" => json!(null),
            day => json!(format!("2026-11-0{}T00:00:00Z", 1 + day / 2)),
        };
        let expires = if number % 11 == 0 {
            json!(seconds_ahead(app, -1))
        } else {
            json!(null)
        };
        let article = json!({"headline": format!("{number}"), "status": status, "tags": tags, "published_at": date, "expires_at": expires});
        created(editor, article).await;
    }
    // Whole groups that were written at one moment.
    let mut sql = app.database.connect().await;
    crate::support::execute(
        &mut sql,
        "update articles set modified_at = date_trunc('second', modified_at)",
    )
    .await;
}

#[tokio::test]
async fn every_walk_meets_each_article_once_and_in_order() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    fill(&app, &editor).await;

    let filters = [
        "",
        "tag=topic:a",
        "tag=topic:a&tag=topic:b",
        "tag_any=topic:a,topic:b,topic:c",
        "tag_none=topic:a",
        "tag_any=topic:a,topic:b&tag=topic:c",
        "published_from=2026-11-01T00:00:00Z",
        "modified_since=2026-01-01T00:00:00Z",
    ];
    let surfaces = [
        "visibility=live",
        "visibility=draft,live,scheduled,expired,withdrawn",
        "status=published",
        "visibility=draft,withdrawn",
    ];
    for sort in [
        "-published_at",
        "published_at",
        "-modified_at",
        "modified_at",
    ] {
        for (filter, surface) in filters
            .iter()
            .flat_map(|filter| surfaces.map(|surface| (filter, surface)))
        {
            let query = format!("sort={sort}&{surface}&{filter}");
            let whole = walk(&editor, &format!("limit=100&{query}")).await;
            let paged = walk(&editor, &format!("limit=7&{query}")).await;
            assert_eq!(paged, whole, "{query}");
            let distinct: HashSet<&String> = whole.iter().collect();
            assert_eq!(distinct.len(), whole.len(), "{query}");
            let counted = editor
                .get(&format!("/v1/articles?limit=1&count=exact&{query}"))
                .await
                .expect(200);
            assert_eq!(counted.member("/total"), whole.len().to_string(), "{query}");
        }
    }
}

#[tokio::test]
async fn the_two_directions_of_a_sort_are_each_others_mirror() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    fill(&app, &editor).await;

    for sort in ["published_at", "modified_at"] {
        let up = walk(
            &editor,
            &format!("limit=9&visibility=live,draft&sort={sort}"),
        )
        .await;
        let mut down = walk(
            &editor,
            &format!("limit=9&visibility=live,draft&sort=-{sort}"),
        )
        .await;
        down.reverse();
        assert_eq!(up, down);
        assert!(up.len() > 20);
    }
}

#[tokio::test]
async fn what_is_added_in_front_does_not_shift_the_next_page() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    for number in 0..4 {
        published(&editor, &format!("{number}")).await;
    }

    let first = app.anybody().get("/v1/articles?limit=2").await.expect(200);
    published(&editor, "4").await;
    let cursor = first.member("/next_cursor");
    let second = app
        .anybody()
        .get(&format!("/v1/articles?limit=2&cursor={cursor}"))
        .await
        .expect(200);

    assert_eq!(headlines(&first), "3 2");
    assert_eq!(headlines(&second), "1 0");
}

#[tokio::test]
async fn a_cursor_outlives_the_article_it_stands_behind() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let mut paths = Vec::new();
    for number in 0..4 {
        paths.push(published(&editor, &format!("{number}")).await);
    }

    let first = app.anybody().get("/v1/articles?limit=2").await.expect(200);
    editor.delete(&paths[2]).await.expect(204);
    let cursor = first.member("/next_cursor");
    let second = app
        .anybody()
        .get(&format!("/v1/articles?limit=5&cursor={cursor}"))
        .await
        .expect(200);

    assert_eq!(headlines(&second), "1 0");
}

#[tokio::test]
async fn a_cursor_serves_only_the_list_it_was_made_for() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["x"]).await;
    for headline in ["a", "b"] {
        published(&editor, headline).await;
    }
    let page = editor.get("/v1/articles?limit=1").await.expect(200);
    let cursor = page.member("/next_cursor");

    for other in [
        "sort=published_at",
        "sort=-modified_at",
        "tag=topic:x",
        "tag_none=topic:x",
        "language=en",
        "kind=article",
        "visibility=draft",
        "status=published",
        "published_from=2026-01-01T00:00:00Z",
        "has=summary",
        "modified_since=2026-01-01T00:00:00Z",
    ] {
        let refused = editor
            .get(&format!("/v1/articles?{other}&cursor={cursor}"))
            .await
            .expect(400);
        assert_eq!(refused.code(), "invalid-cursor", "{other}");
    }
    for same in [
        "limit=5",
        "count=exact",
        "fields=id",
        "sort=-published_at",
        "visibility=live",
    ] {
        editor
            .get(&format!("/v1/articles?{same}&cursor={cursor}"))
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn a_cursor_that_was_tampered_with_is_refused() {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let app = TestApp::start().await;
    let editor = app.admin().await;
    for headline in ["a", "b"] {
        published(&editor, headline).await;
    }
    let cursor = editor
        .get("/v1/articles?limit=1")
        .await
        .member("/next_cursor");
    let sound = String::from_utf8(URL_SAFE_NO_PAD.decode(&cursor).expect("base64")).expect("text");
    let moment = sound
        .split("[\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a moment");

    let forged = ["-262000-01-01T00:00:00Z", "+262000-01-01T00:00:00Z", "x"]
        .map(|other| URL_SAFE_NO_PAD.encode(sound.replace(moment, other)));
    for bad in ["x", "AAAA", "%00", &cursor[1..]]
        .into_iter()
        .chain(forged.iter().map(String::as_str))
    {
        let refused = editor
            .get(&format!("/v1/articles?cursor={bad}"))
            .await
            .expect(400);
        assert_eq!(refused.code(), "invalid-cursor", "{bad}");
    }
}

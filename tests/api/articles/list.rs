//! `GET /v1/articles`

use std::time::Duration;

use serde_json::json;

use super::{created, headlines, published, seconds_ahead};
use crate::support::{Client, TestApp, execute, until};

async fn dated(editor: &Client<'_>, headline: &str, published_at: &str) -> String {
    let article =
        json!({"headline": headline, "status": "published", "published_at": published_at});
    created(editor, article).await
}

#[tokio::test]
async fn a_list_shows_live_articles_the_newest_first() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    dated(&editor, "old", "2026-11-01T00:00:00Z").await;
    dated(&editor, "new", "2026-11-03T00:00:00Z").await;
    dated(&editor, "middle", "2026-11-02T00:00:00Z").await;
    dated(&editor, "ahead", &seconds_ahead(&app, 1000)).await;
    created(&editor, json!({"headline": "draft"})).await;

    let list = app.anybody().get("/v1/articles").await.expect(200);

    assert_eq!(headlines(&list), "new middle old");
    assert_eq!(list.json()["next_cursor"], json!(null));
    assert_eq!(list.header("link"), "");
}

#[tokio::test]
async fn an_item_of_a_list_is_the_article_itself() {
    let app = TestApp::start().await;
    let article = json!({"headline": "A", "status": "published", "tags": [{"kind": "place", "name": "B"}, {"kind": "topic", "name": "A"}]});
    let path = created(&app.admin().await, article).await;

    let list = app.anybody().get("/v1/articles").await.expect(200);

    let found = app.anybody().get(&path).await.expect(200);
    assert_eq!(list.json()["items"], json!([found.json()]));
}

#[tokio::test]
async fn a_list_is_answered_in_pages() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    for day in 1..=3 {
        dated(
            &editor,
            &format!("{day}"),
            &format!("2026-11-0{day}T00:00:00Z"),
        )
        .await;
    }

    let list = app
        .anybody()
        .get("/v1/articles?limit=2&fields=headline")
        .await
        .expect(200);

    insta::assert_snapshot!(list, @r#"
    200 OK
    cache-control: public, max-age=15, stale-while-revalidate=60
    content-type: application/json
    link: </v1/articles?limit=2&fields=headline&cursor=[cursor]>; rel="next"
    vary: Authorization, Accept, Accept-Language, Accept-Encoding, Dateline-Position

    {
      "items": [
        {
          "headline": "3"
        },
        {
          "headline": "2"
        }
      ],
      "next_cursor": "[cursor]"
    }
    "#);
    let link = list.header("link").to_owned();
    let next = link
        .trim_start_matches('<')
        .split('>')
        .next()
        .unwrap_or_default();
    let next = app.anybody().get(next).await.expect(200);
    assert_eq!(
        next.json(),
        json!({"items": [{"headline": "1"}], "next_cursor": null})
    );
}

#[tokio::test]
async fn a_full_last_page_has_no_next() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    for headline in ["a", "b"] {
        published(&editor, headline).await;
    }

    let list = app.anybody().get("/v1/articles?limit=2").await.expect(200);

    assert_eq!(list.json()["next_cursor"], json!(null));
}

#[tokio::test]
async fn a_page_has_1_to_100_items_and_20_when_nothing_is_said() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    for number in 0..21 {
        published(&editor, &format!("{number}")).await;
    }

    for limit in ["0", "101", "-1", "x", "", "1.5", "99999999999"] {
        let refused = app
            .anybody()
            .get(&format!("/v1/articles?limit={limit}"))
            .await
            .expect(400);
        assert_eq!(refused.member("/errors/0/parameter"), "limit", "{limit}");
    }
    let length = async |query: &str| {
        let list = app
            .anybody()
            .get(&format!("/v1/articles{query}"))
            .await
            .expect(200);
        list.json()["items"].as_array().map(Vec::len)
    };
    assert_eq!(length("?limit=1").await, Some(1));
    assert_eq!(length("?limit=100").await, Some(21));
    assert_eq!(length("").await, Some(20));
}

#[tokio::test]
async fn a_list_is_counted_only_when_asked() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    super::topics(&editor, &["x", "y"]).await;
    for number in 0..3 {
        let tags = if number == 0 {
            json!(["topic:x", "topic:y"])
        } else {
            json!(["topic:x"])
        };
        let article = json!({"headline": "A", "status": "published", "tags": tags});
        created(&editor, article).await;
    }
    let total = async |query: &str| {
        let list = app
            .anybody()
            .get(&format!("/v1/articles?limit=1{query}"))
            .await
            .expect(200);
        list.json().get("total").cloned()
    };

    assert_eq!(total("").await, None);
    assert_eq!(total("&count=exact").await, Some(json!(3)));
    assert_eq!(total("&count=exact&tag=topic:y").await, Some(json!(1)));
    assert_eq!(
        total("&count=exact&tag_any=topic:x,topic:y").await,
        Some(json!(3))
    );
    assert_eq!(
        total("&count=exact&tag_none=topic:y&sort=-modified_at").await,
        Some(json!(2))
    );
    for query in ["", "&tag=topic:x", "&tag_any=topic:x,topic:y"] {
        let estimate = total(&format!("&count=estimated{query}")).await;
        assert!(estimate.is_some_and(|total| total.is_u64()), "{query}");
    }
    app.anybody()
        .get("/v1/articles?count=yes")
        .await
        .expect(400);
}

#[tokio::test]
async fn a_mixed_list_is_counted_whole() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    published(&editor, "live").await;
    created(&editor, json!({"headline": "draft"})).await;

    for sort in ["-published_at", "modified_at"] {
        let path = format!("/v1/articles?visibility=live,draft&count=exact&limit=1&sort={sort}");
        assert_eq!(editor.get(&path).await.expect(200).member("/total"), "2");
    }
}

#[tokio::test]
async fn what_has_no_date_yet_is_listed_by_its_creation() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    created(&editor, json!({"headline": "undated"})).await;
    let ahead = json!({"headline": "ahead", "published_at": seconds_ahead(&app, 1000)});
    created(&editor, ahead).await;
    let past = json!({"headline": "past", "published_at": seconds_ahead(&app, -1000)});
    created(&editor, past).await;

    let list = editor
        .get("/v1/articles?visibility=draft")
        .await
        .expect(200);

    assert_eq!(headlines(&list), "ahead undated past");
}

#[tokio::test]
async fn a_parameter_that_is_wrong_is_named() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    for (query, parameter) in [
        ("tags=x", "tags"),
        ("kind=poem", "kind"),
        ("kind=article&kind=video", "kind"),
        ("sort=headline", "sort"),
        ("status=live", "status"),
        ("visibility=published", "visibility"),
        ("visibility=live&status=published", "status"),
        ("published_from=2026-11-01", "published_from"),
        ("published_to=x", "published_to"),
        ("modified_since=2026-11-01T00:00:00", "modified_since"),
        ("has=headline", "has"),
        ("has=", "has"),
        ("ids=1", "ids"),
        ("language=not%20a%20language", "language"),
        ("tag_any=", "tag_any"),
        ("fields=x", "fields"),
    ] {
        let refused = editor
            .get(&format!("/v1/articles?{query}"))
            .await
            .expect(400);
        assert_eq!(refused.code(), "invalid-parameter", "{query}");
        assert_eq!(refused.member("/errors/0/parameter"), parameter, "{query}");
    }
}

#[tokio::test]
async fn writers_that_hold_every_connection_hold_up_no_plain_list() {
    let app = TestApp::with(|config| {
        config.database_pool_size = 1;
        config.database_wait = Duration::from_millis(50);
    })
    .await;
    let editor = app.admin().await;
    let path = created(
        &editor,
        json!({"headline": "A", "status": "published", "tags": [{"kind": "place", "name": "B"}]}),
    )
    .await;
    let mut other = app.database.connect().await;
    other.begin().await.expect("a transaction");
    execute(&mut other, "select from articles for update").await;

    let reading = async {
        let status = async |list: &str| app.anybody().get(list).await.status;
        until(async || status("/v1/articles?kind=article").await == 503).await;
        for plain in ["/v1/articles", "/v1/articles?tag=place:b&limit=5"] {
            assert_eq!(status(plain).await, 200, "{plain}");
        }
        other.take_back().await.expect("an end");
    };
    let change = json!({"headline": "C"});
    let (written, ()) = tokio::join!(editor.patch(&path, change), reading);

    written.expect(200);
}

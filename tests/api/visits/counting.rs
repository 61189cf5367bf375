//! What counts as a visit, and what is told of it

use reqwest::Method;
use serde_json::json;

use dateline::keys::Scope;

use super::ground::{BROWSER, counts, follow, groups, link, metrics, settled, stats, visit};
use crate::support::{Story, TestApp};

#[tokio::test]
async fn a_visit_shows_in_the_statistics_of_its_link() {
    let app = TestApp::start().await;
    let code = link(&app, "harbour").await;
    link(&app, "other-link").await;

    visit(&app, &code).await;
    visit(&app, &code).await;
    settled(&app).await;

    let told = stats(&app, &code, "").await;
    let points = told["points"].as_array().expect("points");
    assert_eq!(points.len(), 30);
    assert_eq!(counts(&points[29]), [2, 0, 0]);
    assert_eq!(counts(&points[28]), [0, 0, 0]);
    assert_eq!(counts(&told["total"]), [2, 0, 0]);
    assert_eq!((&told["unit"], &told["tz"]), (&json!("day"), &json!("UTC")));
    let hours = stats(&app, &code, "unit=hour").await;
    let points = hours["points"].as_array().expect("points");
    assert_eq!(points.len(), 48);
    assert_eq!(counts(&points[47]), [2, 0, 0]);
    let none = stats(&app, "other-link", "").await;
    assert_eq!(counts(&none["total"]), [0, 0, 0]);
}

#[tokio::test]
async fn only_a_get_that_leads_somewhere_is_counted() {
    let app = TestApp::start().await;
    let code = link(&app, "harbour").await;
    let person = [("user-agent", BROWSER)];

    follow(&app, Method::HEAD, &code, &person).await;
    for (method, path) in [
        (Method::OPTIONS, "/harbour"),
        (Method::POST, "/harbour"),
        (Method::GET, "/nothing"),
        (Method::GET, "/"),
    ] {
        app.follow(method, "exmp.news", path).await;
    }
    assert_eq!(metrics(&app).await["visits_accepted_total"], 0.0);
    follow(&app, Method::GET, &code, &person).await;

    assert_eq!(settled(&app).await["visits_persisted_total"], 1.0);
    let told = stats(&app, &code, "").await;
    assert_eq!(counts(&told["total"]), [1, 0, 0]);
}

#[tokio::test]
async fn people_machines_and_browsers_that_look_ahead_are_counted_apart() {
    let app = TestApp::start().await;
    let code = link(&app, "harbour").await;
    let person = ("user-agent", BROWSER);

    visit(&app, &code).await;
    follow(&app, Method::GET, &code, &[]).await;
    follow(
        &app,
        Method::GET,
        &code,
        &[("user-agent", "Examplebot/1.0")],
    )
    .await;
    follow(
        &app,
        Method::GET,
        &code,
        &[person, ("sec-purpose", "prefetch")],
    )
    .await;
    settled(&app).await;

    let told = stats(&app, &code, "by=class").await;
    assert_eq!(counts(&told["total"]), [1, 2, 1]);
    let expected = [
        ("person", [1, 0, 0]),
        ("bot", [0, 2, 0]),
        ("prefetch", [0, 0, 1]),
    ];
    let expected = expected.map(|(value, counts)| (value.to_owned(), counts));
    assert_eq!(groups(&told), expected);
    assert_eq!(counts(&told["unattributed"]), [0, 0, 0]);
}

#[tokio::test]
async fn visits_are_broken_down_by_where_readers_come_from() {
    let header = |config: &mut dateline::base::config::Config| {
        config.country_header = "x-country".parse().ok();
    };
    let app = TestApp::with(header).await;
    let code = link(&app, "harbour").await;
    let person = ("user-agent", BROWSER);

    for referrer in [
        "https://social.example/post/7?reader=anna",
        "http://Social.example",
    ] {
        let headers = [person, ("referer", referrer), ("x-country", "sa")];
        follow(&app, Method::GET, &code, &headers).await;
    }
    let own = [
        person,
        ("referer", "https://arab.example/7kq3m2"),
        ("x-country", "XX"),
    ];
    follow(&app, Method::GET, &code, &own).await;
    settled(&app).await;

    // One by the days that are kept, one by quarters of an hour.
    for query in ["", "&tz=Asia/Riyadh", "&unit=hour"] {
        let by = |dimension: &'static str| stats_by(&app, &code, dimension, query);
        let expected =
            |value: &str| vec![(value.to_owned(), [2, 0, 0]), ("-".to_owned(), [1, 0, 0])];
        assert_eq!(by("referrer").await, expected("social.example"), "{query}");
        assert_eq!(by("country").await, expected("SA"), "{query}");
        assert_eq!(
            by("channel").await,
            [("-".to_owned(), [3, 0, 0])],
            "{query}"
        );
    }
}

async fn stats_by(
    app: &TestApp,
    code: &str,
    dimension: &str,
    query: &str,
) -> Vec<(String, [i64; 3])> {
    let told = stats(app, code, &format!("by={dimension}{query}")).await;
    assert_eq!(counts(&told["unattributed"]), [0, 0, 0]);
    groups(&told)
}

#[tokio::test]
async fn an_article_has_the_visits_of_all_links_that_lead_to_it_now() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    let alias = json!({"code": "harbour", "article_id": story.id});
    editor.post("/v1/short-links", alias).await.expect(201);
    let path = format!("{}/stats", story.path());

    visit(&app, &story.code).await;
    visit(&app, "harbour").await;
    settled(&app).await;
    let both = editor.get(&path).await.expect(200);
    let away = json!({"article_id": null, "target_url": "https://news.example/b"});
    let link = "/v1/short-links/exmp.news/harbour";
    editor.patch(link, away).await.expect(200);
    let one = editor.get(&path).await.expect(200);

    assert_eq!(counts(&both.json()["total"]), [2, 0, 0]);
    assert_eq!(counts(&one.json()["total"]), [1, 0, 0]);
    assert_eq!(one.header("cache-control"), "private, no-store");
}

#[tokio::test]
async fn the_most_visited_links_come_first() {
    let app = TestApp::start().await;
    for code in ["one-visit", "two-visits", "a-machine"] {
        link(&app, code).await;
    }
    let elsewhere = json!({"domain": "arab.example", "code": "elsewhere", "target_url": "https://news.example/a"});
    app.admin()
        .await
        .post("/v1/short-links", elsewhere)
        .await
        .expect(201);

    for code in ["two-visits", "one-visit", "two-visits"] {
        visit(&app, code).await;
    }
    follow(&app, Method::GET, "a-machine", &[]).await;
    for _ in 0..3 {
        let request = app.public(Method::GET, "arab.example", "/elsewhere");
        request
            .header("user-agent", BROWSER)
            .send()
            .await
            .expect("an answer");
    }
    settled(&app).await;

    let reader = app.caller(&[Scope::ReadStats]).await;
    let top = async |query: &str| {
        let told = reader
            .get(&format!("/v1/stats/top?{query}"))
            .await
            .expect(200)
            .json();
        let items = told["items"].as_array().expect("items").iter();
        let item = |item: &serde_json::Value| format!("{} {:?}", item["url"], counts(item));
        items.map(item).collect::<Vec<_>>()
    };
    assert_eq!(
        top("").await,
        [
            r#""https://arab.example/elsewhere" [3, 0, 0]"#,
            r#""https://exmp.news/two-visits" [2, 0, 0]"#,
            r#""https://exmp.news/one-visit" [1, 0, 0]"#,
            r#""https://exmp.news/a-machine" [0, 1, 0]"#,
        ]
    );
    let first = r#""https://exmp.news/two-visits" [2, 0, 0]"#;
    assert_eq!(top("domain=EXMP.news&limit=1").await, [first]);
    assert!(top("to=2026-01-01T00:00:00Z").await.is_empty());
}

//! Writers at the same time.

use std::collections::HashSet;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::{created, headlines, published, topics};
use crate::support::{Answer, TestApp};

fn statuses(answers: &[Answer]) -> Vec<u16> {
    let mut statuses: Vec<u16> = answers
        .iter()
        .map(|answer| answer.status.as_u16())
        .collect();
    statuses.sort_unstable();
    statuses
}

#[tokio::test]
async fn if_match_lets_exactly_one_of_many_writers_through() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = published(&editor, "A").await;

    let write = |number: usize| {
        let request = editor
            .request(Method::PATCH, &path)
            .json(&json!({"headline": format!("{number}")}));
        editor.send(request.header("if-match", "\"1-0\""))
    };
    let answers = join_all((0..20).map(write)).await;

    let mut expected = vec![200];
    expected.resize(20, 412);
    assert_eq!(statuses(&answers), expected);
    assert_eq!(editor.get(&path).await.member("/version"), "2");
}

#[tokio::test]
async fn many_upserts_of_one_name_make_one_article() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    for path in [
        "/v1/articles/by-url?url=https://a.example/",
        "/v1/articles/by-external-id/cms/1",
        "/v1/articles/0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10",
    ] {
        let put = |number: usize| {
            editor.put(
                path,
                json!({"headline": format!("{number}"), "tags": [{"kind": "topic", "name": "T"}]}),
            )
        };
        let answers = join_all((0..20).map(put)).await;

        let mut expected = vec![200; 19];
        expected.push(201);
        assert_eq!(statuses(&answers), expected, "{path}");
        let ids: HashSet<String> = answers.iter().map(|answer| answer.member("/id")).collect();
        assert_eq!(ids.len(), 1);
    }
    assert_eq!(
        editor
            .get("/v1/articles?visibility=draft&count=exact")
            .await
            .member("/total"),
        "3"
    );
}

#[tokio::test]
async fn if_none_match_lets_exactly_one_of_many_creators_through() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    for path in [
        "/v1/articles/by-url?url=https://a.example/",
        "/v1/articles/0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10",
    ] {
        let put = |number: usize| {
            let request = editor
                .request(Method::PUT, path)
                .json(&json!({"headline": format!("{number}")}));
            editor.send(request.header("if-none-match", "*"))
        };
        let answers = join_all((0..10).map(put)).await;

        let mut expected = vec![201];
        expected.resize(10, 412);
        assert_eq!(statuses(&answers), expected, "{path}");
    }
}

#[tokio::test]
async fn many_creators_of_one_address_make_one_article() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    let post = |number: usize| {
        editor.post(
            "/v1/articles",
            json!({"headline": format!("{number}"), "canonical_url": "https://a.example/"}),
        )
    };
    let answers = join_all((0..20).map(post)).await;

    let mut expected = vec![201];
    expected.resize(20, 409);
    assert_eq!(statuses(&answers), expected);
    let owner = editor
        .get("/v1/articles?visibility=draft")
        .await
        .member("/items/0/id");
    for refused in answers.iter().filter(|answer| answer.status == 409) {
        assert_eq!(
            (refused.code(), refused.member("/article_id")),
            ("canonical-url-taken".to_owned(), owner.clone())
        );
    }
}

#[tokio::test]
async fn many_articles_with_the_same_new_tags_make_each_tag_once() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    let post = |number: usize| {
        let mut tags = vec![
            json!({"kind": "topic", "name": "Harbour"}),
            json!({"kind": "topic", "name": "Ferry"}),
            json!({"kind": "place", "name": "Elara"}),
        ];
        tags.rotate_left(number % 3);
        editor.post(
            "/v1/articles",
            json!({"headline": "A", "status": "published", "tags": tags}),
        )
    };
    let answers = join_all((0..20).map(post)).await;

    assert_eq!(statuses(&answers), [201; 20]);
    let tags = editor.get("/v1/tags?sort=name").await.json();
    let told: Vec<_> = tags["items"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|tag| (tag["key"].as_str(), tag["article_count"].as_i64()))
        .collect();
    assert_eq!(
        told,
        [
            (Some("place:elara"), Some(20)),
            (Some("topic:ferry"), Some(20)),
            (Some("topic:harbour"), Some(20))
        ]
    );
}

#[tokio::test]
async fn writers_of_different_fields_lose_nothing() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["a", "b", "c", "d", "e", "f"]).await;
    let path = created(&editor, json!({"headline": "A"})).await;

    let custom =
        (0..6).map(|number| editor.patch(&path, json!({"custom": {format!("k{number}"): number}})));
    let paths: Vec<String> = ["a", "b", "c", "d", "e", "f"]
        .map(|name| format!("{path}/tags/topic:{name}"))
        .to_vec();
    let tags = paths.iter().map(|path| editor.put(path, json!(null)));
    let (custom, tags) = tokio::join!(join_all(custom), join_all(tags));

    assert_eq!(statuses(&custom), [200; 6]);
    assert_eq!(statuses(&tags), [200; 6]);
    let article = editor.get(&path).await.json();
    assert_eq!(
        article["custom"].as_object().map(serde_json::Map::len),
        Some(6)
    );
    assert_eq!(article["tags"].as_array().map(Vec::len), Some(6));
    assert_eq!(article["version"], json!(13));
}

#[tokio::test]
async fn a_list_read_while_articles_are_hidden_shows_only_live_ones() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let mut paths = Vec::new();
    for _ in 0..10 {
        paths.push(published(&editor, "A").await);
    }

    let hide = async {
        for round in 0..6 {
            let status = ["draft", "published"][round % 2];
            join_all(
                paths
                    .iter()
                    .map(|path| editor.patch(path, json!({"status": status}))),
            )
            .await;
        }
    };
    let read = async {
        let mut seen = HashSet::new();
        for _ in 0..100 {
            let list = app
                .anybody()
                .get("/v1/articles?fields=visibility")
                .await
                .expect(200)
                .json();
            seen.extend(
                list["items"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|item| item["visibility"].to_string()),
            );
        }
        seen
    };
    let ((), seen) = tokio::join!(hide, read);

    assert!(
        seen.iter().all(|visibility| visibility == "\"live\""),
        "{seen:?}"
    );
    assert_eq!(
        headlines(&app.anybody().get("/v1/articles").await).len(),
        19
    );
}

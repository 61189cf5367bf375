//! Many callers at once

use std::collections::BTreeSet;

use futures_util::future::{join, join_all, join3};
use serde_json::json;

use crate::support::{Answer, Story, TestApp};

fn count(answers: &[Answer], status: u16) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status.as_u16() == status)
        .count()
}

#[tokio::test]
async fn an_alias_is_given_to_one_of_many_who_ask_at_once() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    let link =
        |number| json!({"target_url": format!("https://news.example/{number}"), "code": "eid"});
    let answers =
        join_all((0..20).map(|number| editor.post("/v1/short-links", link(number)))).await;

    assert_eq!((count(&answers, 201), count(&answers, 409)), (1, 19));
    let made = answers
        .iter()
        .find(|answer| answer.status == 201)
        .expect("one");
    assert_eq!(
        editor.get("/v1/short-links/exmp.news/eid").await.json(),
        made.json()
    );
}

#[tokio::test]
async fn links_made_at_once_have_a_code_each() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;

    let answers =
        join_all((0..20).map(|_| editor.post("/v1/short-links", json!({"article_id": story.id}))))
            .await;

    let codes: BTreeSet<String> = answers
        .iter()
        .map(|answer| answer.member("/code"))
        .collect();
    assert_eq!((count(&answers, 201), codes.len()), (20, 20));
}

#[tokio::test]
async fn a_missing_primary_link_is_made_once() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    editor.delete(&story.link()).await.expect(204);
    let path = format!("{}/short-link", story.path());

    let answers = join_all((0..20).map(|_| editor.put(&path, json!({})))).await;

    let codes: BTreeSet<String> = answers
        .iter()
        .map(|answer| answer.member("/code"))
        .collect();
    assert_eq!(
        (count(&answers, 201), count(&answers, 200), codes.len()),
        (1, 19, 1)
    );
}

#[tokio::test]
async fn primary_links_that_change_places_never_wait_for_each_other_in_a_circle() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let (first, second) = (
        Story::publish(&editor, "https://news.example/a").await,
        Story::publish(&editor, "https://news.example/b").await,
    );
    let links = [first.link(), second.link()];

    for round in 0..10 {
        let patch = |turn: usize| {
            let target = if (turn + round) % 4 < 2 {
                &first
            } else {
                &second
            };
            let patch = json!({"article_id": target.id, "primary": true});
            editor.patch(&links[turn % 2], patch)
        };
        let ensure = |story: &Story| {
            let (editor, path) = (&editor, format!("{}/short-link", story.path()));
            async move { editor.put(&path, json!({})).await }
        };
        let edit = |story: &Story| {
            let (editor, path) = (&editor, story.path());
            async move {
                editor
                    .patch(&path, json!({"summary": format!("S{round}")}))
                    .await
            }
        };
        let patches = join_all((0..8).map(patch));
        let (patched, ensured, edited) = join3(
            patches,
            join_all([ensure(&first), ensure(&second)]),
            join_all([edit(&first), edit(&second)]),
        )
        .await;

        for answer in patched.iter().chain(&ensured).chain(&edited) {
            assert!(
                matches!(answer.status.as_u16(), 200 | 201),
                "{}",
                answer.text()
            );
        }
    }
}

#[tokio::test]
async fn a_link_that_is_deleted_takes_no_other_links_place() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    for number in 0..10 {
        let story = Story::publish(&editor, &format!("https://news.example/{number}")).await;
        let alias = json!({"article_id": story.id, "code": format!("alias-{number}")});
        editor.post("/v1/short-links", alias).await.expect(201);
        let path = format!("/v1/short-links/exmp.news/alias-{number}");
        let old = story.link();
        let (deleted, raised) = join(
            editor.delete(&old),
            editor.patch(&path, json!({"primary": true})),
        )
        .await;

        deleted.expect(204);
        raised.expect(200);
        let article = editor.get(&story.path()).await;
        assert_eq!(
            article.member("/short_url"),
            format!("https://exmp.news/alias-{number}")
        );
    }
}

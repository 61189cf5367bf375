//! Many callers at once

use std::collections::{BTreeMap, BTreeSet};

use dateline::keys::Scope;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{keys, make};
use crate::support::{Answer, TestApp};

/// How many answers had each status.
fn statuses(answers: &[Answer]) -> BTreeMap<u16, usize> {
    let mut statuses = BTreeMap::new();
    for answer in answers {
        *statuses.entry(answer.status.as_u16()).or_default() += 1;
    }
    statuses
}

#[tokio::test]
async fn a_slug_is_given_to_one_of_many_who_ask_at_once() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;

    let tag = |number| json!({"kind": "place", "name": format!("Doha {number}"), "slug": "doha"});
    let answers = join_all((0..20).map(|number| editor.post("/v1/tags", tag(number)))).await;

    assert_eq!(statuses(&answers), BTreeMap::from([(201, 1), (409, 19)]));
    assert_eq!(
        app.anybody()
            .get("/v1/tags?count=exact")
            .await
            .member("/total"),
        "1"
    );
}

#[tokio::test]
async fn one_of_many_tags_of_one_name_is_made_where_nobody_asked_for_more() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;

    let tag = || json!({"kind": "place", "name": "Doha"});
    let answers = join_all((0..20).map(|_| editor.post("/v1/tags", tag()))).await;

    assert_eq!(statuses(&answers), BTreeMap::from([(201, 1), (409, 19)]));
}

#[tokio::test]
async fn many_tags_of_one_name_made_at_once_get_a_key_each() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;

    let tag = || json!({"kind": "place", "name": "Doha"});
    let answers =
        join_all((0..20).map(|_| editor.post("/v1/tags?allow_duplicate_name=true", tag()))).await;

    assert_eq!(statuses(&answers), BTreeMap::from([(201, 20)]));
    let made: BTreeSet<String> = answers.iter().map(|answer| answer.member("/key")).collect();
    assert_eq!(made.len(), 20);
}

#[tokio::test]
async fn many_who_put_one_tag_at_once_make_one_and_change_nothing() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;

    let tag = || json!({"name": "Doha"});
    let answers = join_all((0..20).map(|_| editor.put("/v1/tags/place:doha", tag()))).await;

    assert_eq!(statuses(&answers), BTreeMap::from([(200, 19), (201, 1)]));
    assert_eq!(
        app.anybody()
            .get("/v1/tags/place:doha")
            .await
            .member("/version"),
        "1"
    );
}

#[tokio::test]
async fn an_identifier_is_given_to_one_of_many_who_ask_at_once() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;

    let tag = |number| json!({"kind": "place", "name": format!("Doha {number}"), "external_ids": [{"authority": "wikidata", "id": "Q3861"}]});
    let answers = join_all((0..20).map(|number| editor.post("/v1/tags", tag(number)))).await;

    assert_eq!(statuses(&answers), BTreeMap::from([(201, 1), (409, 19)]));
}

#[tokio::test]
async fn tags_that_trade_identifiers_never_wait_for_each_other_in_a_circle() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let names = ["a", "b", "c", "d"];
    for name in names {
        make(&editor, "place", name).await;
    }
    let ids = |turn: usize| -> Value {
        let id = |offset: usize| json!({"authority": "wikidata", "id": format!("Q{}", 1 + (turn * 3 + offset * 5) % 7)});
        json!({"external_ids": (0..3).map(id).collect::<Vec<_>>()})
    };

    for round in 0..10 {
        let patch = |turn: usize| {
            let path = format!("/v1/tags/place:{}", names[turn % names.len()]);
            let (editor, body) = (&editor, ids(turn + round));
            async move { editor.patch(&path, body).await }
        };
        let answers = join_all((0..16).map(patch)).await;

        let unexpected = answers
            .iter()
            .find(|answer| !matches!(answer.status.as_u16(), 200 | 409));
        assert!(unexpected.is_none(), "{:?}", unexpected.map(Answer::text));
    }
}

#[tokio::test]
async fn articles_that_bring_a_new_tag_at_once_share_it() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteArticles, Scope::WriteTags]).await;

    let article = |number: usize| {
        let mut tags = [
            json!({"kind": "place", "name": "Doha"}),
            json!({"kind": "topic", "name": "Ports"}),
        ];
        tags.rotate_left(number % 2);
        json!({"headline": "A", "status": "published", "tags": tags})
    };
    let answers =
        join_all((0..20).map(|number| editor.post("/v1/articles", article(number)))).await;

    assert_eq!(statuses(&answers), BTreeMap::from([(201, 20)]));
    let listed = app.anybody().get("/v1/tags").await;
    assert_eq!(keys(&listed), ["place:doha", "topic:ports"]);
    assert_eq!(listed.member("/items/0/article_count"), "20");
}

#[tokio::test]
async fn renames_to_one_slug_at_once_leave_it_to_one_tag() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let names: Vec<String> = (0..10).map(|number| format!("n{number}")).collect();
    for name in &names {
        make(&editor, "place", name).await;
    }

    let rename = |name: &String| {
        let (editor, path) = (&editor, format!("/v1/tags/place:{name}"));
        async move { editor.patch(&path, json!({"slug": "doha"})).await }
    };
    let answers = join_all(names.iter().map(rename)).await;

    assert_eq!(statuses(&answers), BTreeMap::from([(200, 1), (409, 9)]));
}

//! `/v1/tags/suggest`, `/v1/articles/{id}/tag-suggestions`

mod articles;
mod capitals;
mod requests;
mod scripts;
mod signs;
mod texts;

use std::time::{Duration, Instant};

use dateline::keys::Scope;
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};

async fn editor(app: &TestApp) -> Client<'_> {
    app.caller(&[
        Scope::WriteTags,
        Scope::WriteArticles,
        Scope::ReadUnpublished,
    ])
    .await
}

/// Makes tags, each a kind and its names in English, the preferred one first.
async fn make_all(editor: &Client<'_>, tags: &[(&str, &[&str])]) {
    for (kind, names) in tags {
        let (preferred, others) = names.split_first().expect("a name");
        let labels = json!({"en": {"pref": preferred, "alt": others}});
        make(editor, kind, labels).await;
    }
}

async fn make(editor: &Client<'_>, kind: &str, labels: Value) {
    let tag = json!({"kind": kind, "labels": labels});
    editor
        .post("/v1/tags?allow_duplicate_name=true", tag)
        .await
        .expect(201);
}

async fn suggest(editor: &Client<'_>, text: Value) -> Answer {
    editor.post("/v1/tags/suggest", text).await
}

/// Asks until the vocabulary knows the last tag that was made, and then for the suggestions.
async fn suggestions(editor: &Client<'_>, text: Value) -> Vec<(String, Vec<String>)> {
    settled(editor).await;
    told(&suggest(editor, text).await.expect(200))
}

/// Makes a tag and waits until it is found: what was made before it is found too.
async fn settled(editor: &Client<'_>) {
    let mark = uuid::Uuid::now_v7().simple().to_string();
    make(editor, "topic", json!({"en": {"pref": mark}})).await;
    until(async || {
        let found = suggest(editor, json!({"text": mark})).await.expect(200);
        !told(&found).is_empty()
    })
    .await;
}

/// Waits until something is so, which takes a moment.
async fn until(is_so: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "it has not come");
        tokio::task::yield_now().await;
    }
}

/// The keys of suggested tags, each with the names that were found, as they are written.
fn told(answer: &Answer) -> Vec<(String, Vec<String>)> {
    let answer = answer.json();
    let items = answer["items"].as_array().cloned().unwrap_or_default();
    let told = items.iter().map(|item| {
        let mentions = item["mentions"].as_array().cloned().unwrap_or_default();
        let written = mentions
            .iter()
            .map(|mention| mention["text"].as_str().unwrap_or_default().to_owned());
        (
            item["tag"]["key"].as_str().unwrap_or_default().to_owned(),
            written.collect(),
        )
    });
    told.collect()
}

/// The same in the order of keys, in one line each.
fn lines(mut told: Vec<(String, Vec<String>)>) -> String {
    told.sort();
    let line = |(key, names): (String, Vec<String>)| format!("{key}: {}\n", names.join(", "));
    told.into_iter().map(line).collect()
}

//! `/v1/articles`

mod batch;
mod bodies;
mod caching;
mod compression;
mod counts;
mod create;
mod cursors;
mod delete_restore;
mod etags;
mod export;
mod filters;
mod import;
mod import_together;
mod list;
mod lookup;
mod lookups;
mod merging;
mod patch;
mod plans;
mod races;
mod read;
mod replace;
mod rules;
mod tagging;
mod tags;
mod visibility;
mod who_sees;

use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};

/// Makes an article and says where it is.
async fn created(editor: &Client<'_>, article: Value) -> String {
    let created = editor.post("/v1/articles", article).await.expect(201);
    created.header("location").to_owned()
}

/// Makes a live article that has only a headline, and says where it is.
async fn published(editor: &Client<'_>, headline: &str) -> String {
    created(editor, json!({"headline": headline, "status": "published"})).await
}

/// The id in an article's path.
fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// A moment so many seconds after the service's present, as callers write it.
fn seconds_ahead(app: &TestApp, seconds: i64) -> String {
    let moment = app.now() + chrono::TimeDelta::seconds(seconds);
    moment.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

/// The headlines of a list, separated by spaces.
#[track_caller]
fn headlines(list: &Answer) -> String {
    let json = list.json();
    let items = json["items"].as_array().cloned().unwrap_or_default();
    let headlines = items.iter().filter_map(|item| item["headline"].as_str());
    headlines.collect::<Vec<_>>().join(" ")
}

/// The keys of the tags of an article, or of an answer that lists them, separated by spaces.
#[track_caller]
fn tag_keys(answer: &Answer) -> String {
    let json = answer.json();
    let tags = json.get("tags").or(json.get("items")).cloned();
    let tags = tags
        .and_then(|tags| tags.as_array().cloned())
        .unwrap_or_default();
    let keys = tags.iter().filter_map(|tag| tag["key"].as_str());
    keys.collect::<Vec<_>>().join(" ")
}

/// Makes topics of these names, whose keys are `topic:<name>`.
async fn topics(editor: &Client<'_>, names: &[&str]) {
    for name in names {
        let tag = json!({"kind": "topic", "name": name});
        editor.post("/v1/tags", tag).await.expect(201);
    }
}

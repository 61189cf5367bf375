//! Files of tags: `/v1/tags/import`, `/v1/tags/export`, `dateline import tags`

mod command;
mod conflicts;
mod hierarchy;
mod requests;
mod retired;
mod round_trip;
mod skos;
mod tables;
mod updates;

use reqwest::Method;
use serde_json::Value;

use crate::support::{Answer, Client};

const JSON_LD: &str = "application/ld+json";
const TURTLE: &str = "text/turtle";
const CSV: &str = "text/csv";
const NDJSON: &str = "application/x-ndjson";

/// What Turtle begins with here.
const PREFIXES: &str = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n\
    @prefix iptc: <http://iptc.org/std/nar/2006-10-01/> .\n\
    @prefix owl: <http://www.w3.org/2002/07/owl#> .\n\
    @prefix term: <https://terms.example/> .\n\
    @prefix medtop: <http://cv.iptc.org/newscodes/mediatopic/> .\n\
    @prefix wikidata: <http://www.wikidata.org/entity/> .\n";

/// Sends a file; `query` begins with a question mark, if there is one.
async fn send(editor: &Client<'_>, kind: &str, query: &str, text: &str) -> Answer {
    let address = format!("/v1/tags/import{query}");
    let request = editor.request(Method::POST, &address);
    let request = request.header("content-type", kind).body(text.to_owned());
    editor.send(request).await
}

/// Imports a file.
async fn import(editor: &Client<'_>, kind: &str, text: &str) -> Answer {
    send(editor, kind, "", text).await.expect(200)
}

/// Imports Turtle behind the usual prefixes.
async fn import_turtle(editor: &Client<'_>, text: &str) -> Answer {
    import(editor, TURTLE, &format!("{PREFIXES}{text}")).await
}

/// Everything in a format.
async fn export(editor: &Client<'_>, kind: &str) -> String {
    let request = editor.request(Method::GET, "/v1/tags/export");
    let request = request.header("accept", kind);
    let answer = editor.send(request).await.expect(200);
    assert_eq!(answer.header("content-type"), kind);
    answer.text()
}

/// What became of a file, in a few words: created, updated, unchanged, refused. All else was skipped.
#[track_caller]
fn counts(answer: &Answer) -> [u64; 4] {
    let count = |name: &str| answer.json()[name].as_u64().expect(name);
    let counts = ["created", "updated", "unchanged", "refused"].map(count);
    assert_eq!(
        counts.iter().sum::<u64>() + count("skipped"),
        count("read"),
        "{}",
        answer.text()
    );
    counts
}

/// The problems of an import, a line for each.
fn problems(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let problems = body["problems"].as_array().expect("problems");
    let told = |problem: &Value| {
        let word = |name: &str| problem[name].as_str().unwrap_or("-").to_owned();
        ["where", "code", "key", "detail"].map(word).join(" | ")
    };
    problems.iter().map(told).collect()
}

/// A tag.
async fn tag(editor: &Client<'_>, name: &str) -> Value {
    let name = name.replace('/', "%2F");
    editor
        .get(&format!("/v1/tags/{name}"))
        .await
        .expect(200)
        .json()
}

/// The keys of what a tag is part of.
async fn broader(editor: &Client<'_>, name: &str) -> Vec<String> {
    let tag = tag(editor, name).await;
    let broader = tag["broader"].as_array().expect("broader").iter();
    broader
        .map(|tag| tag["key"].as_str().unwrap_or_default().to_owned())
        .collect()
}

//! `/v1/tags/{tag}/merge`, `/v1/tag-merges`

mod merge;
mod random;
mod undo;

use dateline::keys::Scope;
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};

async fn editor(app: &TestApp) -> Client<'_> {
    app.caller(&[Scope::WriteTags, Scope::WriteArticles]).await
}

async fn make(editor: &Client<'_>, tag: Value) {
    let address = "/v1/tags?allow_duplicate_name=true";
    editor.post(address, tag).await.expect(201);
}

/// Publishes a story that carries these tags; answers its address.
async fn story(editor: &Client<'_>, tags: &[&str]) -> String {
    let story = json!({"headline": "A story", "status": "published", "tags": tags});
    let made = editor.post("/v1/articles", story).await.expect(201);
    format!("/v1/articles/{}", made.member("/id"))
}

/// The keys of a story's tags.
async fn carried(app: &TestApp, story: &str) -> Vec<String> {
    let story = app.anybody().get(story).await.expect(200);
    story.tag_keys("tags")
}

async fn merge(editor: &Client<'_>, target: &str, sources: &[&str]) -> Answer {
    let address = format!("/v1/tags/{target}/merge");
    editor.post(&address, json!({"sources": sources})).await
}

async fn undo(editor: &Client<'_>, merge: &Answer) -> Answer {
    let address = format!("/v1/tag-merges/{}/undo", merge.member("/id"));
    editor
        .send(editor.request(reqwest::Method::POST, &address))
        .await
}

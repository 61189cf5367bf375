//! `/v1/tags`

mod autocomplete;
mod batch;
mod cleaning;
mod external_ids;
mod hierarchy;
mod labels;
mod lists;
mod names;
mod races;
mod removal;
mod resolve;
mod retired;
mod slugs;
mod typing;
mod writes;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::support::{Answer, Client, TestApp};

/// Makes a tag, its key made from its name.
async fn make(editor: &Client<'_>, kind: &str, name: &str) -> Answer {
    let tag = json!({"kind": kind, "name": name});
    editor.post("/v1/tags", tag).await.expect(201)
}

/// Makes a tag whose name another may have.
async fn make_namesake(editor: &Client<'_>, kind: &str, name: &str) -> Answer {
    let tag = json!({"kind": kind, "name": name});
    let address = "/v1/tags?allow_duplicate_name=true";
    editor.post(address, tag).await.expect(201)
}

/// The keys of a list of tags.
fn keys(list: &Answer) -> Vec<String> {
    list.tag_keys("items")
}

/// The keys that autocomplete finds.
async fn type_in(app: &TestApp, q: &str) -> Vec<String> {
    let q = utf8_percent_encode(q, NON_ALPHANUMERIC);
    let path = format!("/v1/tags/autocomplete?q={q}");
    keys(&app.anybody().get(&path).await.expect(200))
}

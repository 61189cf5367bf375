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
mod writes;

use serde_json::json;

use crate::support::{Answer, Client};

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

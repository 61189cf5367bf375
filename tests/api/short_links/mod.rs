//! `/v1/short-links`

mod batch;
mod conditions;
mod creation;
mod export;
mod forever;
mod history;
mod import;
mod lists;
mod primary;
mod races;
mod resolve;
mod restore;
mod targets;
mod writes;

use serde_json::Value;

use crate::support::Client;

/// The pointers of the faults for which a link is refused.
async fn refused(editor: &Client<'_>, link: Value) -> Vec<String> {
    editor
        .post("/v1/short-links", link)
        .await
        .expect(422)
        .pointers()
}

//! `/v1/short-links`

mod creation;
mod forever;
mod lists;
mod primary;
mod races;
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

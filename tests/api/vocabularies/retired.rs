//! Concepts that are out of use

use dateline::keys::Scope;
use serde_json::json;

use super::{counts, import_turtle};
use crate::support::TestApp;

#[tokio::test]
async fn a_retired_concept_stays_on_old_stories_and_is_refused_on_new_ones() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags, Scope::WriteArticles]).await;
    let concept = |more: &str| {
        format!(r#"medtop:20009001 a skos:Concept ; skos:prefLabel "Telegraphy"@en {more} ."#)
    };
    import_turtle(&editor, &concept("")).await;
    let story = json!({"headline": "Old", "tags": ["medtop:20009001"]});
    let old = editor.post("/v1/articles", story.clone()).await.expect(201);

    let retired = import_turtle(&editor, &concept(r#"; iptc:retired "2020-01-01""#)).await;

    assert_eq!(counts(&retired), [0, 1, 0, 0], "{}", retired.text());
    let new = editor.post("/v1/articles", story).await.expect(422);
    assert_eq!(new.code(), "retired-tag");
    let address = format!("/v1/articles/{}", old.member("/id"));
    let kept = editor
        .patch(&address, json!({"summary": "Still there."}))
        .await
        .expect(200);
    assert_eq!(kept.member("/tags/0/key"), "topic:telegraphy");
}

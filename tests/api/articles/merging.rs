//! What a patch does inside `custom` and `lead_image`.

use serde_json::json;

use super::created;
use crate::support::TestApp;

#[tokio::test]
async fn custom_members_are_merged_to_any_depth() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let custom = json!({"a": {"b": {"c": 1, "d": 2}, "e": [1, {"f": null}]}, "g": "h"});
    let path = created(&editor, json!({"headline": "A", "custom": custom})).await;
    let patch = async |custom: serde_json::Value| {
        editor
            .patch(&path, json!({"custom": custom}))
            .await
            .expect(200)
            .json()["custom"]
            .clone()
    };

    let merged = patch(json!({"a": {"b": {"c": null, "x": {"y": null, "z": 1}}, "e": [2]}, "g": null, "nothing": null})).await;
    let replaced = patch(json!({"a": 1})).await;
    let emptied = patch(json!(null)).await;

    assert_eq!(
        merged,
        json!({"a": {"b": {"d": 2, "x": {"z": 1}}, "e": [2]}})
    );
    assert_eq!(replaced, json!({"a": 1}));
    assert_eq!(emptied, json!({}));
    let number = editor.patch(&path, json!({"custom": 1})).await.expect(400);
    assert_eq!(number.pointers(), ["/custom"]);
}

#[tokio::test]
async fn the_limit_of_custom_holds_for_what_a_patch_makes() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let half = "x".repeat(9000);
    let path = created(&editor, json!({"headline": "A", "custom": {"a": half}})).await;

    let refused = editor
        .patch(&path, json!({"custom": {"b": half}}))
        .await
        .expect(422);

    assert_eq!(refused.pointers(), ["/custom"]);
}

#[tokio::test]
async fn the_lead_image_is_merged_member_by_member() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = created(&editor, json!({"headline": "A"})).await;
    let image = |image| json!({"lead_image": image});

    let pointless = editor
        .patch(&path, image(json!({"alt": "a"})))
        .await
        .expect(422);
    editor
        .patch(
            &path,
            image(json!({"url": "https://i.example/", "alt": "a", "width": 10})),
        )
        .await
        .expect(200);
    let merged = editor
        .patch(&path, image(json!({"alt": null, "credit": "c"})))
        .await
        .expect(200);
    let unknown = editor
        .patch(&path, image(json!({"source": null})))
        .await
        .expect(400);
    let without_url = editor
        .patch(&path, image(json!({"url": null})))
        .await
        .expect(422);
    let removed = editor.patch(&path, image(json!(null))).await.expect(200);

    assert_eq!(pointless.pointers(), ["/lead_image/url"]);
    let expected = json!({"url": "https://i.example/", "alt": null, "caption": null, "credit": "c", "width": 10, "height": null});
    assert_eq!(merged.json()["lead_image"], expected);
    assert_eq!(unknown.pointers(), ["/lead_image/source"]);
    assert_eq!(without_url.pointers(), ["/lead_image/url"]);
    assert_eq!(removed.json()["lead_image"], json!(null));
}

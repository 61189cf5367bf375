//! What is asked wrongly

use serde_json::json;

use super::{editor, suggest};
use crate::support::TestApp;

#[tokio::test]
async fn every_fault_is_named() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;

    let wrong = json!({"headline": "x".repeat(524_289), "language": "no language", "limit": 0});
    let wrong = suggest(&editor, wrong).await.expect(422);
    let kind = suggest(&editor, json!({"text": "x", "kinds": ["city"]}))
        .await
        .expect(400);
    let nothing = suggest(&editor, json!({"text": ""})).await.expect(200);

    assert_eq!(
        wrong.pointers(),
        ["/headline", "/text", "/language", "/limit"]
    );
    assert_eq!(kind.pointers(), ["/kinds/0"]);
    assert_eq!(nothing.json()["items"], json!([]));
}

#[tokio::test]
async fn any_text_is_read() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;

    for text in [
        "\u{202E}",
        "a.b.c.d",
        "….’’--",
        "👩‍👩‍👧",
        "\u{0301}",
        "للل",
        "والوالوال",
        "A.B.C.",
    ] {
        suggest(&editor, json!({"text": text})).await.expect(200);
    }
}

#[tokio::test]
async fn a_text_has_line_breaks_and_tabs_and_no_other_control_characters() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;

    for bad in ["\u{0}", "Doha\u{1B}[0m", "a\u{7F}", "a\u{8}b"] {
        let text = json!({"headline": bad, "text": bad});
        let refused = suggest(&editor, text).await.expect(422);
        assert_eq!(refused.pointers(), ["/headline", "/text"], "{bad:?}");
    }
    let laid_out = json!({"text": "Doha\r\n\tand\n\nback"});
    suggest(&editor, laid_out).await.expect(200);
}

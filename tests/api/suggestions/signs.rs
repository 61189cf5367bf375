//! Names with signs that are part of them, and marks that are none

use serde_json::json;

use super::{editor, lines, make_all, settled, suggest, told};
use crate::support::TestApp;

#[tokio::test]
async fn signs_that_are_part_of_a_name_are_looked_for() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    for (kind, name, slug) in [
        ("topic", "C++", "c-plus-plus"),
        ("topic", "C#", "c-sharp"),
        ("topic", "C", "c"),
        ("topic", ".NET", "dot-net"),
        ("topic", "net", "net"),
        ("topic", "Microsoft .NET", "microsoft-net"),
        ("organisation", "M+", "m-plus"),
        ("organisation", "Disney", "disney"),
    ] {
        let tag = json!({"kind": kind, "name": name, "slug": slug});
        editor.post("/v1/tags", tag).await.expect(201);
    }
    settled(&editor).await;

    for (text, expected) in [
        (
            "Written in C++, (C#) and vitamin C.",
            "topic:c: C\ntopic:c-plus-plus: C++\ntopic:c-sharp: C#\n",
        ),
        ("Vitamin C", "topic:c: C\n"),
        ("C++11 is no C+.", "topic:c-plus-plus: C++\n"),
        (
            "Out of the net. .NET, it says",
            "topic:dot-net: .NET\ntopic:net: net\n",
        ),
        ("Into the net.Then on.", "topic:net: net\n"),
        ("On .NET (“.NET”): a guide", "topic:dot-net: .NET, .NET\n"),
        (
            "Made with Microsoft .NET",
            "topic:microsoft-net: Microsoft .NET\n",
        ),
        (
            "Hong Kong’s M+ opens. M+: a guide",
            "organisation:m-plus: M+, M+\n",
        ),
        ("Ask M. He knows.", ""),
        // Whoever has no tag for it means the one without.
        ("It is on Disney+ now", "organisation:disney: Disney\n"),
        (
            "#Disney #Disney+Doha",
            "organisation:disney: Disney, Disney\n",
        ),
    ] {
        let found = suggest(&editor, json!({"text": text})).await.expect(200);
        assert_eq!(lines(told(&found)), expected, "{text}");
    }
}

#[tokio::test]
async fn marks_that_are_not_seen_are_no_part_of_a_name() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    make_all(&editor, &[("place", &["Doha"]), ("place", &["Port Elara"])]).await;
    settled(&editor).await;

    for (text, start, end, written) in [
        ("In Do\u{AD}ha.", 3, 8, "Do\u{AD}ha"),
        ("\u{200B}Doha\u{200F} and", 1, 5, "Doha"),
        ("to \u{200F}\u{AD}Doha\u{200B}\u{200B}", 5, 9, "Doha"),
        (
            "Port\u{200F} \u{200E}Elara\u{AD}",
            0,
            12,
            "Port\u{200F} \u{200E}Elara",
        ),
    ] {
        let found = suggest(&editor, json!({"text": text})).await.expect(200);
        let mention = json!([{"pointer": "/text", "start": start, "end": end, "text": written}]);
        assert_eq!(found.json()["items"][0]["mentions"], mention, "{text:?}");
    }
}

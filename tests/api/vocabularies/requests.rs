//! What is refused as a whole

use dateline::keys::Scope;
use serde_json::json;

use super::{CSV, JSON_LD, NDJSON, TURTLE, counts, problems, send};
use crate::support::TestApp;

#[tokio::test]
async fn a_document_that_cannot_be_read_is_refused_whole() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let remote =
        json!({"@context": "https://terms.example/context.jsonld", "@graph": []}).to_string();

    for (kind, text, told) in [
        (JSON_LD, "{", "line"),
        (
            JSON_LD,
            remote.as_str(),
            "context.jsonld: nothing is fetched from elsewhere",
        ),
        (CSV, "", "no header"),
        (
            CSV,
            "kind,name,description\ntopic,A,a\ntopic,B,\"open\ntopic,C,c\n",
            "the quote that opens in line 3 is never closed",
        ),
        (
            CSV,
            "kind,name,description\ntopic,A,\"open\ntopic,C,\"c\"\n",
            "the quote that opens in line 2 is followed by text",
        ),
        (TURTLE, "term:a a skos:Concept .", "term"),
        (TURTLE, "<https://terms.example/a>\n  .", "line 2"),
    ] {
        let refused = send(&editor, kind, "", text).await.expect(400);

        assert_eq!(refused.code(), "malformed-document", "{text}");
        let detail = refused.member("/detail");
        assert!(detail.contains(told), "{detail}");
    }
}

#[tokio::test]
async fn a_file_of_another_type_or_too_large_is_refused() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;

    let other = send(&editor, "application/rdf+xml", "", "<rdf/>")
        .await
        .expect(415);
    let latin = send(&editor, "text/csv; charset=iso-8859-1", "", "kind,name\n")
        .await
        .expect(415);
    send(&editor, "text/csv; charset=UTF-8", "", "kind,name\n")
        .await
        .expect(200);
    let request = editor.request(reqwest::Method::POST, "/v1/tags/import");
    let request = request
        .header("content-type", CSV)
        .header("content-encoding", "gzip");
    let packed = editor.send(request.body("x")).await.expect(415);
    let exact = send(&editor, NDJSON, "", &" \n".repeat(8 * 1024 * 1024))
        .await
        .expect(200);
    let large = send(&editor, CSV, "", &" ".repeat(16 * 1024 * 1024 + 1))
        .await
        .expect(413);

    assert_eq!(
        other.header("accept-post"),
        "application/x-ndjson, text/csv, application/ld+json, text/turtle"
    );
    assert_eq!(
        latin.member("/detail"),
        "Send the body in UTF-8, not in iso-8859-1."
    );
    assert_eq!(packed.header("accept-encoding"), "identity");
    assert_eq!(counts(&exact), [0; 4]);
    assert_eq!(large.code(), "body-too-large");
}

#[tokio::test]
async fn a_thousand_problems_are_told_and_all_are_counted() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;

    let made = send(&editor, NDJSON, "", &"x\n".repeat(1234))
        .await
        .expect(200);

    assert_eq!(counts(&made), [0, 0, 0, 1234]);
    assert_eq!(problems(&made).len(), 1000);
    assert_eq!(made.member("/problem_count"), "1234");
}

#[tokio::test]
async fn a_document_that_is_nested_without_end_is_refused() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let (deep, deeper) = (100_000, 1_000_000);

    let closed =
        |open: &str, close: &str, times| [open.repeat(times), close.repeat(times)].concat();
    for (kind, text) in [
        (JSON_LD, "[".repeat(deeper)),
        (JSON_LD, closed("[", "]", deep)),
        (
            JSON_LD,
            closed("{\"@graph\":", "}", deep).replace(":}", ":1}"),
        ),
        (JSON_LD, closed("{\"a:b\":", "}", deep).replace(":}", ":1}")),
        (
            JSON_LD,
            format!("{{\"@context\":{}}}", closed("[", "]", deep)),
        ),
        (TURTLE, format!("<a:a> <a:b> {}", "[ <a:b> ".repeat(deep))),
        (TURTLE, format!("<a:a> <a:b> {}", "(".repeat(deeper))),
    ] {
        let refused = send(&editor, kind, "", &text).await.expect(400);
        assert_eq!(refused.code(), "malformed-document");
    }
    for (kind, text) in [
        (JSON_LD, closed("{\"a:b\":", "}", 16).replace(":}", ":1}")),
        (TURTLE, format!("<a:a> <a:b> {} .", closed("(", ")", deep))),
    ] {
        let nothing = send(&editor, kind, "", &text).await.expect(200);
        assert_eq!(counts(&nothing), [0; 4]);
    }
    for (kind, text) in [
        (NDJSON, "[".repeat(deeper)),
        (NDJSON, "{\"labels\":".repeat(deep)),
    ] {
        let refused = send(&editor, kind, "", &text).await.expect(200);
        assert_eq!(counts(&refused), [0, 0, 0, 1]);
    }
}

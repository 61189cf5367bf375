//! What a file says is part of what

use dateline::keys::Scope;
use serde_json::json;

use super::{NDJSON, broader, counts, import, import_turtle, problems, tag};
use crate::support::TestApp;

#[tokio::test]
async fn a_tag_can_be_part_of_what_stands_further_down() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    // More than are written at once, each part of one that is far below.
    let lines: String = (0..700)
        .map(|n| {
            let below = if n < 350 { n + 350 } else { 700 };
            let line = json!({"key": format!("topic:n-{n}"), "name": format!("N {n}"), "broader": [format!("topic:n-{below}")]});
            format!("{line}\n")
        })
        .collect();
    let last = json!({"key": "topic:n-700", "name": "N 700", "broader": []});

    let made = import(&editor, NDJSON, &format!("{lines}{last}")).await;
    let again = import(&editor, NDJSON, &format!("{lines}{last}")).await;

    assert_eq!(counts(&made), [701, 0, 0, 0], "{}", made.text());
    assert_eq!(counts(&again), [0, 0, 701, 0], "{}", again.text());
    assert_eq!(broader(&editor, "topic:n-0").await, ["topic:n-350"]);
    let above = editor
        .get("/v1/tags/topic:n-0/ancestors?limit=1&count=exact")
        .await
        .expect(200);
    assert_eq!(above.member("/total"), "2");
    assert!(
        app.changes()
            .await
            .iter()
            .any(|change| change.ends_with("update tag topic:n-0 2"))
    );
}

#[tokio::test]
async fn a_reference_that_leads_nowhere_is_left_out() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;

    let made = import_turtle(
        &editor,
        r#"term:a a skos:Concept ; skos:prefLabel "Alpha"@en ; skos:broader term:b , term:nothing .
           term:b a skos:Concept ; skos:prefLabel "Beta"@en ."#,
    )
    .await;

    assert_eq!(counts(&made), [2, 0, 0, 0], "{}", made.text());
    insta::assert_snapshot!(problems(&made).join("\n"), @"
    https://terms.example/a | unknown-tag | topic:alpha | broader iri:https://terms.example/nothing names no tag.
    ");
    assert_eq!(broader(&editor, "topic:alpha").await, ["topic:beta"]);
}

#[tokio::test]
async fn a_reference_that_closes_a_circle_is_left_out() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let text = r#"
        term:a a skos:Concept ; skos:prefLabel "Alpha"@en ; skos:broader term:b , term:a .
        term:b a skos:Concept ; skos:prefLabel "Beta"@en ; skos:broader term:c .
        term:c a skos:Concept ; skos:prefLabel "Gamma"@en ; skos:broader term:a , term:d .
        term:d a skos:Concept ; skos:prefLabel "Delta"@en .
    "#;

    let made = import_turtle(&editor, text).await;
    let again = import_turtle(&editor, text).await;

    assert_eq!(counts(&made), [4, 0, 0, 0], "{}", made.text());
    insta::assert_snapshot!(problems(&made).join("\n"), @"
    https://terms.example/a | tag-cycle | topic:alpha | topic:alpha is this tag, or part of it.
    https://terms.example/c | tag-cycle | topic:gamma | topic:alpha is this tag, or part of it.
    ");
    assert_eq!(counts(&again), [0, 0, 4, 0], "{}", again.text());
    assert_eq!(problems(&again), problems(&made));
    assert_eq!(broader(&editor, "topic:alpha").await, ["topic:beta"]);
    assert_eq!(broader(&editor, "topic:gamma").await, ["topic:delta"]);
    assert_eq!(tag(&editor, "topic:beta").await["version"], 2);
}

#[tokio::test]
async fn what_a_file_says_of_a_place_replaces_and_what_it_does_not_say_stays() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let text = r#"
        term:a a skos:Concept ; skos:prefLabel "Alpha"@en ; skos:broader term:b .
        term:b a skos:Concept ; skos:prefLabel "Beta"@en ; skos:broader term:c .
        term:c a skos:Concept ; skos:prefLabel "Gamma"@en .
    "#;
    import_turtle(&editor, text).await;

    let moved = r#"
        term:a a skos:Concept ; skos:prefLabel "Alpha"@en ; skos:broader term:c .
        term:b a skos:Concept ; skos:prefLabel "Beta"@en .
    "#;
    let moved = import_turtle(&editor, moved).await;
    let none = import(
        &editor,
        NDJSON,
        &json!({"key": "topic:beta", "broader": []}).to_string(),
    )
    .await;

    assert_eq!(counts(&moved), [0, 1, 1, 0], "{}", moved.text());
    assert_eq!(broader(&editor, "topic:alpha").await, ["topic:gamma"]);
    assert_eq!(counts(&none), [0, 1, 0, 0], "{}", none.text());
    assert_eq!(broader(&editor, "topic:beta").await, [] as [&str; 0]);
}

#[tokio::test]
async fn what_can_be_part_of_nothing_that_is_said_stays_where_it_is() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let text = r#"
        term:p a skos:Concept ; skos:prefLabel "P"@en .
        term:k a skos:Concept ; skos:prefLabel "K"@en ; skos:broader term:p .
    "#;
    import_turtle(&editor, text).await;

    for other in ["term:k", "term:nothing"] {
        let text =
            format!(r#"term:k a skos:Concept ; skos:prefLabel "K"@en ; skos:broader {other} ."#);
        let made = import_turtle(&editor, &text).await;

        assert_eq!(counts(&made), [0, 0, 1, 0], "{}", made.text());
        assert_eq!(problems(&made).len(), 1, "{}", made.text());
        assert_eq!(broader(&editor, "topic:k").await, ["topic:p"]);
    }
}

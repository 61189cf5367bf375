//! Names and identifiers that several tags claim

use dateline::keys::Scope;
use serde_json::json;

use super::{NDJSON, counts, import, import_turtle, problems, tag};
use crate::support::TestApp;

#[tokio::test]
async fn concepts_that_share_a_name_are_all_imported_and_named() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let text = r#"
        medtop:20009001 a skos:Concept ; skos:prefLabel "Strikes"@en , "Grève"@fr .
        medtop:20009002 a skos:Concept ; skos:prefLabel "strikes"@en , "Frappes"@fr .
        medtop:20009003 a skos:Concept ; skos:prefLabel "Walkouts"@en , "grève"@fr .
    "#;

    let made = import_turtle(&editor, text).await;
    let again = import_turtle(&editor, text).await;

    assert_eq!(counts(&made), [3, 0, 0, 0], "{}", made.text());
    assert_eq!(counts(&again), [0, 0, 3, 0], "{}", again.text());
    insta::assert_snapshot!(problems(&made).join("\n"), @r#"
    http://cv.iptc.org/newscodes/mediatopic/20009001 | tag-name-taken | topic:strikes | "Grève" (fr) is a name of topic:walkouts too.
    http://cv.iptc.org/newscodes/mediatopic/20009001 | tag-name-taken | topic:strikes | "Strikes" (en) is a name of topic:strikes-2 too.
    http://cv.iptc.org/newscodes/mediatopic/20009003 | tag-name-taken | topic:walkouts | "grève" (fr) is a name of topic:strikes too.
    http://cv.iptc.org/newscodes/mediatopic/20009002 | tag-name-taken | topic:strikes-2 | "strikes" (en) is a name of topic:strikes too.
    "#);
    assert_eq!(problems(&again), problems(&made));
    let second = tag(&editor, "medtop:20009002").await;
    assert_eq!(
        (&second["key"], &second["version"]),
        (&json!("topic:strikes-2"), &json!(1))
    );
}

#[tokio::test]
async fn a_shared_identifier_goes_to_the_active_concept_of_the_lowest_code() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let text = r#"
        medtop:20009003 a skos:Concept ; skos:prefLabel "Third"@en ; skos:exactMatch wikidata:Q900001 , wikidata:Q900002 .
        medtop:20009002 a skos:Concept ; skos:prefLabel "Second"@en ; skos:exactMatch wikidata:Q900001 .
        medtop:20009001 a skos:Concept ; skos:prefLabel "First"@en ; skos:exactMatch wikidata:Q900001 ; iptc:retired "2020-01-01" .
        medtop:20009000 a skos:Concept ; skos:prefLabel "Thief"@en ; skos:exactMatch medtop:20009002 .
    "#;

    let made = import_turtle(&editor, text).await;
    let again = import_turtle(&editor, text).await;

    assert_eq!(counts(&made), [4, 0, 0, 0], "{}", made.text());
    assert_eq!(counts(&again), [0, 0, 4, 0], "{}", again.text());
    insta::assert_snapshot!(problems(&made).join("\n"), @"
    http://cv.iptc.org/newscodes/mediatopic/20009003 | external-id-taken | topic:third | wikidata:Q900001 is given to medtop:20009002, which claims it too.
    http://cv.iptc.org/newscodes/mediatopic/20009001 | external-id-taken | topic:first | wikidata:Q900001 is given to medtop:20009002, which claims it too.
    http://cv.iptc.org/newscodes/mediatopic/20009000 | external-id-taken | topic:thief | medtop:20009002 is the code of another concept.
    ");
    assert_eq!(problems(&again), problems(&made));
    for (id, key) in [
        ("wikidata:Q900001", "topic:second"),
        ("wikidata:Q900002", "topic:third"),
        ("medtop:20009002", "topic:second"),
    ] {
        assert_eq!(tag(&editor, id).await["key"], key, "{id}");
    }
}

#[tokio::test]
async fn numbers_are_compared_as_numbers() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;

    import_turtle(
        &editor,
        r#"
        <https://sws.geonames.org/1000/> a skos:Concept ; skos:prefLabel "Thousand"@en ; skos:exactMatch wikidata:Q900001 .
        <https://sws.geonames.org/999/> a skos:Concept ; skos:prefLabel "Less"@en ; skos:exactMatch wikidata:Q900001 .
        "#,
    )
    .await;

    assert_eq!(tag(&editor, "wikidata:Q900001").await["key"], "topic:less");
}

#[tokio::test]
async fn an_identifier_that_another_tag_has_stays_there() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let place = json!({"kind": "place", "name": "Elara", "external_ids": [{"authority": "wikidata", "id": "Q900001"}]});
    editor.post("/v1/tags", place).await.expect(201);
    let topic = json!({"kind": "topic", "name": "Ships", "external_ids": [{"authority": "medtop", "id": "20009001"}]});
    editor.post("/v1/tags", topic).await.expect(201);

    // The place is no topic, so the concept is another thing; the topic is known by its code.
    let made = import_turtle(
        &editor,
        r#"
        term:elara a skos:Concept ; skos:prefLabel "Elara studies"@en ; skos:exactMatch wikidata:Q900001 .
        medtop:20009001 a skos:Concept ; skos:prefLabel "Vessels"@en ; skos:exactMatch wikidata:Q900001 .
        "#,
    )
    .await;

    assert_eq!(counts(&made), [1, 1, 0, 0], "{}", made.text());
    insta::assert_snapshot!(problems(&made).join("\n"), @"
    https://terms.example/elara | external-id-taken | topic:elara-studies | wikidata:Q900001 stays with place:elara, which has it already.
    http://cv.iptc.org/newscodes/mediatopic/20009001 | external-id-taken | topic:ships | wikidata:Q900001 is given to iri:https://terms.example/elara, which claims it too.
    ");
    assert_eq!(tag(&editor, "wikidata:Q900001").await["key"], "place:elara");
    assert_eq!(
        tag(&editor, "topic:ships").await["labels"]["en"]["pref"],
        "Vessels"
    );
}

#[tokio::test]
async fn a_tag_that_was_deleted_is_not_made_again() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let line = json!({"key": "topic:ships", "kind": "topic", "name": "Ships", "external_ids": [{"authority": "medtop", "id": "20009001"}]});
    import(&editor, NDJSON, &line.to_string()).await;
    editor.delete("/v1/tags/topic:ships").await.expect(204);

    let by_key = import(&editor, NDJSON, &line.to_string()).await;
    let by_code = r#"medtop:20009001 a skos:Concept ; skos:prefLabel "Vessels"@en ."#;
    let by_code = import_turtle(&editor, by_code).await;

    assert_eq!(counts(&by_key), [0, 0, 0, 1], "{}", by_key.text());
    assert_eq!(
        problems(&by_key),
        ["line 1 | gone | topic:ships | topic:ships was deleted."]
    );
    assert_eq!(counts(&by_code), [0, 0, 0, 1], "{}", by_code.text());
}

//! Vocabularies of others

use dateline::keys::Scope;
use serde_json::{Value, json};

use super::{JSON_LD, counts, import_turtle, problems, send, tag};
use crate::support::TestApp;

#[tokio::test]
async fn a_concept_becomes_a_tag_with_all_that_is_said_of_it() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;

    let made = import_turtle(
        &editor,
        r#"
        medtop:20009001 a skos:Concept ; iptc:qcode "medtop:20009001" ; skos:inScheme medtop: ;
            skos:prefLabel "harbours"@en-GB , "harbors"@en-US , "موانئ"@ar , "Häfen" ;
            skos:altLabel "quays"@en-GB ; skos:hiddenLabel "harbuors"@en-GB , "quays"@en-GB ;
            skos:definition "Was Häfen sind."@de , "What harbours are."@en , "Ports."@fr ; skos:scopeNote "Not marinas."@en ;
            skos:exactMatch <https://www.wikidata.org/entity/Q900001> , <http://sws.geonames.org/900001/> , <https://terms.example/1> ;
            iptc:retired "2021-09-30" .
        medtop: a skos:ConceptScheme ; skos:prefLabel "Topics"@en .
        [] a skos:Collection ; skos:member medtop:20009001 .
        <https://terms.example/me> <http://xmlns.com/foaf/0.1/name> "Somebody" .
        "#,
    )
    .await;

    assert_eq!(counts(&made), [1, 0, 0, 0], "{}", made.text());
    assert_eq!(made.member("/ignored"), "3");
    assert_eq!(problems(&made), [] as [&str; 0]);
    let tag = tag(&editor, "medtop:20009001").await;
    assert_eq!(tag["key"], "topic:harbours");
    assert_eq!(
        tag["labels"],
        json!({
            "ar": {"pref": "موانئ", "alt": [], "hidden": []},
            "en-GB": {"pref": "harbours", "alt": ["quays"], "hidden": ["harbuors"]},
            "en-US": {"pref": "harbors", "alt": [], "hidden": []},
            "und": {"pref": "Häfen", "alt": [], "hidden": []},
        })
    );
    assert_eq!(tag["description"], "What harbours are.");
    assert_eq!(tag["retired_at"], "2021-09-30T00:00:00Z");
    assert_eq!(tag["status"], "retired");
    let ids = tag["external_ids"].as_array().expect("ids").iter();
    let ids: Vec<String> = ids
        .map(|id| format!("{}:{}", id["authority"], id["id"]).replace('"', ""))
        .collect();
    assert_eq!(
        ids,
        [
            "geonames:900001",
            "iri:https://terms.example/1",
            "medtop:20009001",
            "wikidata:Q900001"
        ]
    );
}

#[tokio::test]
async fn concepts_are_of_the_kind_that_the_caller_says() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let concepts = json!({"@context": {"@vocab": "http://www.w3.org/2004/02/skos/core#"}, "@graph": [
        {"@id": "https://terms.example/elara", "@type": "Concept", "prefLabel": {"@value": "Elara", "@language": "en"}},
        {"@id": "https://other.example/v1/tags/event:regatta", "@type": "Concept", "prefLabel": "Regatta"},
        {"@id": "urn:dateline:tag:person:%C3%A9lo%C3%AFse", "prefLabel": "Éloïse"},
    ]});

    let made = send(&editor, JSON_LD, "?kind=place", &concepts.to_string())
        .await
        .expect(200);

    assert_eq!(counts(&made), [3, 0, 0, 0], "{}", made.text());
    assert_eq!(
        tag(&editor, "iri:https://terms.example/elara").await["key"],
        "place:elara"
    );
    for key in ["event:regatta", "person:éloïse"] {
        assert_eq!(tag(&editor, key).await["external_ids"], json!([]));
    }
}

#[tokio::test]
async fn narrower_is_broader_from_above() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;

    import_turtle(
        &editor,
        r#"term:a a skos:Concept ; skos:prefLabel "Alpha"@en ; skos:narrower term:b .
           term:b a skos:Concept ; skos:prefLabel "Beta"@en ; skos:broader term:a ."#,
    )
    .await;

    assert_eq!(super::broader(&editor, "topic:beta").await, ["topic:alpha"]);
    assert_eq!(
        super::broader(&editor, "topic:alpha").await,
        [] as [&str; 0]
    );
}

#[tokio::test]
async fn what_breaks_the_rules_of_skos_is_mended_or_named() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let long = "x".repeat(130);

    let made = import_turtle(
        &editor,
        &format!(r#"
        term:two a skos:Concept ; skos:prefLabel "Two"@en , "Second"@en ; skos:altLabel "Two"@EN ; skos:notation "2" .
        term:none a skos:Concept ; skos:altLabel "Nameless"@en .
        term:long a skos:Concept ; skos:prefLabel "Long"@en ; skos:exactMatch term:{long} .
        term:bad a skos:Concept ; skos:prefLabel "{long}{long}"@en ; iptc:retired "one day" .
        "#),
    )
    .await;

    assert_eq!(counts(&made), [2, 0, 0, 2], "{}", made.text());
    let told = problems(&made).join("\n").replace(&long, "[long]");
    insta::assert_snapshot!(told, @r#"
    https://terms.example/two | invalid | topic:second | the notation "2" is no authority:id
    https://terms.example/two | invalid | topic:second | "Two" is a second prefLabel in en; it is read as an altLabel
    https://terms.example/none | invalid | - | /labels must have a preferred name in some language
    https://terms.example/long | invalid | topic:long | exactMatch https://terms.example/[long] must have an id of 1 to 128 characters without white space
    https://terms.example/bad | invalid | - | /labels/en/pref has 260 characters; at most 200 are allowed; /retired_at must be an RFC 3339 date and time with an offset, such as 2026-11-23T09:00:00Z
    "#);
    let two = tag(&editor, "iri:https://terms.example/two").await;
    assert_eq!(
        two["labels"]["en"],
        json!({"pref": "Second", "alt": ["Two"], "hidden": []})
    );
}

#[tokio::test]
async fn concepts_of_others_come_back_as_they_were() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let text = r#"
        term:a a skos:Concept ; skos:prefLabel "Lights"@en .
        term:b a skos:Concept ; skos:prefLabel "Lights"@en .
        term:c a skos:Concept ; skos:prefLabel "Lamps"@en ; owl:deprecated true .
    "#;

    let first = import_turtle(&editor, text).await;
    app.advance(60);
    let second = import_turtle(&editor, text).await;

    assert_eq!(counts(&first), [3, 0, 0, 0], "{}", first.text());
    assert_eq!(counts(&second), [0, 0, 3, 0], "{}", second.text());
    let lamps = tag(&editor, "topic:lamps").await;
    assert_eq!(
        (&lamps["status"], &lamps["version"]),
        (&Value::from("retired"), &Value::from(1))
    );
}

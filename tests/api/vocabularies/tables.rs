//! Tables and lines that people write

use dateline::keys::Scope;
use serde_json::json;

use super::{CSV, NDJSON, counts, import, problems, send, tag};
use crate::support::TestApp;

#[tokio::test]
async fn a_table_of_kinds_and_names_is_enough() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let text = "kind,name\ntopic,Harbours\nplace,Port Elara\ntopic,HARBOURS\n";

    let first = import(&editor, CSV, text).await;
    let second = import(
        &editor,
        CSV,
        "kind,name\ntopic,Harbours\nplace,Port Elara\n",
    )
    .await;

    // The third row is about the tag of the first.
    assert_eq!(counts(&first), [2, 0, 0, 0], "{}", first.text());
    assert_eq!(tag(&editor, "topic:harbours").await["name"], "Harbours");
    assert_eq!(counts(&second), [0, 0, 2, 0], "{}", second.text());
    assert_eq!(
        problems(&first),
        ["line 4 | tag-key-taken | - | This is the tag of line 2, which stands further up."]
    );
}

#[tokio::test]
async fn a_table_has_a_column_for_everything() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let text = "\u{FEFF}key, kind ,slug,description,external_ids,broader,retired_at,pref:en,alt:en,hidden:en,pref:ar\r\n\
        place:elara,,,\"The \"\"old\"\" town,\r\nby the sea\",wikidata:Q900001|cms_terms:a\\|b,,2020-01-01T00:00:00Z,Elara,Port|Ha\\\\ven \\| Quay,Elera,إيلارا\r\n\
        ,event,regatta-2026,,,place:elara | wikidata:Q900001,,Regatta,,,\r\n";

    let made = import(&editor, CSV, text).await;

    assert_eq!(counts(&made), [2, 0, 0, 0], "{}", made.text());
    let elara = tag(&editor, "cms_terms:a|b").await;
    assert_eq!(elara["key"], "place:elara");
    assert_eq!(elara["description"], "The \"old\" town,\r\nby the sea");
    assert_eq!(elara["retired_at"], "2020-01-01T00:00:00Z");
    assert_eq!(
        elara["labels"],
        json!({
            "ar": {"pref": "إيلارا", "alt": [], "hidden": []},
            "en": {"pref": "Elara", "alt": ["Ha\\ven | Quay", "Port"], "hidden": ["Elera"]},
        })
    );
    assert_eq!(
        super::broader(&editor, "event:regatta-2026").await,
        ["place:elara"]
    );
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named_by_its_line_and_stops_no_other() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let text = "key,kind,external_ids,retired_at,pref:en,pref:english language\n\
        topic:good,,,,Good,\n\
        topic:few\n\
        Topic:Case,,,,Case,\n\
        ,planet,,,Mars,\n\
        ,topic,wikidata:900001,,Wrong,\n\
        ,topic,wikidata,,Half,\n\
        ,topic,,tomorrow,Late,\n\
        ,topic,,,\"Open\nfield\",\n\
        topic:nameless,,,,,\n\
        ,topic,,,Bad,Language\n\
        topic:kinds,place,,,Kinds,\n\
        ,topic,,,Last,\n";

    let made = import(&editor, CSV, text).await;

    assert_eq!(counts(&made), [2, 0, 0, 10], "{}", made.text());
    let mut told = problems(&made);
    told.sort_by_key(|line| {
        let number = line.split(' ').nth(1);
        number.and_then(|number| number.parse::<u32>().ok())
    });
    insta::assert_snapshot!(told.join("\n"), @r#"
    line 3 | malformed-document | - | cannot be read: CSV error: record 2 (line: 3, byte: 83): found record with 1 fields, but the previous record has 6 fields
    line 4 | invalid | - | key "Topic:Case" is no key `kind:slug`
    line 5 | invalid-body | - | /kind unknown variant `planet`, expected one of `topic`, `person`, `organisation`, `place`, `event`, `series`, `section`, `contributor`, `publisher`, `genre`
    line 6 | invalid | - | external_ids must have an id of wikidata: Q and a number, as in Q851
    line 7 | invalid | - | external_ids must name an authority in 2 to 32 lower-case letters, digits and underscores
    line 8 | invalid | - | /retired_at must be an RFC 3339 date and time with an offset, such as 2026-11-23T09:00:00Z
    line 9 | invalid | - | /labels/en/pref must not contain the control character U+000A
    line 11 | invalid | - | /name is required, or labels with a preferred name
    line 12 | invalid | - | /labels/english language must be a BCP 47 language tag, such as en or ar-QA
    line 13 | invalid | - | kind must be topic, as the key says
    "#);
}

#[tokio::test]
async fn a_line_that_cannot_be_read_is_named_and_stops_no_other() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let text = "{\"kind\": \"topic\", \"name\": \"Good\", \"version\": 7, \"article_count\": 3}\n\
        \n\
        {\"kind\": \"topic\", \"name\": \"Open\"\n\
        [1]\n\
        {\"kind\": \"topic\", \"kind\": \"topic\", \"name\": \"Twice\"}\n\
        {\"kind\": \"topic\", \"nmae\": \"Misspelt\"}\n\
        {\"kind\": \"topic\", \"name\": \"Ids\", \"external_ids\": [\"wikidata:Q900001\"]}\n\
        {\"kind\": \"topic\", \"name\": \"Above\", \"broader\": [7]}\n\
        {\"kind\": \"topic\", \"name\": \"a\\u0000b\"}\n\
        \u{FEFF}{\"kind\": \"topic\", \"name\": \"Mark\"}\n";

    let made = import(&editor, NDJSON, text).await;

    assert_eq!(counts(&made), [1, 0, 0, 8], "{}", made.text());
    insta::assert_snapshot!(problems(&made).join("\n"), @r#"
    line 3 | malformed-json | - | cannot be read: EOF while parsing an object at column 32
    line 4 | malformed-json | - | cannot be read: invalid type: sequence, expected an object
    line 5 | malformed-json | - | cannot be read: duplicate field `kind` at column 24
    line 7 | invalid | - | external_ids has "wikidata:Q900001", which is no authority with an id
    line 8 | invalid | - | broader has 7, which names no tag
    line 10 | malformed-json | - | cannot be read: expected value at column 1
    line 6 | invalid-body | - | /nmae unknown field `nmae`, expected one of `kind`, `slug`, `name`, `labels`, `description`, `external_ids`, `broader`, `retired_at`
    line 9 | invalid | - | /name must not contain the control character U+0000
    "#);
}

#[tokio::test]
async fn a_header_that_is_misspelt_refuses_the_table() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;

    for (header, named) in [
        ("kind,nmae", "nmae"),
        ("kind,kind", "kind"),
        ("kind,prefer:en", "prefer:en"),
    ] {
        let refused = send(&editor, CSV, "", &format!("{header}\ntopic,x\n"))
            .await
            .expect(400);

        assert_eq!(refused.code(), "malformed-document");
        assert!(
            refused.member("/detail").contains(named),
            "{}",
            refused.text()
        );
    }
}

#[tokio::test]
async fn a_row_that_says_another_name_of_a_tag_makes_no_second_one() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let labels = json!({"en": {"pref": "Port Elara", "alt": ["Elara"]}});
    let place = json!({"kind": "place", "labels": labels});
    editor.post("/v1/tags", place).await.expect(201);

    let made = import(&editor, CSV, "kind,name\nplace,ELARA\n").await;

    assert_eq!(counts(&made), [0, 0, 0, 0], "{}", made.text());
    assert_eq!(
        problems(&made),
        ["line 2 | tag-name-taken | place:port-elara | This is another name of place:port-elara."]
    );
}

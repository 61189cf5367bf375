//! Which capitals tell a name from a word

use serde_json::{Value, json};

use super::{editor, lines, make_all, settled, suggest, told};
use crate::support::TestApp;

const TAGS: &[(&str, &[&str])] = &[
    ("organisation", &["US", "United States"]),
    ("organisation", &["ARM"]),
    ("place", &["Nice"]),
    ("topic", &["weather"]),
];

async fn assert_found(cases: &[(Value, &str)]) {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    make_all(&editor, TAGS).await;
    settled(&editor).await;
    for (text, expected) in cases {
        let found = suggest(&editor, text.clone()).await.expect(200);
        assert_eq!(lines(told(&found)), *expected, "{text}");
    }
}

#[tokio::test]
async fn a_name_in_capitals_is_one_at_the_beginning_of_a_sentence_too() {
    let us = "organisation:us: US\n";
    assert_found(&[
        (
            json!({"headline": "US envoy in Doha", "text": "Give us peace. NATO said. US."}),
            "organisation:us: US, US\n",
        ),
        (
            json!({"text": "“They told us nothing,” he said. US officials declined to comment."}),
            us,
        ),
        (json!({"text": "US: tell us"}), us),
        (json!({"text": "• US officials told us"}), us),
        (json!({"text": "TALKS: US, Iran meet. He told us so."}), us),
        (
            json!({"text": "U.S. officials told us."}),
            "organisation:us: U.S\n",
        ),
        (
            json!({"text": "The long arm reached. ARM shares fell."}),
            "organisation:arm: ARM\n",
        ),
        (
            json!({"text": "Nice weather, and a nice sea. Us too."}),
            "topic:weather: weather\n",
        ),
    ])
    .await;
}

#[tokio::test]
async fn where_all_is_in_capitals_they_say_nothing() {
    assert_found(&[
        (json!({"headline": "US TELLS ALL", "text": "They told us all."}), ""),
        (
            json!({"headline": "NOBODY TELLS US ANYTHING", "text": "They told us nothing."}),
            "",
        ),
        (
            json!({"text": "NOBODY TELLS US ANYTHING\n\nThey told us nothing."}),
            "",
        ),
        (
            json!({"headline": "US SILENT", "text": "They told us nothing. The US said so."}),
            "organisation:us: US\n",
        ),
        (
            json!({"headline": "US SILENT IN NICE WEATHER", "text": "They said nothing of the weather."}),
            "organisation:us: US\nplace:nice: NICE\ntopic:weather: WEATHER, weather\n",
        ),
        (
            json!({"text": "US\n\nThey told us nothing."}),
            "organisation:us: US\n",
        ),
    ])
    .await;
}

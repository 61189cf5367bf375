//! What is found in a text, and what is not

use serde_json::json;

use super::{editor, lines, make_all, suggestions, told};
use crate::support::TestApp;

/// A story with the traps that stories have: names inside names, short names later, abbreviations
/// that are other words, capitals at the beginning of sentences, names over a comma.
const STORY: &str = "\
PORT ELARA: Harbour Minister Amina Rahal met the US envoy in the Elaran capital on Monday, the harbour ministry said, as \
the Coast Guard and the Elara Fishers’ Union ended two-day talks.

“Let us spend the holidays in peace,” Rahal told fishers. Old boats, she said, were no help. Man after man stood up.

Rahal said the Gull Island Ferry would sail again. Nice weather is expected, and the sea will be nice.

Over cease-fires in the dispute, U.S. diplomats were silent. The ARM of the law is long; an arm is not.

Gull, Island Council and Amina, Rahal’s aide, had no comment. Omar Rahal was not there.";

const TAGS: &[(&str, &[&str])] = &[
    ("person", &["Amina Rahal", "Minister Rahal"]),
    ("person", &["Rahal the Elder", "Rahal"]),
    ("person", &["Omar Khalid"]),
    ("place", &["Port Elara", "Elaran"]),
    ("place", &["Elara"]),
    ("place", &["Gull Island"]),
    ("place", &["Man"]),
    ("place", &["Nice"]),
    ("place", &["Ela"]),
    ("organisation", &["Elara Fishers’ Union"]),
    ("organisation", &["US", "United States"]),
    ("organisation", &["ARM"]),
    ("organisation", &["Coast Guard"]),
    ("organisation", &["Island Council and Amina"]),
    ("event", &["Gull Island Ferry"]),
    ("topic", &["ceasefire", "cease-fire", "cease-fires"]),
    ("topic", &["holidays"]),
    ("topic", &["Old boats"]),
    ("topic", &["weather"]),
    ("topic", &["cricket"]),
];

#[tokio::test]
async fn a_story_gets_the_tags_that_a_reader_would_give_it() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    make_all(&editor, TAGS).await;

    let found = suggestions(&editor, json!({"text": STORY, "language": "en"})).await;

    insta::assert_snapshot!(lines(found), @"
    event:gull-island-ferry: Gull Island Ferry
    organisation:arm: ARM
    organisation:coast-guard: Coast Guard
    organisation:elara-fishers-union: Elara Fishers’ Union
    organisation:island-council-and-amina: Island Council and Amina
    organisation:us: US, U.S
    person:amina-rahal: Amina Rahal, Rahal, Rahal, Rahal, Rahal
    place:elara: Elara
    place:gull-island: Gull Island
    place:port-elara: PORT ELARA, Elaran
    topic:ceasefire: cease-fires
    topic:holidays: holidays
    topic:old-boats: Old boats
    topic:weather: weather
    ");
}

#[tokio::test]
async fn a_short_name_means_the_longer_one_that_came_last() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    let people: &[(&str, &[&str])] = &[
        ("person", &["Amina Rahal"]),
        ("person", &["Omar Rahal"]),
        ("person", &["Rahal the Elder", "Rahal"]),
        ("place", &["Rahal"]),
    ];
    make_all(&editor, people).await;
    let text = "Rahal spoke first. Omar Rahal listened, and Rahal left. Amina Rahal came. Then Rahal spoke.";

    let found = suggestions(&editor, json!({"text": text})).await;

    insta::assert_snapshot!(lines(found), @"
    person:amina-rahal: Amina Rahal, Rahal
    person:omar-rahal: Rahal, Omar Rahal, Rahal
    place:rahal: Rahal, Rahal, Rahal, Rahal, Rahal
    ");
}

#[tokio::test]
async fn a_name_of_several_tags_suggests_each_of_them_less() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    let people: &[(&str, &[&str])] = &[
        ("person", &["Asim Nur", "Nur"]),
        ("person", &["Bashir Nur", "Nur"]),
        ("person", &["Jane Doe"]),
    ];
    make_all(&editor, people).await;

    let found = suggestions(&editor, json!({"text": "Nur met Jane Doe."})).await;

    let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(
        keys,
        ["person:jane-doe", "person:asim-nur", "person:bashir-nur"]
    );
}

#[tokio::test]
async fn place_frequency_and_rarity_decide_the_order() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    let places: &[(&str, &[&str])] = &[
        ("place", &["Alpha"]),
        ("place", &["Beta"]),
        ("place", &["Gamma"]),
        ("place", &["Delta"]),
    ];
    make_all(&editor, places).await;
    for _ in 0..5 {
        let story = json!({"headline": "x", "status": "published", "tags": ["place:beta"]});
        editor.post("/v1/articles", story).await.expect(201);
    }
    let text = json!({"headline": "Off to Alpha", "text": "From here to Gamma.\n\nBeta and Delta are far. Delta is farther."});

    let found = suggestions(&editor, text).await;

    let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(
        keys,
        ["place:alpha", "place:gamma", "place:delta", "place:beta"]
    );
}

#[tokio::test]
async fn mentions_are_told_with_their_places_in_characters() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    make_all(&editor, &[("place", &["Zürich"])]).await;
    super::settled(&editor).await;

    let text = json!({"headline": "Über Zürich", "text": "Zürich’s lake."});
    let found = super::suggest(&editor, text).await.expect(200);

    assert_eq!(
        found.json()["items"][0]["mentions"],
        json!([
        {"pointer": "/headline", "start": 5, "end": 11, "text": "Zürich"},
        {"pointer": "/text", "start": 0, "end": 6, "text": "Zürich"}])
    );
    assert_eq!(found.member("/items/0/count"), "2");
}

#[tokio::test]
async fn what_is_renamed_retired_merged_or_deleted_is_known_soon() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    let places: &[(&str, &[&str])] = &[
        ("place", &["Alpha"]),
        ("place", &["Beta"]),
        ("place", &["Gamma"]),
        ("place", &["Delta"]),
        ("place", &["Eta"]),
    ];
    make_all(&editor, places).await;
    editor
        .patch("/v1/tags/place:alpha", json!({"name": "Omega"}))
        .await
        .expect(200);
    let retired = json!({"retired_at": app.now().to_rfc3339()});
    editor
        .patch("/v1/tags/place:beta", retired)
        .await
        .expect(200);
    editor.delete("/v1/tags/place:gamma").await.expect(204);
    let merge = json!({"sources": ["place:delta"]});
    editor
        .post("/v1/tags/place:eta/merge", merge)
        .await
        .expect(201);

    let found = suggestions(&editor, json!({"text": "Alpha, Beta, Gamma, Delta, Omega"})).await;

    assert_eq!(lines(found), "place:alpha: Omega\nplace:eta: Delta\n");
}

#[tokio::test]
async fn a_tag_is_suggested_until_the_moment_of_its_retirement() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    make_all(&editor, &[("place", &["Alpha Bay"]), ("place", &["Alpha"])]).await;
    let retired_at = app.now() + chrono::TimeDelta::seconds(60);
    let retired = json!({"retired_at": retired_at.to_rfc3339()});
    editor
        .patch("/v1/tags/place:alpha-bay", retired)
        .await
        .expect(200);

    let before = suggestions(&editor, json!({"text": "Alpha Bay"})).await;
    app.advance(61);
    let after = super::suggest(&editor, json!({"text": "Alpha Bay"})).await;

    assert_eq!(lines(before), "place:alpha-bay: Alpha Bay\n");
    // It stands around no other name any longer.
    assert_eq!(lines(told(&after.expect(200))), "place:alpha: Alpha\n");
}

#[tokio::test]
async fn kinds_and_limit_choose() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    make_all(&editor, TAGS).await;

    let some = json!({"text": STORY, "kinds": ["place", "event"], "limit": 2});
    let some = suggestions(&editor, some).await;
    let all = super::suggest(&editor, json!({"text": STORY, "limit": 100}))
        .await
        .expect(200);

    assert_eq!(some.len(), 2);
    assert!(
        some.iter()
            .all(|(key, _)| key.starts_with("place:") || key.starts_with("event:"))
    );
    assert_eq!(told(&all).len(), 14);
}

//! Names as people type them into autocomplete

use dateline::keys::Scope;
use serde_json::json;

use super::{make, type_in};
use crate::support::TestApp;

#[tokio::test]
async fn points_and_apostrophes_part_no_words_for_who_leaves_them_out() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    for (kind, name) in [
        ("organisation", "UN"),
        ("place", "Côte d’Ivoire"),
        ("person", "Miles O'Brien"),
        ("place", "St. Louis"),
    ] {
        make(&editor, kind, name).await;
    }
    let pointed = json!({"kind": "topic", "name": "U.N. reform"});
    editor.post("/v1/tags", pointed).await.expect(201);

    let un: &[&str] = &["organisation:un", "topic:u-n-reform"];
    for (typed, found) in [
        ("U.N.", un),
        ("u.n", un),
        ("UN", un),
        ("un reform", &un[1..]),
        ("u.n. ref", &un[1..]),
        ("u n ref", &un[1..]),
        ("cote divoire", &["place:cote-divoire"]),
        ("cote d'iv", &["place:cote-divoire"]),
        ("Côte d’Ivoire", &["place:cote-divoire"]),
        ("divoire", &["place:cote-divoire"]),
        ("ivoir", &["place:cote-divoire"]),
        ("iviore", &["place:cote-divoire"]),
        ("obrien", &["person:miles-obrien"]),
        ("o'brien", &["person:miles-obrien"]),
        ("o‘brien", &["person:miles-obrien"]),
        ("O Brien", &["person:miles-obrien"]),
        ("miles obrein", &["person:miles-obrien"]),
        ("st louis", &["place:st-louis"]),
        ("st. lou", &["place:st-louis"]),
        ("st.louis", &["place:st-louis"]),
    ] {
        assert_eq!(type_in(&app, typed).await, found, "{typed}");
    }
}

#[tokio::test]
async fn one_word_of_a_long_name_may_be_misspelt_wherever_it_stands() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let name = "Central Asia and South Asia Regional Connectivity Conference";
    let conference = json!({"kind": "event", "name": name, "slug": "conference"});
    editor.post("/v1/tags", conference).await.expect(201);

    for typed in [
        "central asia and south asia regional connectivity confrence",
        "central asia and south asia regional connectivity confr",
        "central asia and south asia regional conectivity conf",
        "cetnral asia and south asia regional connectivity conf",
        "asia and south asia regional connectivity confrence",
    ] {
        assert_eq!(type_in(&app, typed).await, ["event:conference"], "{typed}");
    }
}

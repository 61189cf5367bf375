//! Names in any script

use serde_json::json;

use super::{editor, lines, make, settled, suggest, suggestions, told};
use crate::support::TestApp;

#[tokio::test]
async fn arabic_names_are_found_behind_the_letters_that_are_written_with_them() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    for (kind, en, ar) in [
        ("place", "Doha", "الدوحة"),
        ("place", "Qatar", "قطر"),
        ("person", "Imran Saleh", "عمران صالح"),
        ("organisation", "United Harbours", "الموانئ المتحدة"),
        ("topic", "Feast", "عيد"),
    ] {
        make(
            &editor,
            kind,
            json!({"en": {"pref": en}, "ar": {"pref": ar}}),
        )
        .await;
    }
    let text = "وصل عمران صالح إلى الدَّوحة وقال إن بالدوحة ولقطر مكانة للموانئ المتحدة، وسعيد وبعيد ليسا هنا. والـدوحة.";

    let found = suggestions(&editor, json!({"text": text, "language": "ar"})).await;

    insta::assert_snapshot!(lines(found), @"
    organisation:united-harbours: لموانئ المتحدة
    person:imran-saleh: عمران صالح
    place:doha: الدَّوحة, الدوحة, الـدوحة
    place:qatar: قطر
    ");
}

#[tokio::test]
async fn a_short_word_is_not_another_one_behind_its_first_letter() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    for (kind, en, ar) in [
        ("event", "Eid", "عيد"),
        ("event", "Eid al-Fitr", "عيد الفطر"),
        ("place", "Egypt", "مصر"),
        ("topic", "Education", "تعليم"),
    ] {
        let labels = json!({"en": {"pref": en}, "ar": {"pref": ar}});
        make(&editor, kind, labels).await;
    }
    settled(&editor).await;

    for (text, expected) in [
        ("هذا المكان بعيد عن المدينة", ""),
        ("وعيد شديد", ""),
        ("بعيد ولعيد وكعيد وفعيد", ""),
        ("فرحة العيد وبالعيد وللعيد", "event:eid: عيد, عيد, عيد\n"),
        ("عيد سعيد", "event:eid: عيد\n"),
        ("وعيد الفطر", "event:eid-al-fitr: عيد الفطر\n"),
        (
            "ولمصر وبمصر وبتعليم",
            "place:egypt: مصر, مصر\ntopic:education: تعليم\n",
        ),
    ] {
        let text = json!({"text": text, "language": "ar"});
        let found = suggest(&editor, text.clone()).await.expect(200);
        assert_eq!(lines(told(&found)), expected, "{text}");
    }
}

#[tokio::test]
async fn urdu_names_are_found_however_their_letters_are_encoded() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    make(&editor, "place", json!({"ur": {"pref": "کراچی"}})).await;

    let found = suggestions(
        &editor,
        json!({"text": "وہ كراچي میں تھے", "language": "ur"}),
    )
    .await;

    assert_eq!(lines(found), "place:کراچی: كراچي\n");
}

#[tokio::test]
async fn names_are_found_where_no_spaces_are_written() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    make(&editor, "place", json!({"ja": {"pref": "東京"}})).await;
    make(&editor, "place", json!({"th": {"pref": "กรุงเทพ"}})).await;

    let japanese = suggestions(&editor, json!({"text": "彼は東京へ行った。"})).await;
    let thai = suggestions(&editor, json!({"text": "เขาไปกรุงเทพแล้ว"})).await;

    assert_eq!(lines(japanese), "place:東京: 東京\n");
    assert_eq!(lines(thai), "place:กรุงเทพ: กรุงเทพ\n");
}

#[tokio::test]
async fn a_subject_is_looked_for_in_the_language_of_the_text() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    make(
        &editor,
        "topic",
        json!({"en": {"pref": "gift"}, "de": {"pref": "Geschenk"}}),
    )
    .await;
    make(
        &editor,
        "topic",
        json!({"en": {"pref": "poison"}, "de": {"pref": "Gift"}}),
    )
    .await;
    make(&editor, "person", json!({"fr": {"pref": "Jeanne Doe"}})).await;

    let text = |language: &str| json!({"text": "Ein Gift von Jeanne Doe", "language": language});
    let english = suggestions(&editor, text("en-GB")).await;
    let german = suggestions(&editor, text("de")).await;

    assert_eq!(
        lines(english),
        "person:jeanne-doe: Jeanne Doe\ntopic:gift: Gift\n"
    );
    assert_eq!(
        lines(german),
        "person:jeanne-doe: Jeanne Doe\ntopic:poison: Gift\n"
    );
}

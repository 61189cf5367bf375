//! `GET /v1/tags/autocomplete`

use dateline::keys::Scope;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::{keys, make, type_in};
use crate::support::{Client, Story, TestApp};

async fn vocabulary(editor: &Client<'_>) {
    for (kind, name) in [
        ("place", "Doha"),
        ("place", "Islamabad"),
        ("place", "Dortmund"),
        ("place", "Do Do Town"),
        ("place", "Lake Doha"),
        ("person", "Zalmay Khalilzad"),
        ("person", "José Muñoz"),
        ("place", "الدوحة"),
        ("topic", "Doha talks"),
        ("topic", "100% recycling"),
        ("topic", "snake_case"),
    ] {
        make(editor, kind, name).await;
    }
}

#[tokio::test]
async fn a_beginning_comes_before_a_later_word_and_that_before_a_slip() {
    let app = TestApp::start().await;
    vocabulary(&app.caller(&[Scope::WriteTags]).await).await;

    let typed = type_in(&app, "doha").await;

    assert_eq!(
        typed[..3],
        ["place:doha", "topic:doha-talks", "place:lake-doha"]
    );
}

#[tokio::test]
async fn what_matches_equally_is_ranked_by_use() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    vocabulary(&editor).await;
    Story::create(
        &editor,
        json!({"status": "published", "tags": ["topic:doha-talks", "place:dortmund"]}),
    )
    .await;
    Story::create(
        &editor,
        json!({"status": "published", "tags": ["place:dortmund"]}),
    )
    .await;

    let typed = app
        .anybody()
        .get("/v1/tags/autocomplete?q=do&limit=2")
        .await;

    assert_eq!(
        type_in(&app, "do").await[..2],
        ["place:dortmund", "topic:doha-talks"]
    );
    insta::assert_snapshot!(typed, @r#"
    200 OK
    cache-control: public, max-age=15, stale-while-revalidate=60
    content-type: application/json
    vary: Authorization, Accept, Accept-Language, Accept-Encoding, Dateline-Position

    {
      "items": [
        {
          "key": "place:dortmund",
          "kind": "place",
          "name": "Dortmund",
          "status": "active",
          "article_count": 2,
          "label": {
            "language": "en",
            "role": "pref",
            "name": "Dortmund"
          }
        },
        {
          "key": "topic:doha-talks",
          "kind": "topic",
          "name": "Doha talks",
          "status": "active",
          "article_count": 1,
          "label": {
            "language": "en",
            "role": "pref",
            "name": "Doha talks"
          }
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn a_slip_of_the_pen_still_finds_the_tag() {
    let app = TestApp::start().await;
    vocabulary(&app.caller(&[Scope::WriteTags]).await).await;

    for (typed, key) in [
        ("islamabd", "place:islamabad"),
        ("islmabad", "place:islamabad"),
        ("doah", "place:doha"),
        ("khalilzd", "person:zalmay-khalilzad"),
        ("zalmai khalilzad", "person:zalmay-khalilzad"),
        ("zalmay khailz", "person:zalmay-khalilzad"),
        ("dhoa talks", "topic:doha-talks"),
        ("الدوحه", "place:الدوحة"),
    ] {
        assert_eq!(
            type_in(&app, typed).await.first().map(String::as_str),
            Some(key),
            "{typed}"
        );
    }
}

#[tokio::test]
async fn every_name_in_every_language_finds_the_tag_and_is_told() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let labels = json!({
        "en": {"pref": "Port Elara", "alt": ["Harbour City"], "hidden": ["Port Ellara"]},
        "ar": {"pref": "ميناء إيلارا"},
    });
    let tag = json!({"kind": "place", "labels": labels});
    editor.post("/v1/tags", tag).await.expect(201);

    for (typed, language, role, name) in [
        ("port e", "en", "pref", "Port Elara"),
        ("harb", "en", "alt", "Harbour City"),
        ("ellar", "en", "hidden", "Port Ellara"),
        ("مين", "ar", "pref", "ميناء إيلارا"),
        ("ايلارا", "ar", "pref", "ميناء إيلارا"),
    ] {
        let typed = utf8_percent_encode(typed, NON_ALPHANUMERIC);
        let path = format!("/v1/tags/autocomplete?q={typed}&lang=ar");
        let answer = app.anybody().get(&path).await.expect(200).json();

        let label = json!({"language": language, "role": role, "name": name});
        assert_eq!(answer["items"][0]["label"], label, "{typed}");
        assert_eq!(answer["items"][0]["name"], "ميناء إيلارا");
    }
}

#[tokio::test]
async fn a_name_that_was_taken_away_finds_nothing() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make(&editor, "place", "Doha").await;
    assert_eq!(type_in(&app, "doh").await, ["place:doha"]);

    let renamed = json!({"name": "Lusail"});
    editor
        .patch("/v1/tags/place:doha", renamed)
        .await
        .expect(200);

    assert_eq!(type_in(&app, "doh").await, [""; 0]);
    assert_eq!(type_in(&app, "lus").await, ["place:doha"]);
}

#[tokio::test]
async fn a_retired_tag_comes_after_those_that_can_be_used() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    vocabulary(&editor).await;
    let retired = json!({"retired_at": "2020-01-01T00:00:00Z"});
    editor
        .patch("/v1/tags/place:doha", retired)
        .await
        .expect(200);
    make(&editor, "topic", "Doha").await;

    assert_eq!(
        type_in(&app, "doha").await[..2],
        ["topic:doha", "place:doha"]
    );
}

#[tokio::test]
async fn what_stands_between_words_does_not_count() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    for name in ["Harbours, quays (and) piers", "Jean-Luc O’Brien"] {
        make(&editor, "topic", name).await;
    }
    let band = json!({"kind": "organisation", "name": "!!!", "slug": "chk"});
    editor.post("/v1/tags", band).await.expect(201);

    for (typed, key) in [
        ("harbours,", "topic:harbours-quays-and-piers"),
        ("-harbours", "topic:harbours-quays-and-piers"),
        ("\"Harbours  quays", "topic:harbours-quays-and-piers"),
        ("quays and p", "topic:harbours-quays-and-piers"),
        ("harbours quas", "topic:harbours-quays-and-piers"),
        ("(qu", "topic:harbours-quays-and-piers"),
        ("jean luc o'b", "topic:jean-luc-obrien"),
        ("!!", "organisation:chk"),
    ] {
        assert_eq!(type_in(&app, typed).await, [key], "{typed}");
    }
    for separator in "-‐–—/\\|.,:;!?،؛؟۔()[]{}\"'‘’“”«»…·".chars() {
        let label = format!("Harbours, quays (and) piers{separator}x");
        let patch = json!({"labels": {"en": {"alt": [label]}}});
        let path = "/v1/tags/topic:harbours-quays-and-piers";
        editor.patch(path, patch).await.expect(200);

        let found = type_in(&app, "piers x").await;
        assert_eq!(found, ["topic:harbours-quays-and-piers"], "{separator}");
        let found = type_in(&app, &format!("piers{separator}x")).await;
        assert_eq!(found, ["topic:harbours-quays-and-piers"], "{separator}");
    }
}

#[tokio::test]
async fn of_what_may_be_meant_a_whole_name_comes_before_a_later_word() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    for name in ["Beer, wine and sprit", "Sport", "Sprout"] {
        make(&editor, "topic", name).await;
    }

    // sprit is one letter off, sport two.
    let typed = type_in(&app, "sprot").await;

    assert_eq!(
        typed,
        ["topic:sprout", "topic:sport", "topic:beer-wine-and-sprit"]
    );
}

#[tokio::test]
async fn of_equal_matches_the_callers_language_comes_first_and_then_the_shortest() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    for (language, name) in [
        ("de", "Politologie"),
        ("en", "Political parties"),
        ("en", "Politics"),
        ("de", "Politik"),
    ] {
        let tag = json!({"kind": "topic", "labels": {language: {"pref": name}}});
        editor.post("/v1/tags", tag).await.expect(201);
    }

    let typed = |lang: &'static str| {
        let path = format!("/v1/tags/autocomplete?q=polit&lang={lang}");
        let client = app.anybody();
        async move { keys(&client.get(&path).await.expect(200)) }
    };

    let politics = ["topic:politics", "topic:political-parties"];
    let politik = ["topic:politik", "topic:politologie"];
    assert_eq!(typed("en").await, [politics, politik].concat());
    assert_eq!(typed("de").await, [politik, politics].concat());
}

#[tokio::test]
async fn case_accents_and_vowel_points_do_not_count() {
    let app = TestApp::start().await;
    vocabulary(&app.caller(&[Scope::WriteTags]).await).await;

    for (typed, key) in [
        ("ISLAMA", "place:islamabad"),
        ("jose", "person:jose-munoz"),
        ("JOSÉ MUÑ", "person:jose-munoz"),
        ("munoz", "person:jose-munoz"),
        ("jose\u{301}", "person:jose-munoz"),
        ("khalil", "person:zalmay-khalilzad"),
        ("الدو", "place:الدوحة"),
        ("الدَّوحة", "place:الدوحة"),
        ("الـدوحة", "place:الدوحة"),
    ] {
        assert_eq!(
            type_in(&app, typed).await.first().map(String::as_str),
            Some(key),
            "{typed}"
        );
    }
}

#[tokio::test]
async fn only_tags_of_the_kind_are_proposed() {
    let app = TestApp::start().await;
    vocabulary(&app.caller(&[Scope::WriteTags]).await).await;

    let typed = app
        .anybody()
        .get("/v1/tags/autocomplete?q=doha&kind=topic")
        .await
        .expect(200);

    assert_eq!(keys(&typed), ["topic:doha-talks"]);
}

#[tokio::test]
async fn what_means_something_in_a_pattern_is_text() {
    let app = TestApp::start().await;
    vocabulary(&app.caller(&[Scope::WriteTags]).await).await;

    assert_eq!(
        type_in(&app, "100%").await.first().map(String::as_str),
        Some("topic:100-recycling")
    );
    for nothing in ["%", "_", "\\", "%%%%", "'; drop table tags; --", "\\%"] {
        assert_eq!(type_in(&app, nothing).await, [""; 0], "{nothing}");
    }
    type_in(&app, &"د".repeat(200)).await;
    type_in(&app, &"%_\\".repeat(66)).await;
}

#[tokio::test]
async fn a_query_that_breaks_the_rules_is_refused() {
    let app = TestApp::start().await;
    let long = format!("q={}", "x".repeat(201));

    for query in [
        "",
        "q=",
        "q=%20",
        "q=%00",
        "q=%FF",
        &long,
        "q=a&limit=0",
        "q=a&limit=101",
        "q=a&kind=city",
        "q=a&sort=name",
        "q=a&q=b",
    ] {
        let refused = app
            .anybody()
            .get(&format!("/v1/tags/autocomplete?{query}"))
            .await
            .expect(400);
        assert_eq!(refused.code(), "invalid-parameter", "{query}");
    }
}

//! Names in many languages.

use dateline::keys::Scope;
use serde_json::json;

use super::make;
use crate::support::{Answer, Client, TestApp};

async fn make_doha(editor: &Client<'_>) -> Answer {
    let doha = json!({"kind": "place", "labels": {
        "en": {"pref": "Doha", "alt": ["Ad-Dawhah"], "hidden": ["Dohha"]},
        "ar": {"pref": "الدوحة"},
        "ur": {"pref": "دوحہ"}}});
    editor.post("/v1/tags", doha).await.expect(201)
}

#[tokio::test]
async fn a_tag_is_shown_in_the_language_that_the_caller_would_like() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make_doha(&editor).await;

    for (accepted, name, language) in [
        ("ar-QA, en;q=0.8", "الدوحة", "ar"),
        ("fr, ur;q=0.5, en;q=0.1", "دوحہ", "ur"),
        ("en;q=0, ar;q=0.1", "الدوحة", "ar"),
        ("fr", "Doha", "en"),
        ("*", "Doha", "en"),
        ("nonsense;;", "Doha", "en"),
    ] {
        let request = app
            .anybody()
            .request(reqwest::Method::GET, "/v1/tags/place:doha");
        let found = app
            .anybody()
            .send(request.header("accept-language", accepted))
            .await;

        assert_eq!(found.member("/name"), name, "{accepted}");
        assert_eq!(found.member("/language"), language, "{accepted}");
        assert_eq!(found.header("content-language"), language);
        assert_eq!(
            found.header("vary"),
            "Authorization, Accept, Accept-Language, Accept-Encoding, Dateline-Position"
        );
    }
}

#[tokio::test]
async fn the_parameter_beats_the_header_and_tells_its_fault() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make_doha(&editor).await;

    let request = app
        .anybody()
        .request(reqwest::Method::GET, "/v1/tags?lang=ur");
    let listed = app
        .anybody()
        .send(request.header("accept-language", "ar"))
        .await;
    let refused = app
        .anybody()
        .get("/v1/tags/place:doha?lang=u")
        .await
        .expect(400);

    assert_eq!(listed.member("/items/0/name"), "دوحہ");
    assert_eq!(refused.member("/errors/0/parameter"), "lang");
}

#[tokio::test]
async fn each_language_has_an_entity_tag_of_its_own_and_one_version() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make_doha(&editor).await;

    let english = app.anybody().get("/v1/tags/place:doha?lang=en").await;
    let arabic = app.anybody().get("/v1/tags/place:doha?lang=ar").await;

    assert_ne!(english.header("etag"), arabic.header("etag"));
    let request = editor.request(reqwest::Method::PATCH, "/v1/tags/place:doha");
    let request = request.header("if-match", arabic.header("etag"));
    let changed = editor
        .send(request.json(&json!({"description": "A port."})))
        .await;
    changed.expect(200);
}

#[tokio::test]
async fn an_article_names_its_tags_in_the_callers_language() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags, Scope::WriteArticles]).await;
    make_doha(&editor).await;
    make(&editor, "topic", "Ports").await;
    let story = json!({"headline": "A story", "status": "published", "tags": ["place:doha", "topic:ports"]});
    let story = editor.post("/v1/articles", story).await.expect(201);
    let address = format!("/v1/articles/{}", story.member("/id"));

    let one = app
        .anybody()
        .get(&format!("{address}?lang=ar"))
        .await
        .expect(200);
    let list = app
        .anybody()
        .get("/v1/articles?tag=place:doha&lang=ar")
        .await
        .expect(200);
    let plain = app.anybody().get(&address).await;

    for names in [
        one.json()["tags"].clone(),
        list.json()["items"][0]["tags"].clone(),
    ] {
        assert_eq!(names[0]["name"], "الدوحة");
        assert_eq!(names[1]["name"], "Ports");
    }
    assert_eq!(plain.member("/tags/0/name"), "Doha");
    assert_ne!(plain.header("etag"), one.header("etag"));
}

#[tokio::test]
async fn a_name_by_itself_is_in_the_language_of_the_deployment() {
    let app = TestApp::with(|config| config.default_language = "ar".to_owned()).await;
    let editor = app.caller(&[Scope::WriteTags]).await;

    let made = make(&editor, "place", "الدوحة").await;
    let patch = json!({"labels": {"en": {"pref": "Doha"}}});
    let both = editor
        .patch("/v1/tags/place:الدوحة", patch)
        .await
        .expect(200);

    assert_eq!(
        made.json()["labels"],
        json!({"ar": {"pref": "الدوحة", "alt": [], "hidden": []}})
    );
    assert_eq!(both.member("/name"), "الدوحة");
    assert_eq!(both.member("/labels/en/pref"), "Doha");
}

#[tokio::test]
async fn a_patch_changes_one_name_and_leaves_the_others() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make_doha(&editor).await;

    let renamed = json!({"name": "Doha City"});
    let renamed = editor
        .patch("/v1/tags/place:doha", renamed)
        .await
        .expect(200);
    let patch = json!({"labels": {"ur": null, "ar": {"alt": ["دوحة"]}, "fr": {"pref": "Doha"}}});
    let patched = editor.patch("/v1/tags/place:doha", patch).await.expect(200);
    let again = json!({"labels": {"fr": {"pref": "Doha"}}});
    let again = editor.patch("/v1/tags/place:doha", again).await.expect(200);

    assert_eq!(renamed.member("/labels/en/pref"), "Doha City");
    assert_eq!(renamed.member("/labels/en/alt/0"), "Ad-Dawhah");
    let labels = json!({
        "ar": {"pref": "الدوحة", "alt": ["دوحة"], "hidden": []},
        "en": {"pref": "Doha City", "alt": ["Ad-Dawhah"], "hidden": ["Dohha"]},
        "fr": {"pref": "Doha", "alt": [], "hidden": []}});
    assert_eq!(patched.json()["labels"], labels);
    assert_eq!(again.member("/version"), patched.member("/version"));
}

#[tokio::test]
async fn a_tag_can_be_put_back_as_it_was_answered_in_any_language() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make_doha(&editor).await;

    let arabic = app
        .anybody()
        .get("/v1/tags/place:doha?lang=ar")
        .await
        .json();
    let put = editor.put("/v1/tags/place:doha", arabic).await.expect(200);

    assert_eq!(put.member("/version"), "1");
    assert_eq!(put.member("/name"), "Doha");
}

#[tokio::test]
async fn every_fault_of_labels_is_named() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let wrong = json!({"kind": "place", "name": "Elsewhere", "labels": {
        "en": {"pref": "Doha", "alt": ["Doha", "A", "A"], "hidden": ["", "A"]},
        "not a language": {"pref": "x"},
        "AR": {"pref": "الدوحة"}, "ar": {"pref": "الدوحة"}}});

    let refused = editor.post("/v1/tags", wrong).await.expect(422);
    let nameless = json!({"kind": "place", "labels": {"en": {"alt": ["Doha"]}}});
    let nameless = editor.post("/v1/tags", nameless).await.expect(422);
    let misspelt = json!({"kind": "place", "labels": {"en": {"perf": "Doha"}}});
    let misspelt = editor.post("/v1/tags", misspelt).await.expect(400);

    assert_eq!(
        refused.pointers(),
        [
            "/labels/ar",
            "/labels/en/alt/0",
            "/labels/en/alt/2",
            "/labels/en/hidden/0",
            "/labels/en/hidden/1",
            "/labels/not a language",
            "/name",
        ]
    );
    assert_eq!(nameless.pointers(), ["/labels"]);
    assert_eq!(misspelt.pointers(), ["/labels/en/perf"]);
}

#[tokio::test]
async fn two_tags_of_a_kind_share_a_name_only_when_told_to() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    make_doha(&editor).await;
    let double =
        json!({"kind": "place", "labels": {"en": {"pref": "Ad Dawha"}, "fa": {"pref": "الدوحه"}}});

    let refused = editor.post("/v1/tags", double.clone()).await.expect(409);
    let other_kind = json!({"kind": "topic", "name": "DOHA"});
    editor.post("/v1/tags", other_kind).await.expect(201);
    let told = editor
        .post("/v1/tags?allow_duplicate_name=true", double)
        .await
        .expect(201);
    let untouched = json!({"description": "The other one."});
    let address = format!("/v1/tags/{}", told.member("/key"));
    editor.patch(&address, untouched).await.expect(200);
    let renamed = editor
        .patch(&address, json!({"name": "DÓHA"}))
        .await
        .expect(409);

    assert_eq!(refused.code(), "tag-name-taken");
    assert_eq!(refused.pointers(), ["/labels/fa/pref"]);
    assert_eq!(refused.member("/key"), "place:doha");
    assert_eq!(renamed.member("/key"), "place:doha");
}

#[tokio::test]
async fn names_that_differ_by_what_is_hardly_seen_are_one() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;

    for (one, other) in [
        ("so\u{AD}ft", "soft"),
        ("Straße", "STRAẞE"),
        ("Strasse 2", "Straẞe 2"),
        ("O’Neil", "O'Neil"),
        ("Sana‘a", "Sana´a"),
        ("“Gull” Bay", "\"Gull\" Bay"),
    ] {
        let tag = |name: &str, slug: &str| json!({"kind": "topic", "name": name, "slug": slug});
        let slug = format!("x{}", uuid::Uuid::now_v7().simple());
        let first = editor.post("/v1/tags", tag(one, &slug)).await.expect(201);
        let second = tag(other, &format!("{slug}-2"));
        let refused = editor.post("/v1/tags", second).await.expect(409);

        assert_eq!(refused.code(), "tag-name-taken", "{other}");
        assert_eq!(refused.member("/key"), first.member("/key"), "{other}");
    }
}

#[tokio::test]
async fn an_article_finds_a_tag_by_any_of_its_names() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags, Scope::WriteArticles]).await;
    make_doha(&editor).await;
    let munir =
        json!({"kind": "person", "labels": {"en": {"pref": "Asim Munir", "alt": ["Munir"]}}});
    editor.post("/v1/tags", munir).await.expect(201);

    for name in ["DOHA", "الدوحه", "dohha", "دوحہ"] {
        let story = json!({"headline": "A story", "tags": [{"kind": "place", "name": name}]});
        let story = editor.post("/v1/articles", story).await.expect(201);
        assert_eq!(story.member("/tags/0/key"), "place:doha", "{name}");
    }
    let other =
        json!({"kind": "person", "labels": {"en": {"pref": "Munir Bashir", "alt": ["Munir"]}}});
    editor.post("/v1/tags", other).await.expect(201);
    let story = json!({"headline": "A story", "tags": [{"kind": "person", "name": "Munir"}]});
    let ambiguous = editor.post("/v1/articles", story).await.expect(422);

    assert_eq!(ambiguous.pointers(), ["/tags/0"]);
    assert!(
        ambiguous
            .member("/detail")
            .contains("person:asim-munir or person:munir-bashir")
    );
}

#[tokio::test]
async fn a_name_that_an_article_brings_is_in_the_articles_language() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags, Scope::WriteArticles]).await;
    let story =
        json!({"headline": "خبر", "language": "ar", "tags": [{"kind": "place", "name": "الدوحة"}]});

    editor.post("/v1/articles", story).await.expect(201);

    let tag = app.anybody().get("/v1/tags/place:الدوحة").await;
    assert_eq!(tag.member("/language"), "ar");
}

#[tokio::test]
async fn a_name_by_which_a_tag_is_shown_is_no_other_tags_in_any_way() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteTags]).await;
    let labels =
        json!({"en": {"pref": "Qatar Airways", "alt": ["QA"], "hidden": ["Quatar Airways"]}});
    let tag = json!({"kind": "organisation", "labels": labels});
    editor.post("/v1/tags", tag).await.expect(201);

    for name in ["qatar airways", "qa", "Quatar Airways"] {
        let tag = json!({"kind": "organisation", "name": name});
        let refused = editor.post("/v1/tags", tag.clone()).await.expect(409);
        assert_eq!(refused.code(), "tag-name-taken", "{name}");
        assert_eq!(
            refused.member("/key"),
            "organisation:qatar-airways",
            "{name}"
        );
        assert_eq!(refused.member("/errors/0/pointer"), "/name");
        let told = "/v1/tags?allow_duplicate_name=true";
        let made = editor.post(told, tag).await.expect(201);
        editor
            .delete(&format!("/v1/tags/{}", made.member("/key")))
            .await
            .expect(204);
    }
    let labels = json!({"en": {"pref": "Airlines", "alt": ["qatar airways"]}});
    let shown = json!({"kind": "organisation", "labels": labels});
    let refused = editor.post("/v1/tags", shown).await.expect(409);
    assert_eq!(refused.member("/errors/0/pointer"), "/labels/en/alt");
    // Of names by which neither is shown, each may have the same.
    let labels = json!({"en": {"pref": "Quality assurance", "alt": ["QA"]}});
    let both = json!({"kind": "organisation", "labels": labels});
    editor.post("/v1/tags", both).await.expect(201);
}

//! Which articles are accepted, and what is said of the others.

use reqwest::Method;
use serde_json::{Value, json};

use super::created;
use crate::support::TestApp;

#[tokio::test]
async fn every_field_that_breaks_a_rule_is_named() {
    let app = TestApp::start().await;
    let article = json!({
        "headline": "a\u{0}b", "short_headline": "x".repeat(121), "summary": " ", "key_points": ["a", ""],
        "dateline": "\n", "byline": "x".repeat(301), "language": "not a language", "canonical_url": "ftp://a.example/",
        "external_ids": [{"source": "", "id": "1"}, {"source": "a", "id": "1"}, {"source": "a", "id": "1"}],
        "lead_image": {"alt": "x", "width": 0}, "word_count": -1, "tags": [{"kind": "topic"}],
        "published_at": "2026-11-23T09:00:00", "updated_at": "yesterday", "embargoed_until": "0000-01-01T00:00:00Z",
        "expires_at": "2026-02-30T00:00:00Z", "custom": {"a": "\u{0}"}, "body": "",
    });

    let refused = app
        .admin()
        .await
        .post("/v1/articles", article)
        .await
        .expect(422);

    let mut pointers = refused.pointers();
    pointers.sort();
    let expected = [
        "/body",
        "/byline",
        "/canonical_url",
        "/custom",
        "/dateline",
        "/embargoed_until",
        "/expires_at",
        "/external_ids/0/source",
        "/external_ids/2",
        "/headline",
        "/key_points/1",
        "/language",
        "/lead_image/url",
        "/lead_image/width",
        "/published_at",
        "/short_headline",
        "/summary",
        "/tags/0",
        "/updated_at",
        "/word_count",
    ];
    assert_eq!(pointers, expected);
    assert_eq!(refused.code(), "invalid");
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_its_place() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let unreadable: [(&str, &str, Option<&str>); 12] = [
        (r#"{"headline": "#, "malformed-json", Some("/headline")),
        (r#"{"headline": "A"} x"#, "malformed-json", None),
        ("", "malformed-json", None),
        (r#"["A"]"#, "invalid-body", Some("")),
        (r#"{"headline": 1}"#, "invalid-body", Some("/headline")),
        (
            r#"{"headline": "A", "headlin": "B"}"#,
            "invalid-body",
            Some("/headlin"),
        ),
        (
            r#"{"headline": "A", "id": "0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10"}"#,
            "invalid-body",
            Some("/id"),
        ),
        (
            r#"{"headline": "A", "kind": "poem"}"#,
            "invalid-body",
            Some("/kind"),
        ),
        (
            r#"{"headline": "A", "word_count": 99999999999}"#,
            "invalid-body",
            Some("/word_count"),
        ),
        (
            r#"{"headline": "A", "related": ["x"]}"#,
            "invalid-body",
            Some("/related/0"),
        ),
        (
            r#"{"headline": "A", "lead_image": {"src": "x"}}"#,
            "invalid-body",
            Some("/lead_image/src"),
        ),
        (
            r#"{"headline": "A", "external_ids": [{"source": "a"}]}"#,
            "invalid-body",
            Some("/external_ids/0"),
        ),
    ];

    for (body, code, pointer) in unreadable {
        let request = editor.request(Method::POST, "/v1/articles").body(body);
        let refused = editor
            .send(request.header("content-type", "application/json"))
            .await;
        let refused = refused.expect(400);
        assert_eq!(refused.code(), code, "{body}");
        let named = refused.pointers();
        assert_eq!(
            named.first().map(String::as_str),
            pointer,
            "{body}: {}",
            refused.text()
        );
    }
}

#[tokio::test]
async fn a_lone_surrogate_is_refused_with_its_place() {
    let app = TestApp::start().await;
    let editor = app.admin().await;

    let request = editor
        .request(Method::POST, "/v1/articles")
        .body(r#"{"headline": "\ud800"}"#);
    let refused = editor
        .send(request.header("content-type", "application/json"))
        .await;

    assert_eq!(refused.expect(400).pointers(), ["/headline"]);
}

#[tokio::test]
async fn a_body_is_json_of_the_right_type_and_size() {
    let app = TestApp::with(|config| config.max_body_bytes = 1000).await;
    let editor = app.admin().await;
    let send = |kind: &'static str, body: String| {
        let request = editor
            .request(Method::POST, "/v1/articles")
            .header("content-type", kind);
        editor.send(request.body(body))
    };

    let form = send("application/x-www-form-urlencoded", "headline=A".to_owned()).await;
    let patch = send(
        "application/merge-patch+json",
        r#"{"headline": "A"}"#.to_owned(),
    )
    .await;
    let large = send(
        "application/json",
        json!({"headline": "A", "body": "x".repeat(1000)}).to_string(),
    )
    .await;
    let charset = send(
        "application/json; charset=utf-8",
        r#"{"headline": "A"}"#.to_owned(),
    )
    .await;

    assert_eq!(form.expect(415).code(), "unsupported-media-type");
    assert_eq!(patch.expect(415).code(), "unsupported-media-type");
    assert_eq!(large.expect(413).code(), "body-too-large");
    charset.expect(201);
}

#[tokio::test]
async fn limits_count_characters_and_include_the_last() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let refused = async |article: Value| {
        let answer = editor.post("/v1/articles", article).await;
        if answer.status == 201 {
            Vec::new()
        } else {
            answer.expect(422).pointers()
        }
    };

    let longest = json!({"headline": "é".repeat(300), "short_headline": "é".repeat(120), "summary": "é".repeat(2000),
        "key_points": vec!["é".repeat(500); 20], "custom": {"k": "x".repeat(16 * 1024 - 8)}});
    assert_eq!(refused(longest).await, [""; 0]);

    for (field, value, pointer) in [
        ("headline", json!("é".repeat(301)), "/headline"),
        ("summary", json!("é".repeat(2001)), "/summary"),
        ("key_points", json!(vec!["x"; 21]), "/key_points"),
        ("key_points", json!(["é".repeat(501)]), "/key_points/0"),
        ("custom", json!({"k": "x".repeat(16 * 1024 - 7)}), "/custom"),
        ("tags", json!(vec!["topic:x"; 101]), "/tags"),
        (
            "canonical_url",
            json!(format!("https://a.example/{}", "x".repeat(2048))),
            "/canonical_url",
        ),
    ] {
        let mut article = json!({"headline": "A"});
        article[field] = value;
        assert_eq!(refused(article).await, [pointer], "{field}");
    }
}

#[tokio::test]
async fn text_is_kept_in_normal_form_c_and_moments_in_utc() {
    let app = TestApp::start().await;
    let article = json!({"headline": "Cafe\u{301}", "language": "EN-gb", "updated_at": "2026-11-23T10:00:00.1234567+05:30"});

    let created = app
        .admin()
        .await
        .post("/v1/articles", article)
        .await
        .expect(201);

    assert_eq!(created.member("/headline"), "Caf\u{e9}");
    assert_eq!(created.member("/language"), "en-GB");
    assert_eq!(created.member("/updated_at"), "2026-11-23T04:30:00.123456Z");
}

#[tokio::test]
async fn one_address_has_one_article() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let raw = "HTTPS://News.Example:443/Story/?b=2&utm_source=x&a=1#top";
    let first = editor
        .post(
            "/v1/articles",
            json!({"headline": "A", "canonical_url": raw}),
        )
        .await
        .expect(201);

    assert_eq!(first.member("/canonical_url"), raw);
    for same in [
        "https://news.example/Story?a=1&b=2",
        "https://news.example/Story/?fbclid=1&a=1&b=2",
    ] {
        let second = json!({"headline": "B", "canonical_url": same});
        let taken = editor.post("/v1/articles", second).await.expect(409);
        assert_eq!(taken.code(), "canonical-url-taken");
        assert_eq!(taken.member("/article_id"), first.member("/id"));
        assert_eq!(taken.pointers(), ["/canonical_url"]);
    }
    for other in [
        "http://news.example/Story?a=1&b=2",
        "https://news.example/story?a=1&b=2",
        "https://news.example:444/Story?a=1&b=2",
    ] {
        created(&editor, json!({"headline": "C", "canonical_url": other})).await;
    }
}

#[tokio::test]
async fn one_external_id_has_one_article() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let first = json!({"headline": "A", "external_ids": [{"source": "cms", "id": "1"}, {"source": "wire", "id": "9"}]});
    let first = editor.post("/v1/articles", first).await.expect(201);

    let second = json!({"headline": "B", "external_ids": [{"source": "cms", "id": "2"}, {"source": "wire", "id": "9"}]});
    let taken = editor.post("/v1/articles", second).await.expect(409);
    let namesake = json!({"headline": "C", "external_ids": [{"source": "cms", "id": "9"}, {"source": "CMS", "id": "1"}]});
    let namesake = editor.post("/v1/articles", namesake).await.expect(201);

    assert_eq!(taken.code(), "external-id-taken");
    assert_eq!(taken.pointers(), ["/external_ids/1"]);
    assert_eq!(taken.member("/article_id"), first.member("/id"));
    assert_eq!(namesake.member("/external_ids/0/id"), "9");
}

#[tokio::test]
async fn related_articles_exist_and_are_others() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let path = super::published(&editor, "A").await;
    let (id, unknown) = (super::id_of(&path), "0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10");

    let stranger = editor
        .post(
            "/v1/articles",
            json!({"headline": "B", "related": [id, unknown]}),
        )
        .await;
    let itself = editor.patch(&path, json!({"related": [id]})).await;
    let twice = editor
        .post(
            "/v1/articles",
            json!({"headline": "B", "related": [id, id]}),
        )
        .await;

    assert_eq!(stranger.expect(422).pointers(), ["/related/1"]);
    assert_eq!(itself.expect(422).pointers(), ["/related/0"]);
    assert_eq!(twice.expect(422).pointers(), ["/related/1"]);
}

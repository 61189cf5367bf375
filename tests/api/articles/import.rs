//! `dateline import articles`

use dateline::keys::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{ImportFile, TestApp};

fn file_of(lines: &[Value]) -> ImportFile {
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    ImportFile::of("articles", "ndjson", &lines.join("\n"))
}

#[tokio::test]
async fn an_export_is_imported_whole_and_again_without_a_change() {
    let (app, other) = (TestApp::start().await, TestApp::start().await);
    let editor = app.caller(&[Scope::WriteArticles, Scope::WriteTags]).await;
    let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
    let place = json!([{"kind": "place", "name": "Port Elara"}]);
    let story = json!({"headline": "One", "status": "published", "canonical_url": "https://news.example/1", "tags": place});
    editor
        .put(&format!("/v1/articles/{one}"), story.clone())
        .await
        .expect(201);
    let newer =
        json!({"headline": "Two", "status": "published", "related": [one], "custom": {"a": 1}});
    editor
        .put(&format!("/v1/articles/{two}"), newer)
        .await
        .expect(201);
    let mut related = story;
    related["related"] = json!([two]);
    editor
        .put(&format!("/v1/articles/{one}"), related)
        .await
        .expect(200);
    let tags = app.anybody().get("/v1/tags/place:port-elara").await.json();
    let admin = other.admin().await;
    admin
        .put("/v1/tags/place:port-elara", tags)
        .await
        .expect(201);
    let export = editor
        .get("/v1/articles/export?sort=published_at")
        .await
        .text();
    let lines: Vec<Value> = export
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let file = file_of(&lines);

    let tried = file.import(&other, &["--dry-run"]);
    let none = other
        .lines("select count(*)::text as line from articles")
        .await;
    let made = file.import(&other, &[]);
    let again = file.import(&other, &[]);

    assert_eq!(tried.0, Some(0), "{}", tried.1);
    assert!(tried.1.contains("2 lines: 2 created"), "{}", tried.1);
    assert_eq!(none, ["0"]);
    assert_eq!(made.0, Some(0), "{}", made.1);
    assert!(
        again.1.contains("0 created, 0 updated, 2 unchanged"),
        "{}",
        again.1
    );
    for id in [one, two] {
        let path = format!(
            "/v1/articles/{id}?fields=id,headline,tags,related,custom,published_at,canonical_url"
        );
        let original = app.anybody().get(&path).await.expect(200).json();
        assert_eq!(
            other.anybody().get(&path).await.expect(200).json(),
            original
        );
    }
    assert_eq!(file.report(), None);
}

#[tokio::test]
async fn what_is_refused_is_told_by_its_line_and_stops_no_other() {
    let app = TestApp::start().await;
    let cms = |id: &str| json!([{"source": "cms", "id": id}]);
    let mut lines: Vec<Value> = (0..150)
        .map(|number| json!({"headline": format!("S {number}"), "external_ids": cms(&number.to_string())}))
        .collect();
    lines[1] = json!({"headline": "No name"});
    lines[2] = json!({"headline": "", "external_ids": cms("2")});
    lines[3] = json!({"headlin": "A", "external_ids": cms("3")});
    lines[4] = json!({"headline": "A", "external_ids": cms("4"), "tags": ["topic:none"]});
    lines[5] = json!({"headline": "A", "external_ids": cms("5"), "related": ["0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10"]});
    lines[6] = json!("text");
    let file = file_of(&lines);

    let made = file.import(&app, &[]);

    assert_eq!(made.0, Some(3), "{}", made.1);
    assert!(
        made.1
            .contains("150 lines: 144 created, 0 updated, 0 unchanged, 6 refused"),
        "{}",
        made.1
    );
    insta::assert_snapshot!(file.report().unwrap_or_default(), @r#"
    line,code,reason
    2,invalid,"has neither id, external_ids nor canonical_url by which it could be found again"
    3,invalid,/headline must not be empty
    4,invalid-body,"/headlin unknown field `headlin`, expected one of `status`, `kind`, `headline`, `short_headline`, `summary`, `key_points`, `dateline`, `byline`, `language`, `canonical_url`, `external_ids`, `lead_image`, `word_count`, `tags`, `related`, `published_at`, `updated_at`, `embargoed_until`, `expires_at`, `custom`, `body`"
    5,unknown-tag,/tags/0 names no tag: topic:none
    7,malformed-json,"cannot be read: invalid type: string ""text"", expected an object at column 6"
    6,invalid,/related/0 names no article
    "#);
}

#[tokio::test]
async fn stories_that_are_nowhere_are_refused_and_take_no_related_ones_away() {
    let app = TestApp::start().await;
    let cms = |id: &str| json!([{"source": "cms", "id": id}]);
    let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
    let before = [
        json!({"id": one, "headline": "One", "external_ids": cms("1")}),
        json!({"headline": "Two", "external_ids": cms("2"), "related": [one]}),
        json!({"headline": "Three", "external_ids": cms("3"), "related": [one]}),
    ];
    file_of(&before).import(&app, &[]);
    let nowhere = Uuid::now_v7();
    let file = file_of(&[
        json!({"headline": "New", "external_ids": cms("2"), "related": [nowhere]}),
        json!({"headline": "Three", "external_ids": cms("3"), "related": [other]}),
        json!({"headline": "Four", "external_ids": cms("4"), "related": [nowhere]}),
        json!({"id": other, "headline": "Other", "related": [nowhere, one]}),
    ]);

    let tried = file.import(&app, &["--dry-run"]);
    let made = file.import(&app, &[]);
    let report = file.report().unwrap_or_default();
    let mended =
        file_of(&[json!({"headline": "New", "external_ids": cms("2"), "related": [other]})]);
    std::fs::copy(mended.path(), file.path()).expect("a file");
    let again = file.import(&app, &[]);

    for done in [&tried, &made] {
        assert_eq!(done.0, Some(3), "{}", done.1);
        let counts = "4 lines: 0 created, 1 updated, 0 unchanged, 3 refused";
        assert!(done.1.contains(counts), "{}", done.1);
    }
    insta::assert_snapshot!(report, @r"
    line,code,reason
    1,invalid,/related/0 names no article
    3,invalid,/related/0 names no article
    4,invalid,/related/0 names no article
    ");
    assert_eq!(again.0, Some(0), "{}", again.1);
    assert_eq!(file.report().unwrap_or_default(), "line,code,reason\n");
    let related = "select concat_ws(' ', headline, (select string_agg(r.headline, ',') from unnest(a.related) u join articles r on r.id = u)) \
                   as line from articles a order by 1";
    let left = ["Four", "New Other", "One", "Other", "Three Other"];
    assert_eq!(app.lines(related).await, left);
}

#[tokio::test]
async fn a_file_may_begin_with_a_mark_and_a_line_may_be_too_long() {
    let app = TestApp::start().await;
    let line = |id: &str, headline: &str| {
        json!({"headline": headline, "external_ids": [{"source": "cms", "id": id}]}).to_string()
    };
    let long = line("2", &"A".repeat(9_000_000));
    let text = format!(
        "\u{feff}{}\n{long}\n{}",
        line("1", "One"),
        line("3", "Three")
    );
    let file = ImportFile::of("articles", "ndjson", &text);

    let made = file.import(&app, &[]);

    let counts = "3 lines: 2 created, 0 updated, 0 unchanged, 1 refused";
    assert!(made.1.contains(counts), "{}", made.1);
    insta::assert_snapshot!(file.report().unwrap_or_default(), @r"
    line,code,reason
    2,malformed-json,cannot be read: is longer than 8388608 bytes
    ");
}

#[tokio::test]
async fn a_report_is_never_written_over_what_is_imported() {
    let app = TestApp::start().await;
    for (noun, ending) in [
        ("articles", "ndjson"),
        ("tags", "ndjson"),
        ("short-links", "csv"),
    ] {
        let file = ImportFile::of(noun, ending, "not to be lost\n");
        let path = file.path().to_string_lossy().into_owned();

        let refused = file.import(&app, &["--report", &path]);

        assert_eq!(refused.0, Some(1), "{}", refused.1);
        assert!(
            refused.1.contains("the report would be written over"),
            "{}",
            refused.1
        );
        let left = std::fs::read_to_string(file.path()).expect("a file");
        assert_eq!(left, "not to be lost\n");
    }
}

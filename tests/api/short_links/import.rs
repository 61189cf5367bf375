//! `dateline import short-links`

use reqwest::Method;
use serde_json::json;

use crate::support::{ImportFile, Story, TestApp};

#[tokio::test]
async fn imported_codes_are_kept_as_they_are() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let file = ImportFile::of(
        "short-links",
        "csv",
        "domain,code,target\nexmp.news,Old_1,https://news.example/a\nEXMP.news,bcdfgh,https://news.example/b\narab.example,7,https://news.example/c\n",
    );

    let (code, told) = file.import(&app, &[]);

    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("3 lines: 3 imported, 0 unchanged, 0 refused"),
        "{told}"
    );
    assert_eq!(file.report(), None);
    let old = editor
        .get("/v1/short-links/exmp.news/old_1")
        .await
        .expect(200);
    assert_eq!(
        (old.member("/kind"), old.member("/code")),
        ("legacy".into(), "old_1".into())
    );
    app.follow(Method::GET, "exmp.news", "/OLD_1")
        .await
        .expect(302);
    let lengths = "select name || ' ' || legacy_lengths::text as line from domains order by name";
    assert_eq!(
        app.lines(lengths).await,
        ["arab.example {1}", "exmp.news {6}"]
    );
    assert_eq!(app.lines("select concat_ws(' ', action, noun, name, version, diff -> 'target_url' ->> 'to') as line from changes where noun = 'short_link' order by name").await, [
        "create short_link arab.example/7 1 https://news.example/c",
        "create short_link exmp.news/bcdfgh 1 https://news.example/b",
        "create short_link exmp.news/old_1 1 https://news.example/a",
    ]);
}

#[tokio::test]
async fn a_refused_line_is_reported_with_its_reason_and_stops_no_other() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    let taken = json!({"target_url": "https://news.example/x", "code": "taken"});
    editor.post("/v1/short-links", taken).await.expect(201);
    let text = format!(
        "domain,code,target,article_id,expires_at\n\
        exmp.news,good,https://news.example/b,,2090-01-01T00:00:00Z\n\
        exmp.news,loop,https://exmp.news/good,,\n\
        exmp.news,mail,mailto:desk@news.example,,\n\
        exmp.news,a b,https://news.example/b,,\n\
        other.example,x,https://news.example/b,,\n\
        exmp.news,story,,{},\n\
        exmp.news,ghost,,01990000-0000-7000-8000-000000000001,\n\
        exmp.news,taken,https://news.example/b,,\n\
        exmp.news,good,https://news.example/other,,\n\
        exmp.news,late,https://news.example/b,,tomorrow\n\
        exmp.news,few\n",
        story.id
    );
    let file = ImportFile::of("short-links", "csv", &text);

    let (code, told) = file.import(&app, &[]);

    assert_eq!(code, Some(3), "{told}");
    assert!(
        told.contains("11 lines: 2 imported, 0 unchanged, 9 refused"),
        "{told}"
    );
    insta::assert_snapshot!(file.report().unwrap_or_default(), @r#"
    line,domain,code,reason
    3,exmp.news,loop,target must not lead to a short domain of this service
    4,exmp.news,mail,target must begin with http:// or https://
    5,exmp.news,a b,"code must have 1 to 64 letters, digits, hyphens or underscores of ASCII"
    6,other.example,x,domain is no short domain of this service
    11,exmp.news,late,"expires_at must be an RFC 3339 date and time with an offset, such as 2026-11-23T09:00:00Z"
    12,,,"cannot be read: CSV error: record 11 (line: 12, byte: 506): found record with 2 fields, but the previous record has 5 fields"
    8,exmp.news,ghost,article_id names no article
    9,exmp.news,taken,"code was given out before, and leads to https://news.example/x"
    10,exmp.news,good,"code was given out before, and leads to https://news.example/b"
    "#);
    let good = editor
        .get("/v1/short-links/exmp.news/good")
        .await
        .expect(200);
    assert_eq!(good.member("/expires_at"), "2090-01-01T00:00:00Z");
    let seen = editor
        .get("/v1/short-links/exmp.news/story")
        .await
        .expect(200);
    assert_eq!(seen.member("/target/article_id"), story.id);
}

#[tokio::test]
async fn a_second_run_changes_nothing() {
    let app = TestApp::start().await;
    let lines: String = (0..6000).map(|n| format!("{{\"domain\": \"exmp.news\", \"code\": \"n-{n}\", \"target\": \"https://news.example/{n}\"}}\n")).collect();
    let file = ImportFile::of("short-links", "ndjson", &lines);

    let tried = file.import(&app, &["--dry-run"]);
    let count = "select count(*)::text as line from short_links";
    let after_trial = app.lines(count).await;
    let first = file.import(&app, &[]);
    let second = file.import(&app, &[]);

    assert!(
        tried
            .1
            .contains("dry run, nothing written; 6000 lines: 6000 imported"),
        "{}",
        tried.1
    );
    assert_eq!(after_trial, ["0"]);
    assert!(
        first.1.contains("6000 lines: 6000 imported, 0 unchanged"),
        "{}",
        first.1
    );
    assert!(
        second
            .1
            .contains("6000 lines: 0 imported, 6000 unchanged, 0 refused"),
        "{}",
        second.1
    );
    assert_eq!(app.lines(count).await, ["6000"]);
    assert_eq!((tried.0, first.0, second.0), (Some(0), Some(0), Some(0)));
}

#[tokio::test]
async fn a_file_that_cannot_be_understood_is_refused_whole() {
    let app = TestApp::start().await;

    let misspelt = ImportFile::of(
        "short-links",
        "csv",
        "domain,code,targte\nexmp.news,x,https://news.example/\n",
    )
    .import(&app, &[]);
    let unnamed = ImportFile::of("short-links", "txt", "").import(&app, &[]);

    assert_eq!(misspelt.0, Some(1));
    assert!(misspelt.1.contains("targte"), "{}", misspelt.1);
    assert_eq!(unnamed.0, Some(1));
    assert!(unnamed.1.contains("--format"), "{}", unnamed.1);
}

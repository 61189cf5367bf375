//! `GET /v1/articles/export`

use dateline::keys::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Story, TestApp};

async fn export(caller: &Client<'_>, query: &str) -> Vec<Value> {
    let request = caller.request(Method::GET, &format!("/v1/articles/export{query}"));
    let request = request.header("accept", "application/x-ndjson");
    let answer = caller.send(request).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    let text = answer.text();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    lines.collect()
}

fn headlines(lines: &[Value]) -> Vec<&str> {
    lines
        .iter()
        .filter_map(|line| line["headline"].as_str())
        .collect()
}

#[tokio::test]
async fn every_article_of_the_filter_is_a_line_and_any_line_can_be_gone_on_behind() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteArticles, Scope::WriteTags]).await;
    for number in 0..5 {
        let at = format!("2026-11-0{}T00:00:00Z", number + 1);
        let story = json!({"headline": format!("Story {number}"), "status": "published", "published_at": at,
            "tags": [{"kind": "topic", "name": if number == 2 { "Ferries" } else { "Ships" }}]});
        Story::create(&editor, story).await;
    }
    Story::create(&editor, json!({"headline": "Draft"})).await;

    let all = export(&app.anybody(), "").await;
    let some = export(
        &app.anybody(),
        "?tag=topic:ships&sort=published_at&fields=headline",
    )
    .await;
    let rest = format!("?cursor={}", all[1]["cursor"].as_str().unwrap_or_default());
    let rest = export(&app.anybody(), &rest).await;
    let drafts = export(&editor, "?status=draft").await;

    assert_eq!(
        headlines(&all),
        ["Story 4", "Story 3", "Story 2", "Story 1", "Story 0"]
    );
    assert_eq!(
        headlines(&some),
        ["Story 0", "Story 1", "Story 3", "Story 4"]
    );
    assert_eq!(some[0].as_object().map(|line| line.len()), Some(2));
    assert_eq!(headlines(&rest), headlines(&all[2..]));
    assert_eq!(headlines(&drafts), ["Draft"]);
    let mut line = all[0].clone();
    line.as_object_mut().and_then(|line| line.remove("cursor"));
    let path = format!("/v1/articles/{}", line["id"].as_str().unwrap_or_default());
    assert_eq!(line, app.anybody().get(&path).await.json());
}

#[tokio::test]
async fn an_export_has_as_many_pages_as_it_takes() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteArticles]).await;
    let stories: Vec<Value> = (0..405)
        .map(|number| json!({"op": "create", "headline": format!("S {number}"), "status": "published"}))
        .collect();
    let batch = json!({"operations": stories});
    editor.post("/v1/articles/batch", batch).await.expect(200);

    let all = export(&app.anybody(), "?fields=headline").await;

    let mut distinct = headlines(&all);
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!((all.len(), distinct.len()), (405, 405));
    let last = all[404]["cursor"].as_str().unwrap_or_default();
    assert_eq!(
        export(&app.anybody(), &format!("?fields=headline&cursor={last}"))
            .await
            .len(),
        0
    );
}

#[tokio::test]
async fn what_an_export_cannot_be_asked_is_refused_before_it_begins() {
    let app = TestApp::start().await;
    let export = |query: &'static str| {
        let caller = app.anybody();
        async move { caller.get(&format!("/v1/articles/export?{query}")).await }
    };

    assert_eq!(
        export("limit=10").await.expect(400).code(),
        "invalid-parameter"
    );
    assert_eq!(
        export("count=exact").await.expect(400).code(),
        "invalid-parameter"
    );
    assert_eq!(
        export("cursor=x").await.expect(400).code(),
        "invalid-cursor"
    );
    assert_eq!(
        export("tag=topic:none").await.expect(422).code(),
        "unknown-tag"
    );
    assert_eq!(
        export("status=draft").await.expect(401).code(),
        "unauthenticated"
    );
}

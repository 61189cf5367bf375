//! `POST /v1/short-links/resolve`

use dateline::keys::Scope;
use serde_json::{Value, json};

use crate::support::{Client, Story, TestApp};

async fn resolve(caller: &Client<'_>, codes: &[&str]) -> Vec<Value> {
    let answer = caller
        .post("/v1/short-links/resolve", json!({"codes": codes}))
        .await
        .expect(200);
    answer.json()["items"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

fn nothing(code: &str) -> Value {
    json!({"code": code, "status": "unknown", "url": null, "target": null, "replacement_url": null, "link": null})
}

async fn link(editor: &Client<'_>, code: &str, members: Value) {
    let mut link = json!({"target_url": "https://news.example/", "code": code});
    link.as_object_mut()
        .expect("members")
        .extend(members.as_object().cloned().unwrap_or_default());
    editor.post("/v1/short-links", link).await.expect(201);
}

#[tokio::test]
async fn a_live_link_is_resolved_under_each_of_its_names_in_the_order_asked() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    link(&editor, "eid", json!({})).await;
    link(
        &editor,
        "eid",
        json!({"domain": "arab.example", "target_url": "https://news.example/b"}),
    )
    .await;
    let names = [
        "arab.example/EID",
        "eid",
        "exmp.news/eid",
        "https://exmp.news/eid?utm_source=x",
        "HTTP://EXMP.NEWS/eid/",
    ];

    let items = resolve(&app.anybody(), &names).await;

    assert_eq!(
        items[0],
        json!({
            "code": "arab.example/EID", "status": "live", "url": "https://arab.example/eid", "replacement_url": null,
            "target": {"type": "url", "article_id": null, "url": "https://news.example/b"}, "link": null,
        })
    );
    for (item, name) in items.iter().zip(names).skip(1) {
        assert_eq!(
            (&item["code"], &item["url"]),
            (&json!(name), &json!("https://exmp.news/eid"))
        );
    }
    assert_eq!(
        app.lines("select count(*)::text as line from visit_totals")
            .await,
        ["0"]
    );
}

#[tokio::test]
async fn what_nobody_may_know_of_is_resolved_like_what_never_was() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let draft = Story::create(&editor, json!({"canonical_url": "https://news.example/a"})).await;
    let embargoed = json!({
        "status": "published", "canonical_url": "https://news.example/b", "embargoed_until": "2090-01-01T00:00:00Z",
    });
    let embargoed = Story::create(&editor, embargoed).await;
    link(
        &editor,
        "early",
        json!({"not_before": "2090-01-01T00:00:00Z", "status": "blocked"}),
    )
    .await;
    editor
        .patch(&embargoed.link(), json!({"status": "disabled"}))
        .await
        .expect(200);
    let names = [
        &*draft.code,
        &*embargoed.code,
        "early",
        "none-such",
        "bcdfgh",
        "a b",
        "",
        "ftp://exmp.news/early",
        "other.example/x",
    ];

    let items = resolve(&app.anybody(), &names).await;

    assert_eq!(items, names.map(nothing));
}

#[tokio::test]
async fn what_leads_nowhere_any_more_is_resolved_as_the_redirect_says() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let story = Story::publish(&editor, "https://news.example/a").await;
    editor.delete(&story.path()).await.expect(204);
    link(
        &editor,
        "off",
        json!({"status": "disabled", "replacement_url": "https://news.example/instead"}),
    )
    .await;
    link(&editor, "law", json!({"status": "blocked"})).await;
    link(&editor, "gone", json!({})).await;
    editor
        .delete("/v1/short-links/exmp.news/gone")
        .await
        .expect(204);
    let end = (app.now() + chrono::TimeDelta::seconds(60)).to_rfc3339();
    link(&editor, "short", json!({"expires_at": end})).await;
    app.advance(3600);

    let items = resolve(
        &app.anybody(),
        &[&story.code, "off", "law", "gone", "short"],
    )
    .await;

    let told: Vec<_> = items.iter().map(|item| &item["status"]).collect();
    assert_eq!(told, ["gone", "gone", "blocked", "gone", "gone"]);
    assert_eq!(items[1]["replacement_url"], "https://news.example/instead");
    assert!(
        items
            .iter()
            .all(|item| item["target"].is_null() && item["link"].is_null())
    );
}

#[tokio::test]
async fn only_who_edits_links_sees_the_link_itself() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let draft = Story::create(&editor, json!({})).await;
    let links = app.caller(&[Scope::WriteLinks]).await;
    let articles = app.caller(&[Scope::WriteArticles]).await;

    let seen = resolve(&links, &[&draft.code]).await;
    let hidden = resolve(&articles, &[&draft.code]).await;

    assert_eq!(seen[0]["status"], "unknown");
    assert_eq!(seen[0]["link"]["code"], json!(draft.code));
    assert_eq!(hidden, [nothing(&draft.code)]);
}

#[tokio::test]
async fn at_most_500_codes_are_resolved_at_once() {
    let app = TestApp::start().await;
    let (most, many) = (vec!["none-such"; 500], vec!["none-such"; 501]);

    let refused = app
        .anybody()
        .post("/v1/short-links/resolve", json!({"codes": many}))
        .await
        .expect(422);

    assert_eq!(refused.pointers(), ["/codes"]);
    assert_eq!(resolve(&app.anybody(), &most).await.len(), 500);
}

//! When a link works, what it passes on, and what takes its place

use serde_json::json;

use super::refused;
use crate::support::TestApp;

const EID: &str = "/v1/short-links/exmp.news/eid";

#[tokio::test]
async fn a_link_shows_the_conditions_that_it_was_made_with() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let link = json!({
        "target_url": "https://news.example/", "code": "eid", "status": "disabled",
        "not_before": "2030-01-01T00:00:00Z", "expires_at": "2031-01-01T00:00:00Z",
        "forward_query": "all", "replacement_url": "https://news.example/instead",
    });

    let made = editor.post("/v1/short-links", link).await.expect(201);

    insta::assert_snapshot!(made, @r#"
    201 Created
    cache-control: private, no-store
    content-type: application/json
    etag: "1-[hash]"
    location: /v1/short-links/exmp.news/eid
    vary: Authorization, Accept, Accept-Language, Accept-Encoding, Dateline-Position

    {
      "domain": "exmp.news",
      "code": "eid",
      "version": 1,
      "url": "https://exmp.news/eid",
      "kind": "alias",
      "status": "disabled",
      "target": {
        "type": "url",
        "article_id": null,
        "url": "https://news.example/"
      },
      "primary": false,
      "not_before": "2030-01-01T00:00:00Z",
      "expires_at": "2031-01-01T00:00:00Z",
      "forward_query": "all",
      "replacement_url": "https://news.example/instead",
      "visits": 0,
      "created_at": "[now]",
      "modified_at": "[now]"
    }
    "#);
}

#[tokio::test]
async fn conditions_are_kept_by_a_patch_and_reset_by_null() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let link = json!({
        "target_url": "https://news.example/", "code": "eid", "forward_query": "none",
        "not_before": "2030-01-01T00:00:00Z", "replacement_url": "https://news.example/instead",
    });
    editor.post("/v1/short-links", link).await.expect(201);

    let kept = editor
        .patch(EID, json!({"status": "blocked"}))
        .await
        .expect(200);
    let reset =
        json!({"status": null, "not_before": null, "forward_query": null, "replacement_url": null});
    let reset = editor.patch(EID, reset).await.expect(200).json();

    assert_eq!(kept.member("/status"), "blocked");
    assert_eq!(kept.member("/not_before"), "2030-01-01T00:00:00Z");
    assert_eq!(kept.member("/forward_query"), "none");
    assert_eq!(
        kept.member("/replacement_url"),
        "https://news.example/instead"
    );
    assert_eq!(reset["status"], "active");
    assert_eq!(reset["forward_query"], "utm");
    assert!(reset["not_before"].is_null() && reset["replacement_url"].is_null());
}

#[tokio::test]
async fn conditions_that_break_a_rule_are_refused() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let link = json!({"target_url": "https://news.example/", "code": "eid"});
    editor.post("/v1/short-links", link).await.expect(201);

    for (members, pointer) in [
        (
            json!({"not_before": "2031-01-01T00:00:00Z", "expires_at": "2031-01-01T00:00:00Z"}),
            "/not_before",
        ),
        (json!({"not_before": "soon"}), "/not_before"),
        (
            json!({"replacement_url": "https://exmp.news/x"}),
            "/replacement_url",
        ),
        (
            json!({"replacement_url": "ftp://news.example/"}),
            "/replacement_url",
        ),
        (json!({"status": "gone"}), "/status"),
    ] {
        let patched = editor.patch(EID, members.clone()).await.expect(422);
        assert_eq!(patched.pointers(), [pointer], "{members}");
        let mut link = json!({"target_url": "https://news.example/"});
        link.as_object_mut()
            .expect("members")
            .extend(members.as_object().cloned().expect("members"));
        assert_eq!(refused(&editor, link).await, [pointer], "{members}");
    }
    editor
        .patch(EID, json!({"expires_at": "2031-01-01T00:00:00Z"}))
        .await
        .expect(200);
    let late = editor
        .patch(EID, json!({"not_before": "2032-01-01T00:00:00Z"}))
        .await;
    assert_eq!(late.expect(422).pointers(), ["/not_before"]);
}

#[tokio::test]
async fn visits_are_shown_and_raise_no_version() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let link = json!({"target_url": "https://news.example/", "code": "eid"});
    let before = editor.post("/v1/short-links", link).await.expect(201);

    let count = "insert into visit_totals select id, 7, 2, 1 from short_links";
    app.execute(count).await.expect("a count");
    let after = editor.get(EID).await.expect(200);
    let request = editor
        .request(reqwest::Method::PATCH, EID)
        .header("if-match", before.header("etag"));
    let patched = editor
        .send(request.json(&json!({"status": "disabled"})))
        .await
        .expect(200);

    assert_eq!(
        (before.member("/visits"), after.member("/visits")),
        ("0".into(), "7".into())
    );
    assert_eq!(after.member("/version"), "1");
    assert_ne!(after.header("etag"), before.header("etag"));
    assert_eq!(patched.member("/visits"), "7");
    let listed = editor.get("/v1/short-links").await.expect(200);
    assert_eq!(listed.member("/items/0/visits"), "7");
}

//! Listing, adding, finding and changing

use reqwest::Method;
use serde_json::json;

use crate::support::TestApp;

const EID: &str = "/v1/domains/eid.example";

#[tokio::test]
async fn a_domain_is_added_found_and_listed_behind_the_default_one() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    let domain = json!({"base_url": "https://EID.example/", "root_url": "https://news.example/"});
    let made = admin.post("/v1/domains", domain).await.expect(201);
    let found = admin.get(EID).await.expect(200);
    let list = admin.get("/v1/domains").await.expect(200).json();

    assert_eq!(made.header("location"), EID);
    assert_eq!(made.header("etag"), found.header("etag"));
    assert_eq!(made.json(), found.json());
    insta::assert_snapshot!(found, @r#"
    200 OK
    cache-control: private, no-store
    content-type: application/json
    etag: "1-[hash]"
    vary: Authorization, Accept, Accept-Language, Accept-Encoding, Dateline-Position

    {
      "name": "eid.example",
      "version": 1,
      "base_url": "https://eid.example",
      "is_default": false,
      "root_url": "https://news.example/",
      "unknown_url": null,
      "created_at": "[now]",
      "modified_at": "[now]"
    }
    "#);
    let items = list["items"].as_array().cloned().unwrap_or_default();
    let names: Vec<_> = items.iter().map(|item| &item["name"]).collect();
    assert_eq!(names, ["exmp.news", "arab.example", "eid.example"]);
    admin.get("/v1/domains/EID.example").await.expect(200);
    admin.get("/v1/domains/none.example").await.expect(404);
    let last = app.changes().await.pop().unwrap_or_default();
    assert!(last.ends_with("create domain eid.example 1"), "{last}");
}

#[tokio::test]
async fn only_an_admin_sees_or_changes_domains() {
    let app = TestApp::start().await;
    let caller = app.all_but_admin().await;

    for (caller, status) in [(app.anybody(), 401), (caller, 403)] {
        let domain = json!({"base_url": "https://eid.example"});
        caller.get("/v1/domains").await.expect(status);
        caller.get("/v1/domains/exmp.news").await.expect(status);
        caller.get("/v1/domains/none.example").await.expect(status);
        caller.post("/v1/domains", domain).await.expect(status);
        let patch = caller.patch("/v1/domains/exmp.news", json!({"is_default": true}));
        patch.await.expect(status);
    }
}

#[tokio::test]
async fn a_domain_is_added_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    let domain = json!({"base_url": "http://EXMP.news"});
    let taken = admin.post("/v1/domains", domain).await.expect(409);

    assert_eq!(taken.code(), "domain-taken");
    assert_eq!(taken.pointers(), ["/base_url"]);
}

#[tokio::test]
async fn what_is_no_base_or_leads_back_here_is_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    for base_url in [
        "https://eid.example/path",
        "https://eid.example/?q",
        "https://eid.example/#a",
        "ftp://eid.example",
        "https://desk@eid.example",
        "eid.example",
        "",
    ] {
        let domain = json!({"base_url": base_url});
        let refused = admin.post("/v1/domains", domain).await.expect(422);
        assert_eq!(refused.pointers(), ["/base_url"], "{base_url}");
    }
    // A host that no domain name system would take, though it fits into an address.
    let long =
        json!({"base_url": format!("https://{}example", format!("{}.", "a".repeat(63)).repeat(4))});
    let refused = admin.post("/v1/domains", long).await.expect(422);
    assert_eq!(refused.pointers(), ["/base_url"]);
    for address in [
        "https://exmp.news/x",
        "http://EID.example./",
        "https://arab.example",
        "mailto:a@b.example",
    ] {
        for field in ["root_url", "unknown_url"] {
            let domain = json!({"base_url": "https://eid.example", field: address});
            let refused = admin.post("/v1/domains", domain).await.expect(422);
            assert_eq!(refused.pointers(), [format!("/{field}")], "{address}");
            if !address.contains("EID") {
                let patch = admin.patch("/v1/domains/exmp.news", json!({field: address}));
                assert_eq!(
                    patch.await.expect(422).pointers(),
                    [format!("/{field}")],
                    "{address}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_domain_is_changed_by_who_knows_its_version() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let path = "/v1/domains/arab.example";
    let tag = admin.get(path).await.expect(200).header("etag").to_owned();
    let patch = |tag: &str, body| {
        let request = admin.request(Method::PATCH, path).header("if-match", tag);
        admin.send(request.json(&body))
    };
    let known = async |tag: &str| {
        let request = admin
            .request(Method::GET, path)
            .header("if-none-match", tag);
        admin.send(request).await.status.as_u16()
    };
    assert_eq!(known(&tag).await, 304);

    let changed = patch(&tag, json!({"root_url": "https://news.example/"}))
        .await
        .expect(200);
    patch(&tag, json!({"root_url": null})).await.expect(412);
    let same = patch(
        changed.header("etag"),
        json!({"root_url": "https://news.example/"}),
    )
    .await;

    assert_eq!(changed.member("/version"), "2");
    assert_eq!(same.expect(200).member("/version"), "2");
    assert_eq!(known(&tag).await, 200);
    assert_eq!(known(changed.header("etag")).await, 304);
}

#[tokio::test]
async fn a_domain_is_never_removed_or_renamed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    let path = "/v1/domains/arab.example";
    let refused = admin.delete(path).await.expect(405);
    assert_eq!(refused.header("allow"), "GET, HEAD, PATCH");
    let renamed = admin
        .patch(path, json!({"base_url": "https://other.example"}))
        .await;
    assert_eq!(renamed.expect(422).pointers(), ["/base_url"]);

    for sql in [
        "delete from domains",
        "update domains set name = 'other.example' where name = 'arab.example'",
    ] {
        let fault = app.execute(sql).await.map(|_| ()).expect_err(sql);
        assert!(fault.to_string().contains("keeps its name"), "{fault}");
    }
    let scheme = admin
        .patch(path, json!({"base_url": "http://arab.example"}))
        .await;
    assert_eq!(
        scheme.expect(200).member("/base_url"),
        "http://arab.example"
    );
}

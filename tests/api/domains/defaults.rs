//! Which domain links get that name none

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Client, TestApp};

async fn make_default(admin: &Client<'_>, name: &str) -> u16 {
    let path = format!("/v1/domains/{name}");
    let patch = admin.patch(&path, json!({"is_default": true}));
    patch.await.status.as_u16()
}

async fn defaults(app: &TestApp) -> Vec<String> {
    app.lines("select name as line from domains where is_default")
        .await
}

async fn domain_of_new_link(admin: &Client<'_>) -> String {
    let link = json!({"target_url": "https://news.example/"});
    let made = admin.post("/v1/short-links", link).await.expect(201);
    made.member("/domain")
}

#[tokio::test]
async fn the_default_moves_to_another_domain_and_cannot_be_taken_away() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    assert_eq!(domain_of_new_link(&admin).await, "exmp.news");

    assert_eq!(make_default(&admin, "arab.example").await, 200);

    assert_eq!(domain_of_new_link(&admin).await, "arab.example");
    assert_eq!(defaults(&app).await, ["arab.example"]);
    let former = admin.get("/v1/domains/exmp.news").await.expect(200);
    assert_eq!(
        (former.member("/is_default"), former.member("/version")),
        ("false".into(), "2".into())
    );
    let none = admin
        .patch("/v1/domains/arab.example", json!({"is_default": false}))
        .await;
    assert_eq!(none.expect(422).pointers(), ["/is_default"]);
    let domain = json!({"base_url": "https://eid.example", "is_default": true});
    admin.post("/v1/domains", domain).await.expect(201);
    assert_eq!(domain_of_new_link(&admin).await, "eid.example");
    assert_eq!(defaults(&app).await, ["eid.example"]);
}

#[tokio::test]
async fn of_domains_that_become_the_default_at_once_one_is_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let names: Vec<String> = (0..6).map(|number| format!("d{number}.example")).collect();
    for name in &names {
        let domain = json!({"base_url": format!("https://{name}")});
        admin.post("/v1/domains", domain).await.expect(201);
    }

    for round in 0..10 {
        let moves = join_all(names.iter().map(|name| make_default(&admin, name)));
        let domain = json!({"base_url": format!("https://r{round}.example"), "is_default": true});
        let (moved, made) =
            futures_util::future::join(moves, admin.post("/v1/domains", domain)).await;

        assert_eq!(moved, vec![200; names.len()]);
        made.expect(201);
        let default = defaults(&app).await;
        assert_eq!(default.len(), 1);
        assert_eq!(domain_of_new_link(&admin).await, default[0]);
    }
    let list = admin.get("/v1/domains").await.expect(200).json();
    let count = |is: bool| {
        let items = list["items"].as_array().cloned().unwrap_or_default();
        items
            .iter()
            .filter(|item| item["is_default"] == Value::Bool(is))
            .count()
    };
    assert_eq!((count(true), count(false)), (1, 17));
}

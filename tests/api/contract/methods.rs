//! Which methods a path offers

use reqwest::Method;

use super::{document::Document, ground::Ground};
use crate::support::TestApp;

const METHODS: &[&str] = &[
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE",
];

#[tokio::test]
async fn a_path_offers_the_methods_that_it_documents_and_no_others() {
    let app = TestApp::start().await;
    let (document, admin) = (Document::of(&app).await, app.admin().await);
    let ground = Ground::lay(&admin).await;

    for operation in document.api_operations() {
        let address = ground.address(operation);
        let is_offered = |method: &&&str| {
            let name = method.to_ascii_lowercase();
            let follows_get = name == "head" && operation.item["get"].is_object();
            operation.item[&name].is_object() || follows_get
        };
        let offered: Vec<&str> = METHODS.iter().filter(is_offered).copied().collect();
        for method in METHODS.iter().filter(|method| !offered.contains(method)) {
            let method: Method = method.parse().expect("a method");
            let answer = admin.send(admin.request(method.clone(), &address)).await;

            let what = format!("{method} {}: {}", operation.path, answer.text());
            assert_eq!(answer.status, 405, "{what}");
            assert_eq!(answer.header("allow"), offered.join(", "), "{what}");
            if method != Method::HEAD {
                assert_eq!(answer.code(), "method-not-allowed", "{what}");
            }
        }
    }
}

#[tokio::test]
async fn head_answers_as_get_without_a_body() {
    let app = TestApp::start().await;
    let (document, admin) = (Document::of(&app).await, app.admin().await);
    let ground = Ground::lay(&admin).await;
    let mut operations = document.api_operations();
    operations.retain(|operation| operation.method() == Method::GET);

    for operation in operations {
        let address = ground.address(operation);
        let found = admin.get(&address).await;
        let probed = admin.send(admin.request(Method::HEAD, &address)).await;

        assert_eq!(probed.status, found.status, "{}", operation.id());
        assert!(probed.body.is_empty(), "{}", operation.id());
        for header in ["etag", "cache-control", "content-type", "vary"] {
            let (probed, found) = (probed.header(header), found.header(header));
            assert_eq!(probed, found, "{header} of {}", operation.id());
        }
    }
}

#[tokio::test]
async fn the_redirect_is_documented_where_it_listens() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;
    let mut operations = document.operations();
    operations.retain(|operation| operation.item.get("servers").is_some());

    let found: Vec<_> = operations
        .iter()
        .map(|operation| {
            (
                operation.method(),
                operation.path,
                &operation.item["servers"],
            )
        })
        .collect();

    insta::assert_debug_snapshot!(found, @r#"
    [
        (
            GET,
            "/{code}",
            Array [
                Object {
                    "url": String("https://exmp.news"),
                    "description": String("The public listener"),
                },
            ],
        ),
        (
            HEAD,
            "/{code}",
            Array [
                Object {
                    "url": String("https://exmp.news"),
                    "description": String("The public listener"),
                },
            ],
        ),
        (
            GET,
            "/{code}+",
            Array [
                Object {
                    "url": String("https://exmp.news"),
                    "description": String("The public listener"),
                },
            ],
        ),
        (
            GET,
            "/{code}.png",
            Array [
                Object {
                    "url": String("https://exmp.news"),
                    "description": String("The public listener"),
                },
            ],
        ),
        (
            GET,
            "/{code}.svg",
            Array [
                Object {
                    "url": String("https://exmp.news"),
                    "description": String("The public listener"),
                },
            ],
        ),
        (
            GET,
            "/{code}/{channel}",
            Array [
                Object {
                    "url": String("https://exmp.news"),
                    "description": String("The public listener"),
                },
            ],
        ),
    ]
    "#);
}

#[tokio::test]
async fn the_redirect_answers_as_documented() {
    let app = TestApp::start().await;
    let (document, admin) = (Document::of(&app).await, app.admin().await);
    let mut operations = document.operations();
    operations.retain(|operation| operation.item.get("servers").is_some());
    assert_eq!(operations.len(), 6);

    for operation in operations {
        let address = Ground::lay(&admin).await.address(operation);
        let is_followed = !operation.path.contains(['+', '.']);
        let found = if is_followed { 302 } else { 200 };
        for (address, status) in [
            (address.as_str(), found),
            ("/no-such-code", 404),
            ("/?", 404),
        ] {
            let answer = app.follow(operation.method(), "exmp.news", address).await;

            assert_eq!(answer.status, status, "{}", answer.text());
            document.check(operation, &answer);
        }
    }
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let answer = app.follow(method, "exmp.news", "/no-such-code").await;
        assert_eq!(answer.status, 405);
        assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
    }
}

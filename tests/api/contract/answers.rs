//! Every operation is called as the document says, and answers as the document says.

use reqwest::Method;
use serde_json::json;

use super::{
    document::{Document, Operation, sent},
    ground::Ground,
};
use crate::support::{Answer, Client, TestApp};

/// Calls an operation as the document says; with a body, if one is given.
async fn call(
    caller: &Client<'_>,
    operation: Operation<'_>,
    address: &str,
    body: Option<(&str, String)>,
) -> Answer {
    let request = caller.request(operation.method(), address);
    let request = match body {
        Some((kind, text)) => request.header("content-type", kind).body(text),
        None => request,
    };
    caller.send(request).await
}

#[tokio::test]
async fn every_operation_succeeds_with_its_example_and_answers_as_documented() {
    let app = TestApp::start().await;
    let (document, admin) = (Document::of(&app).await, app.admin().await);

    for operation in document.api_operations() {
        let mut bodies: Vec<_> = operation.bodies().map(Some).collect();
        if bodies.is_empty() {
            bodies.push(None);
        }
        for body in bodies {
            let address = Ground::lay(&admin).await.address(operation);
            let body = body.map(|(kind, content)| (kind, sent(kind, &content["example"])));
            let answer = call(&admin, operation, &address, body).await;

            let id = operation.id();
            assert!(answer.status.is_success(), "{id}: {}", answer.text());
            document.check(operation, &answer);
        }
    }
}

#[tokio::test]
async fn every_example_is_of_its_schema() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;

    for operation in document.operations() {
        let responses = operation.value["responses"].as_object().into_iter();
        let answered = responses.flatten().flat_map(|(_, response)| {
            let content = document.resolve(response)["content"].as_object();
            content.into_iter().flatten()
        });
        let answered = answered.map(|(kind, content)| (kind.as_str(), content));
        for (kind, content) in operation.bodies().chain(answered) {
            if kind.ends_with("json") && operation.path != "/openapi.json" {
                let (id, example) = (operation.id(), &content["example"]);
                let faults = document.faults(&content["schema"], example);
                assert!(faults.is_empty(), "{id}: {example} {faults:#?}");
            }
        }
    }
}

#[tokio::test]
async fn what_was_answered_can_be_sent_back_as_documented() {
    let app = TestApp::start().await;
    let (document, admin) = (Document::of(&app).await, app.admin().await);
    let operations = document.operations();
    let replacing = operations
        .iter()
        .filter(|operation| operation.method() == Method::PUT && operation.item["get"].is_object());

    for operation in replacing {
        let address = Ground::lay(&admin).await.address(*operation);
        let shown = admin.get(&address).await.expect(200);
        let answer = admin.put(&address, shown.json()).await.expect(200);

        let (kind, content) = operation.bodies().next().expect("a body");
        assert_eq!(kind, "application/json");
        let faults = document.faults(&content["schema"], &shown.json());
        assert!(faults.is_empty(), "{}: {faults:#?}", operation.id());
        assert_eq!(answer.json(), shown.json(), "{}", operation.id());
    }
}

#[tokio::test]
async fn a_caller_who_has_the_answer_already_is_told_so() {
    let app = TestApp::start().await;
    let (document, admin) = (Document::of(&app).await, app.admin().await);
    let ground = Ground::lay(&admin).await;
    let mut operations = document.api_operations();
    operations.retain(|operation| operation.value["responses"]["304"].is_object());
    assert!(operations.len() >= 4);

    for operation in operations {
        let address = ground.address(operation);
        let known = admin.get(&address).await.expect(200);
        let request = admin.request(Method::GET, &address);
        let request = request.header("if-none-match", known.header("etag"));
        let answer = admin.send(request).await.expect(304);

        document.check(operation, &answer);
        assert_eq!(answer.header("etag"), known.header("etag"));
    }
}

#[tokio::test]
async fn every_operation_refuses_parameters_that_it_does_not_know() {
    let app = TestApp::start().await;
    let (document, admin) = (Document::of(&app).await, app.admin().await);

    for operation in document.api_operations() {
        if operation.path.starts_with("/v1/") {
            let address = Ground::nowhere(operation);
            let sign = if address.contains('?') { '&' } else { '?' };
            let address = format!("{address}{sign}surprise=1");
            let body = operation.bodies().next();
            let body = body.map(|(kind, content)| (kind, sent(kind, &content["example"])));
            let answer = call(&admin, operation, &address, body).await;

            assert_eq!(answer.status, 400, "{}: {}", operation.id(), answer.text());
            assert_eq!(answer.code(), "invalid-parameter", "{}", operation.id());
            document.check(operation, &answer);
        }
    }
}

#[tokio::test]
async fn what_leads_nowhere_is_documented() {
    let app = TestApp::start().await;
    let (document, admin) = (Document::of(&app).await, app.admin().await);

    for operation in document.api_operations() {
        if operation.path.contains('{') {
            let body = operation.bodies().next();
            let body = body.map(|(kind, content)| (kind, sent(kind, &content["example"])));
            let answer = call(&admin, operation, &Ground::nowhere(operation), body).await;

            document.check(operation, &answer);
            let is_upsert = operation.method() == Method::PUT && answer.status == 201;
            assert!(
                is_upsert || answer.status == 404,
                "{}: {}",
                operation.id(),
                answer.text()
            );
        }
    }
}

#[tokio::test]
async fn every_body_must_be_of_its_media_type_and_not_too_large() {
    let app = TestApp::with(|config| config.max_body_bytes = 1024).await;
    let (document, admin) = (Document::of(&app).await, app.admin().await);

    for operation in document.api_operations() {
        if let Some((kind, _)) = operation.bodies().next() {
            let address = Ground::nowhere(operation);
            // A file may be larger than other bodies.
            let most = match operation.id() {
                "import_tags" => 16 * 1024 * 1024,
                _ => 1024,
            };
            let large = json!(" ".repeat(most)).to_string();
            for (kind, body, status) in [
                ("text/plain", "{}".to_owned(), 415),
                (kind, large, 413),
                (kind, "{".to_owned(), 400),
            ] {
                let answer = call(&admin, operation, &address, Some((kind, body))).await;

                let id = operation.id();
                assert_eq!(answer.status, status, "{id}: {}", answer.text());
                document.check(operation, &answer);
            }
        }
    }
}

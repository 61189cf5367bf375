//! What the document says of the values of parameters

use super::{
    document::{Document, Operation},
    ground::Ground,
};
use crate::support::TestApp;

/// Of an operation, the parameters of a place whose values have a pattern, by their names.
fn with_pattern<'a>(operation: Operation<'a>, place: &str) -> Vec<&'a str> {
    let parameters = operation.parameters();
    parameters
        .filter(|parameter| parameter["in"] == place && parameter["schema"]["pattern"].is_string())
        .filter_map(|parameter| parameter["name"].as_str())
        .collect()
}

#[tokio::test]
async fn a_value_that_breaks_its_documented_pattern_is_refused() {
    let app = TestApp::start().await;
    let (document, admin) = (Document::of(&app).await, app.admin().await);
    let mut count = 0;

    for operation in document.api_operations() {
        let address = Ground::lay(&admin).await.address(operation);
        let own = address.split('?').next().unwrap_or_default();
        let body = operation.bodies().next();
        let addresses = with_pattern(operation, "query").into_iter().map(|name| {
            let mark = if address.contains('?') { '&' } else { '?' };
            (None, format!("{address}{mark}{name}=,"))
        });
        let headers = with_pattern(operation, "header").into_iter();
        let addresses = addresses.chain(headers.map(|name| (Some(name), address.clone())));
        for (header, address) in addresses {
            let mut request = admin.request(operation.method(), &address);
            if let Some((kind, content)) = body {
                let text = content["example"].to_string();
                request = request.header("content-type", kind).body(text);
            }
            if let Some(name) = header {
                request = request.header(name, "a b");
            }
            let answer = admin.send(request).await;

            let id = operation.id();
            assert_eq!(
                answer.status,
                400,
                "{id} {own} {header:?} {}",
                answer.text()
            );
            document.check(operation, &answer);
            count += 1;
        }
    }
    assert!(count > 30, "{count}");
}

#[tokio::test]
async fn every_operation_says_who_may_call_it() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;

    for operation in document.operations() {
        let ways = &operation.value["security"];
        assert!(ways.is_array(), "{}: {ways}", operation.id());
    }
}

#[tokio::test]
async fn no_parameter_is_one_that_readers_of_the_document_skip() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;

    // Source: OpenAPI 3.1.0, Parameter Object: such headers "SHALL be ignored".
    for operation in document.operations() {
        for parameter in operation.parameters() {
            let name = parameter["name"].as_str().unwrap_or_default();
            let is_skipped = parameter["in"] == "header"
                && ["accept", "authorization", "content-type"]
                    .contains(&name.to_ascii_lowercase().as_str());
            assert!(!is_skipped, "{name} of {}", operation.id());
        }
    }
}

//! What the document says, and that it says it of everything

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use super::document::Document;
use crate::support::TestApp;

/// The handlers of the code, by their names.
fn handlers(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            handlers(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        for documented in text.split("#[utoipa::path(").skip(1) {
            let name = documented.split("fn ").nth(1);
            found.extend(name.and_then(|rest| Some(rest.split('(').next()?.to_owned())));
        }
    }
}

#[tokio::test]
async fn every_handler_is_an_operation_of_its_name() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;
    let mut made = BTreeSet::new();
    handlers(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
        &mut made,
    );

    let operations = document.operations();
    let documented: BTreeSet<String> = operations.iter().map(|o| o.id().to_owned()).collect();

    assert_eq!(documented, made);
    assert_eq!(documented.len(), operations.len(), "a name is given twice");
}

#[tokio::test]
async fn every_operation_explains_itself() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;
    let tags = document.part("/tags").as_array().cloned();
    let tags: Vec<Value> = tags.into_iter().flatten().collect();
    let is_told = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());

    for operation in document.operations() {
        let (id, value) = (operation.id(), operation.value);
        assert!(is_told(&value["summary"]), "summary of {id}");
        assert!(is_told(&value["description"]), "description of {id}");
        let tag = &value["tags"][0];
        let is_known = tags.iter().any(|known| known["name"] == *tag);
        assert!(is_known, "{tag} of {id} is no tag of the document");
        for parameter in operation.parameters() {
            assert!(is_told(&parameter["description"]), "{parameter} of {id}");
        }
        let responses = value["responses"].as_object().into_iter().flatten();
        for (status, response) in responses {
            let response = document.resolve(response);
            assert!(is_told(&response["description"]), "{status} of {id}");
            for (name, header) in response["headers"].as_object().into_iter().flatten() {
                let header = document.resolve(header);
                assert!(is_told(&header["description"]), "{name} of {id}");
            }
        }
    }
    for tag in tags {
        assert!(is_told(&tag["description"]), "{tag}");
    }
}

#[tokio::test]
async fn every_field_explains_itself() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;
    let schemas = document.part("/components/schemas").as_object();

    for (name, schema) in schemas.into_iter().flatten() {
        assert!(schema["description"].is_string(), "{name}");
        for (field, of) in schema["properties"].as_object().into_iter().flatten() {
            // What may be null says itself inside the choice.
            let description = &of["description"];
            let within = &of["oneOf"][0]["description"];
            assert!(
                description.is_string() || within.is_string(),
                "{field} of {name}"
            );
        }
    }
}

/// Swagger UI fills every example into its form, and a form full of filters finds nothing.
#[tokio::test]
async fn what_may_be_left_out_of_a_request_has_no_example() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;

    for operation in document.operations() {
        for parameter in operation.parameters() {
            let has_example =
                parameter.get("example").is_some() || parameter["schema"].get("example").is_some();
            let is_option = parameter["required"] != true;
            assert!(
                !(is_option && has_example),
                "{}: {parameter}",
                operation.id()
            );
        }
    }
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            found.extend(
                members
                    .get("$ref")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_every_component_is_referred_to() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;

    let mut referred = BTreeSet::new();
    references(document.part(""), &mut referred);
    let mut defined = BTreeSet::new();
    for kind in ["schemas", "responses", "headers"] {
        let components = document.part(&format!("/components/{kind}")).as_object();
        let names = components.into_iter().flatten();
        defined.extend(names.map(|(name, _)| format!("#/components/{kind}/{name}")));
    }

    assert_eq!(referred, defined);
}

/// The words behind an enum are what is sent and answered.
#[tokio::test]
async fn enums_are_documented_by_their_words() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;

    let kinds = document.part("/components/schemas/ArticleKind/enum");
    let sort = document.operations().into_iter().find_map(|operation| {
        let mut parameters = operation.parameters();
        let sort = parameters.find(|parameter| parameter["name"] == "sort")?;
        (operation.id() == "list_articles").then_some(&sort["schema"]["enum"])
    });

    insta::assert_snapshot!(kinds, @r#"["article","live_blog","opinion","analysis","gallery","video","audio","press_release"]"#);
    insta::assert_snapshot!(sort.unwrap_or(&Value::Null), @r#"["-published_at","published_at","-modified_at","modified_at"]"#);
}

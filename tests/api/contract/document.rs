//! The document as the running service serves it.

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::support::{Answer, TestApp};

/// The document, and its schemas closed to members that they do not name.
pub struct Document {
    whole: Value,
    closed: Value,
}

/// One operation of the document.
#[derive(Clone, Copy)]
pub struct Operation<'a> {
    /// The method, in lower case as the document has it.
    method: &'a str,
    /// The path with its variables.
    pub path: &'a str,
    /// What the document says of the path.
    pub item: &'a Value,
    /// What the document says of the operation.
    pub value: &'a Value,
}

const METHODS: &[&str] = &[
    "get", "head", "post", "put", "patch", "delete", "options", "trace",
];

impl Document {
    /// The document that the service serves.
    pub async fn of(app: &TestApp) -> Self {
        let whole = app.anybody().get("/openapi.json").await.expect(200).json();
        let mut closed = whole["components"].clone();
        for (name, schema) in closed["schemas"].as_object_mut().into_iter().flatten() {
            // Some failures have members of their own, and the document says so.
            if name != "Problem" {
                close(schema);
            }
        }
        Self { whole, closed }
    }

    /// A part of the document, by its JSON Pointer.
    pub fn part(&self, pointer: &str) -> &Value {
        self.whole.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// Every operation.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.whole["paths"].as_object().into_iter().flatten();
        let operations = paths.flat_map(|(path, item)| {
            METHODS.iter().filter_map(move |method| {
                let value = item.get(method)?;
                Some(Operation {
                    method,
                    path,
                    item,
                    value,
                })
            })
        });
        operations.collect()
    }

    /// Every operation of the API's listener; those of the public one name another server.
    pub fn api_operations(&self) -> Vec<Operation<'_>> {
        let mut operations = self.operations();
        operations.retain(|operation| operation.item.get("servers").is_none());
        operations
    }

    /// The value, or what it refers to.
    pub fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.part(reference.trim_start_matches('#')),
            None => value,
        }
    }

    /// What makes a value no instance of a schema; nothing, if it is one.
    pub fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "allOf": [schema], "components": self.closed,
        });
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .expect("a schema");
        let faults = validator.iter_errors(value);
        faults
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect()
    }

    /// Fails unless the answer is one that the document announces.
    #[track_caller]
    pub fn check(&self, operation: Operation<'_>, answer: &Answer) {
        let id = operation.id();
        let status = answer.status.as_u16();
        let response = self.resolve(&operation.value["responses"][status.to_string()]);
        assert!(
            response.is_object(),
            "{id} does not document {status}: {}",
            answer.text()
        );
        for (name, _) in response["headers"].as_object().into_iter().flatten() {
            // Only a page that is not the last has a next one, and only an answer that was given before is told so.
            let may_lack = ["Link", "Idempotent-Replayed"].contains(&name.as_str());
            let is_there = answer.headers.contains_key(name) || may_lack;
            assert!(is_there, "{id} documents {name} for {status}");
        }
        let kind = answer.header("content-type").split(';').next();
        let kind = kind.unwrap_or_default();
        match response["content"].as_object() {
            None => assert!(answer.body.is_empty(), "{id} {status}: {}", answer.text()),
            Some(kinds) => {
                let content = kinds.get(kind);
                let content =
                    content.unwrap_or_else(|| panic!("{id} {status} is of the kind {kind}"));
                for value in values(kind, answer) {
                    let faults = self.faults(&content["schema"], &value);
                    assert!(faults.is_empty(), "{id} {status}: {faults:#?}");
                }
            }
        }
    }
}

impl<'a> Operation<'a> {
    /// Its name, that of its handler.
    pub fn id(&self) -> &'a str {
        self.value["operationId"].as_str().unwrap_or_default()
    }

    /// Its method.
    pub fn method(&self) -> Method {
        self.method
            .to_ascii_uppercase()
            .parse()
            .unwrap_or(Method::GET)
    }

    /// What it takes in the path, the query and the headers.
    pub fn parameters(&self) -> impl Iterator<Item = &'a Value> {
        self.value["parameters"].as_array().into_iter().flatten()
    }

    /// The kinds of body that it takes, each with what the document says of it.
    pub fn bodies(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let content = self.value["requestBody"]["content"].as_object();
        content
            .into_iter()
            .flatten()
            .map(|(kind, content)| (kind.as_str(), content))
    }

    /// The ways to show that one may call it; one may be to show nothing.
    pub fn ways_in(&self) -> Vec<&'a Map<String, Value>> {
        let ways = self.value["security"].as_array().into_iter().flatten();
        ways.filter_map(Value::as_object).collect()
    }

    /// Whether nobody may call it without a key.
    pub fn needs_key(&self) -> bool {
        let ways = self.ways_in();
        !ways.is_empty() && ways.iter().all(|way| !way.is_empty())
    }
}

/// A body as it is sent: an example that is a text is the body itself, where JSON is not wanted.
pub fn sent(kind: &str, example: &Value) -> String {
    match example {
        Value::String(text) if !kind.ends_with("json") => text.clone(),
        example => example.to_string(),
    }
}

/// What an answer of a kind holds: a value, or one a line.
fn values(kind: &str, answer: &Answer) -> Vec<Value> {
    if kind == "application/x-ndjson" {
        let text = answer.text();
        let lines = text.lines().map(serde_json::from_str);
        return lines.collect::<Result<_, _>>().expect("lines of JSON");
    }
    let json = kind.ends_with("json").then(|| answer.json());
    json.into_iter().collect()
}

/// Closes every object in a schema to members that it does not name.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("properties").is_some_and(Value::is_object) {
                members
                    .entry("additionalProperties")
                    .or_insert(Value::Bool(false));
            }
            members.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

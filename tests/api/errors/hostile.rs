//! Bodies that nobody sends by mistake, and that give no 500

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use dateline::base::error::Code;

use crate::{
    contract::{
        document::{Document, Operation},
        ground::Ground,
    },
    errors::poison::{TRIED_LARGE, bodies, large_values, values},
    support::{Answer, Client, TestApp},
};

/// Fails unless the answer is a success or a problem of the caller's making.
#[track_caller]
fn assert_no_fault_of_ours(what: &str, answer: &Answer) {
    let status = answer.status.as_u16();
    assert!(status < 500, "{what}: {}", answer.text());
    if status >= 400 {
        let known: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{what}"
        );
        assert!(known.contains(answer.code().as_str()), "{what}");
        assert!(!answer.member("/request_id").is_empty(), "{what}");
    }
}

async fn send(
    caller: &Client<'_>,
    operation: Operation<'_>,
    address: &str,
    body: Vec<u8>,
) -> Answer {
    let (kind, _) = operation.bodies().next().expect("a body");
    let request = caller.request(operation.method(), address);
    caller
        .send(request.header("content-type", kind).body(body))
        .await
}

#[tokio::test]
async fn no_hostile_body_is_a_fault_of_ours() {
    let app = TestApp::start().await;
    let (document, admin) = (Document::of(&app).await, app.admin().await);
    let ground = Ground::lay(&admin).await;
    let mut writing = document.api_operations();
    writing.retain(|operation| operation.bodies().next().is_some());
    assert!(writing.len() >= 12);

    for operation in writing {
        for (what, body) in bodies() {
            let address = ground.address(operation);
            let answer = send(&admin, operation, &address, body).await;

            assert_no_fault_of_ours(&format!("{} of {what}", operation.id()), &answer);
        }
    }
}

/// Bodies that are the example but for one member.
fn spoilt(document: &Document, operation: Operation<'_>) -> Vec<String> {
    let Some((_, content)) = operation.bodies().next() else {
        return Vec::new();
    };
    let schema = document.resolve(&content["schema"]);
    let Some(properties) = schema["properties"].as_object() else {
        let all = values().into_iter().chain(large_values());
        return all.map(|value| format!("[{value}]")).collect();
    };
    let mut bodies = Vec::new();
    let set = properties.iter().filter(|(_, of)| of["readOnly"] != true);
    for (name, _) in set {
        let mut rest = content["example"].clone();
        if let Value::Object(members) = &mut rest {
            members.remove(name);
        }
        let rest = rest.to_string();
        let rest = &rest[1..rest.len() - 1];
        let comma = if rest.is_empty() { "" } else { "," };
        let is_tried_large = TRIED_LARGE.contains(&name.as_str());
        let large = large_values().into_iter().filter(|_| is_tried_large);
        for value in values().into_iter().chain(large) {
            bodies.push(format!("{{\"{name}\":{value}{comma}{rest}}}"));
        }
    }
    bodies
}

#[tokio::test]
async fn no_hostile_member_is_a_fault_of_ours() {
    let app = TestApp::with(|config| config.workers = 2).await;
    let (document, admin) = (Document::of(&app).await, app.admin().await);
    let lanes = [Ground::lay(&admin).await, Ground::lay(&admin).await];

    for operation in document.api_operations() {
        let bodies = spoilt(&document, operation);
        let half = bodies.len() / 2;
        let spoil = async |ground: &Ground, bodies: &[String]| {
            let address = ground.address(operation);
            for body in bodies {
                let answer = send(&admin, operation, &address, body.clone().into_bytes()).await;

                let what: String = body.chars().take(200).collect();
                assert_no_fault_of_ours(&format!("{} of {what}", operation.id()), &answer);
            }
        };
        tokio::join!(
            spoil(&lanes[0], &bodies[..half]),
            spoil(&lanes[1], &bodies[half..])
        );
    }
}

#[tokio::test]
async fn no_hostile_name_in_a_path_or_query_is_a_fault_of_ours() {
    let app = TestApp::start().await;
    let (document, admin) = (Document::of(&app).await, app.admin().await);
    let hostile = [
        "%00",
        "a%00b",
        "%FF",
        "%ED%A0%80",
        "%E2%80%AE",
        "%2F",
        "%252F",
        "%",
        "%zz",
        "..",
        "%2e%2e",
        "a:b:c",
        "topic:",
        "topic:%00",
        "wikidata:%00",
        "'",
        "\\",
        "%D9%80",
        "-1",
        "1e999",
        "2147483648",
        "true",
        "*",
        "~",
        ";",
        "%0A",
        "0000-01-01T00:00:00Z",
        "99999-01-01T00:00:00Z",
        "https://a.example/%00",
        "https://a.example/%2500",
    ];

    for operation in document.api_operations() {
        let body = operation.bodies().next();
        let body = body.map(|(_, content)| content["example"].to_string());
        for parameter in operation.parameters() {
            let name = parameter["name"].as_str().unwrap_or_default();
            for value in hostile
                .iter()
                .map(|value| (*value).to_owned())
                .chain(["a".repeat(3000)])
            {
                let address = match parameter["in"].as_str() {
                    Some("path") => {
                        let path = operation.path.replace(&format!("{{{name}}}"), &value);
                        path.replace(['{', '}'], "")
                    }
                    Some("query") => {
                        format!("{}?{name}={value}", operation.path).replace(['{', '}'], "")
                    }
                    _ => continue,
                };
                let mut request = admin.request(operation.method(), &address);
                if let Some(body) = &body {
                    request = request
                        .header("content-type", "application/json")
                        .body(body.clone());
                }
                let answer = admin.send(request).await;

                assert_no_fault_of_ours(&format!("{} {address}", operation.method()), &answer);
            }
        }
    }
}

#[tokio::test]
async fn no_hostile_header_is_a_fault_of_ours() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let created = admin.post("/v1/articles", json!({"headline": "a"})).await;
    let path = created.expect(201).header("location").to_owned();

    for header in [
        "accept",
        "accept-language",
        "authorization",
        "content-encoding",
        "if-match",
        "if-none-match",
        "x-request-id",
        "range",
        "traceparent",
        "forwarded",
    ] {
        for value in [
            "",
            "\u{FF}",
            ",",
            "*",
            "\"",
            "W/\"1-0\"",
            "gzip",
            "\"é\"",
            "bytes=0-0",
        ] {
            for method in [Method::GET, Method::PATCH] {
                let request = admin.request(method.clone(), &path).header(header, value);
                let answer = admin.send(request.json(&json!({}))).await;

                assert_no_fault_of_ours(&format!("{method} with {header}: {value}"), &answer);
            }
        }
    }
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_refused_and_the_service_goes_on() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let large = json!({"headline": "a", "body": "a".repeat(10 << 20)}).to_string();

    let request = admin
        .request(Method::POST, "/v1/articles")
        .header("content-type", "application/json")
        .body(large);
    let refused = admin.send(request).await.expect(413);
    let then = admin.get("/v1/articles").await;

    assert_eq!(refused.code(), "body-too-large");
    assert_eq!(
        refused.member("/request_id"),
        refused.header("x-request-id")
    );
    then.expect(200);
}

/// Anybody can take a cursor to pieces and put another one together.
#[tokio::test]
async fn no_forged_cursor_is_a_fault_of_ours() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for number in 0..3 {
        let article = json!({"headline": "a", "status": "published", "tags": [{"kind": "topic", "name": number.to_string()}]});
        admin.post("/v1/articles", article).await.expect(201);
    }

    for list in [
        "/v1/articles?limit=1",
        "/v1/articles?limit=1&sort=modified_at",
        "/v1/tags?limit=1",
        "/v1/tags?limit=1&sort=-last_used_at",
        "/v1/tags?limit=1&sort=-article_count",
        "/v1/short-links?limit=1",
    ] {
        let page = admin.get(list).await.expect(200);
        let cursor = decode(&page.member("/next_cursor"));
        for forged in forged(&cursor) {
            let answer = admin
                .get(&format!("{list}&cursor={}", encode(&forged)))
                .await;

            assert_no_fault_of_ours(&format!("{list} after {forged}"), &answer);
        }
    }
}

/// A cursor with something hostile in every place.
fn forged(cursor: &Value) -> Vec<Value> {
    let hostile = [
        json!("\u{0}"),
        json!("-9999-01-01T00:00:00Z"),
        json!("+262142-01-01T00:00:00Z"),
        json!("2026-12-31T23:59:60Z"),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(null),
        json!([]),
    ];
    let mut all = Vec::new();
    for value in hostile {
        let places = cursor["after"].as_array().map_or(0, Vec::len);
        for place in 0..places {
            let mut forged = cursor.clone();
            forged["after"][place] = value.clone();
            all.push(forged);
        }
        let mut forged = cursor.clone();
        forged["after"] = value;
        all.push(forged);
    }
    all
}

fn decode(cursor: &str) -> Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let bytes = URL_SAFE_NO_PAD.decode(cursor).expect("a cursor");
    serde_json::from_slice(&bytes).expect("a cursor")
}

fn encode(cursor: &Value) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(cursor.to_string())
}

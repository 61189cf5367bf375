//! What nobody may know of yet: the answers, whatever is asked, and the work behind them

use chrono::{SecondsFormat, TimeDelta};
use dateline::{codes::Code, keys::Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Story, TestApp};

/// The ways to ask for a code: the method, what stands behind the code, and what is accepted.
const WAYS: &[(Method, &str, &str)] = &[
    (Method::GET, "", "*/*"),
    (Method::HEAD, "", "*/*"),
    (Method::GET, "+", "text/html"),
    (Method::GET, "+", "application/json"),
    (Method::HEAD, "+", "application/json"),
    (Method::GET, ".svg", "*/*"),
    (Method::GET, ".svg?size=300&margin=2", "*/*"),
    (Method::GET, ".png", "*/*"),
    (Method::HEAD, ".png", "*/*"),
    (Method::GET, "/print", "*/*"),
    (Method::HEAD, "/print", "*/*"),
    (
        Method::GET,
        "?utm_source=x&url=https://news.example/z",
        "*/*",
    ),
    (Method::GET, ".?", "*/*"),
    (Method::OPTIONS, "", "*/*"),
    (Method::POST, "", "*/*"),
];

/// Codes on a domain that nobody may know of, each with its reason; the first was never given out.
async fn secrets(editor: &Client<'_>, domain: &str, soon: &str) -> Vec<(String, &'static str)> {
    let mut all = vec![(Code::generate(6).as_str().to_owned(), "unknown")];
    for (number, (what, members)) in [
        ("draft", json!({})),
        (
            "scheduled",
            json!({"status": "published", "published_at": soon}),
        ),
        (
            "embargoed",
            json!({"status": "published", "embargoed_until": soon}),
        ),
        (
            "no address",
            json!({"status": "published", "canonical_url": null}),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let mut article = json!({"canonical_url": format!("https://news.example/{domain}/{}/{number}", all[0].0)});
        let members = members.as_object().cloned().unwrap_or_default();
        article.as_object_mut().expect("members").extend(members);
        let story = Story::create(editor, article).await;
        all.push((
            give(editor, domain, json!({"article_id": story.id})).await,
            what,
        ));
    }
    let early = json!({"target_url": "https://news.example/early", "not_before": soon});
    all.push((give(editor, domain, early).await, "not_before"));
    all
}

async fn give(editor: &Client<'_>, domain: &str, mut link: Value) -> String {
    link["domain"] = domain.into();
    let made = editor.post("/v1/short-links", link).await.expect(201);
    made.member("/code")
}

fn soon(app: &TestApp) -> String {
    let soon = app.now() + TimeDelta::seconds(100_000);
    soon.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Asks twice; answers what was told, and how often the database was asked each time.
async fn ask(
    app: &TestApp,
    domain: &str,
    code: &str,
    way: &(Method, &str, &str),
) -> [(String, u64); 2] {
    let (method, behind, accept) = way;
    let mut answers = Vec::new();
    for _ in 0..2 {
        let before = app.lookups().await;
        let request = app.public(method.clone(), domain, &format!("/{code}{behind}"));
        let sent = request.header("accept", *accept).send().await;
        let answer = Answer::of(sent.expect("an answer")).await;
        answers.push((answer.whole(), app.lookups().await - before));
    }
    answers.try_into().expect("two answers")
}

#[tokio::test]
async fn a_secret_answers_like_a_code_that_never_was_whatever_is_asked() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let elsewhere = json!({"unknown_url": "https://news.example/not-found"});
    let path = "/v1/domains/arab.example";
    editor.patch(path, elsewhere).await.expect(200);
    app.listening().await;
    let soon = soon(&app);

    for (domain, status) in [("exmp.news", "404"), ("arab.example", "302")] {
        for way in WAYS {
            // New ones each time, so that each is asked for in memory and in the database too.
            let secrets = secrets(&editor, domain, &soon).await;
            let unknown = ask(&app, domain, &secrets[0].0, way).await;

            if !matches!(way.0, Method::OPTIONS | Method::POST) {
                assert!(unknown[0].0.starts_with(status), "{way:?} {unknown:?}");
                assert_eq!([unknown[0].1, unknown[1].1], [1, 0], "{domain} {way:?}");
            }
            for (code, what) in &secrets[1..] {
                let secret = ask(&app, domain, code, way).await;
                assert_eq!(secret, unknown, "{what} {domain} {way:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_secret_is_not_offered_to_who_mistypes_it() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    app.listening().await;
    let secrets = secrets(&editor, "exmp.news", &soon(&app)).await;
    let get = async |code: &str| {
        let answer = app
            .follow(Method::GET, "exmp.news", &format!("/{code}"))
            .await;
        answer.expect(404).whole()
    };
    for (code, _) in &secrets {
        get(code).await;
    }
    let lookups = app.lookups().await;

    let mut answers = Vec::new();
    for (code, _) in &secrets {
        let other = if code.starts_with('2') { '3' } else { '2' };
        answers.push(get(&format!("{other}{}", &code[1..])).await);
    }

    assert_eq!(answers, vec![answers[0].clone(); secrets.len()]);
    assert_eq!(app.lookups().await, lookups);
}

#[tokio::test]
async fn the_api_tells_a_secret_to_nobody_who_may_not_see_links() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let secrets = secrets(&editor, "exmp.news", &soon(&app)).await;
    let draft = Story::create(&editor, json!({})).await;
    let known: Vec<&str> = secrets.iter().map(|(code, _)| code.as_str()).collect();
    let writer = app.caller(&[Scope::WriteArticles, Scope::WriteTags]).await;

    for caller in [app.anybody(), writer] {
        let body = json!({"codes": known});
        let resolved = caller
            .post("/v1/short-links/resolve", body)
            .await
            .expect(200);
        let items = resolved.json()["items"].as_array().cloned().expect("items");
        for (item, (code, what)) in items.iter().zip(&secrets) {
            let nothing = json!({"code": code, "status": "unknown", "url": null, "target": null, "replacement_url": null, "link": null});
            assert_eq!(*item, nothing, "{what}");
        }
        let refused = caller.get("/v1/short-links").await;
        let status = if caller.key().is_some() { 403 } else { 401 };
        let list = refused.expect(status).to_string();
        for (code, what) in &secrets {
            for end in ["", "/history"] {
                let path = format!("/v1/short-links/exmp.news/{code}{end}");
                assert_eq!(caller.get(&path).await.to_string(), list, "{what}");
            }
            let path = format!("/v1/short-links?q={code}");
            assert_eq!(caller.get(&path).await.to_string(), list, "{what}");
            let path = format!("/v1/short-links/exmp.news/{code}/stats");
            assert_eq!(caller.get(&path).await.status, status, "{what}");
        }
        let unknown = "01990000-0000-7000-8000-000000000001";
        let stats = async |id: &str| {
            let answer = caller.get(&format!("/v1/articles/{id}/stats")).await;
            answer.expect(status).to_string()
        };
        assert_eq!(stats(&draft.id).await, stats(unknown).await);
    }
}

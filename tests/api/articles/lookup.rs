//! `POST /v1/articles/lookup`

use dateline::keys::Scope;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Story, TestApp};

async fn look_up(caller: &Client<'_>, articles: Value) -> Answer {
    caller
        .post("/v1/articles/lookup", json!({"articles": articles}))
        .await
}

/// Status and headline of each, or the code of the problem.
fn found(answer: &Answer) -> Vec<String> {
    let answer = answer.json();
    let items = answer["items"].as_array().expect("items");
    let told = |item: &Value| {
        let text = item["article"]["headline"].as_str();
        let text = text
            .or(item["problem"]["code"].as_str())
            .unwrap_or_default();
        format!("{} {text}", item["status"])
    };
    items.iter().map(told).collect()
}

#[tokio::test]
async fn articles_are_found_by_whatever_names_callers_have() {
    let app = TestApp::start().await;
    let editor = app.caller(&[Scope::WriteArticles, Scope::WriteLinks]).await;
    let published = json!({"status": "published", "headline": "Live", "canonical_url": "https://news.example/live",
        "external_ids": [{"source": "cms", "id": "1"}]});
    let live = Story::create(&editor, published).await;
    let draft = Story::create(&editor, json!({"headline": "Draft"})).await;
    let withdrawn = json!({"status": "published", "headline": "Withdrawn"});
    let withdrawn = Story::create(&editor, withdrawn).await;
    let path = format!("/v1/articles/{}", withdrawn.id);
    editor
        .patch(&path, json!({"status": "withdrawn"}))
        .await
        .expect(200);
    let alias = json!({"article_id": live.id, "code": "alias"});
    editor.post("/v1/short-links", alias).await.expect(201);
    let asked = json!([
        {"id": live.id},
        {"url": "https://news.example/live/?utm_source=x#top"},
        {"external_id": {"source": "cms", "id": "1"}},
        {"short_link": live.code},
        {"short_link": format!("https://exmp.news/{}", live.code.to_uppercase())},
        {"short_link": "exmp.news/alias"},
        {"id": draft.id},
        {"short_link": format!("exmp.news/{}", draft.code)},
        {"id": withdrawn.id},
        {"url": "https://news.example/none"},
        {"url": "no address"},
        {"short_link": "exmp.news/none"},
        {"external_id": {"source": "cms", "id": ""}},
    ]);

    let public = look_up(&app.anybody(), asked.clone()).await.expect(200);
    let of_editors = look_up(&editor, asked).await.expect(200);

    let same = ["200 Live"; 6].map(str::to_owned);
    let none = ["404 not-found"; 4].map(str::to_owned);
    let [miss, gone] = ["404 not-found", "410 gone"].map(str::to_owned);
    let middle = [miss.clone(), miss, gone];
    assert_eq!(found(&public), [&same[..], &middle, &none].concat());
    let middle = ["200 Draft", "200 Draft", "200 Withdrawn"].map(str::to_owned);
    assert_eq!(found(&of_editors), [&same[..], &middle, &none].concat());
    let single = app
        .anybody()
        .get(&format!("/v1/articles/{}", live.id))
        .await;
    assert_eq!(public.json()["items"][5]["article"], single.json());
}

#[tokio::test]
async fn what_names_no_one_article_is_refused_with_its_place() {
    let app = TestApp::start().await;
    let url = "https://news.example/1";

    let refused = look_up(
        &app.anybody(),
        json!([{}, {"url": url}, {"url": url, "short_link": "a"}, {"url": url, "external_id": {"source": "a", "id": "b"}}]),
    )
    .await
    .expect(422);
    let many = look_up(&app.anybody(), Value::from(vec![json!({"url": url}); 1001]))
        .await
        .expect(422);
    let most = look_up(&app.anybody(), Value::from(vec![json!({"url": url}); 1000]))
        .await
        .expect(200);

    assert_eq!(
        refused.pointers(),
        ["/articles/0", "/articles/2", "/articles/3"]
    );
    assert_eq!(many.pointers(), ["/articles"]);
    assert_eq!(found(&most).len(), 1000);
}

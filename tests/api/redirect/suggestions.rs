//! Did you mean

use reqwest::Method;
use serde_json::json;

use crate::support::{Story, TestApp};

/// A code with two neighbours exchanged, which is never sound.
fn mistyped(code: &str) -> String {
    let mut characters: Vec<char> = code.chars().collect();
    let place = characters.windows(2).position(|pair| pair[0] != pair[1]);
    let place = place.expect("a code of more than one character");
    characters.swap(place, place + 1);
    characters.into_iter().collect()
}

/// A code with another first character, which is never sound.
fn misread(code: &str) -> String {
    let other = if code.starts_with('2') { '3' } else { '2' };
    format!("{other}{}", &code[1..])
}

#[tokio::test]
async fn a_mistyped_code_is_told_which_link_was_meant() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let Story { code, .. } = Story::publish(&editor, "https://news.example/a").await;
    let address = format!("href=\"https://exmp.news/{code}\"");
    let before = app
        .follow(Method::GET, "exmp.news", &format!("/{}", mistyped(&code)))
        .await
        .expect(404);
    assert!(
        !before.text().contains(&address),
        "only what is in memory is offered"
    );

    app.follow(Method::GET, "exmp.news", &format!("/{code}"))
        .await
        .expect(302);

    for typed in [
        mistyped(&code),
        misread(&code),
        mistyped(&code).to_uppercase(),
    ] {
        let answer = app
            .follow(Method::GET, "exmp.news", &format!("/{typed}"))
            .await
            .expect(404);
        assert_eq!(answer.header("location"), "");
        assert_eq!(answer.header("cache-control"), "public, max-age=10");
        assert!(
            answer.text().contains(&address),
            "{typed}: {}",
            answer.text()
        );
        assert!(
            !answer.text().contains("https://news.example/"),
            "where it leads is not told"
        );
    }
    let elsewhere = app
        .follow(
            Method::GET,
            "arab.example",
            &format!("/{}", mistyped(&code)),
        )
        .await
        .expect(404);
    assert!(
        !elsewhere.text().contains(&code),
        "codes of another domain are not offered"
    );
}

#[tokio::test]
async fn what_is_not_live_is_never_offered() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let soon = (app.now() + chrono::TimeDelta::seconds(1000)).to_rfc3339();
    let address = "https://news.example/";
    let mut stories = Vec::new();
    for (number, members) in [
        json!({}),
        json!({"status": "published", "embargoed_until": soon}),
        json!({"status": "published", "published_at": soon}),
        json!({"status": "published", "expires_at": soon}),
        json!({"status": "withdrawn"}),
        json!({"status": "published"}),
        json!({"status": "published"}),
    ]
    .into_iter()
    .enumerate()
    {
        let mut members = members;
        members["canonical_url"] = format!("{address}{number}").into();
        stories.push(Story::create(&editor, members).await);
    }
    let disabled = json!({"status": "disabled"});
    editor.patch(&stories[5].link(), disabled).await.expect(200);
    editor.delete(&stories[6].path()).await.expect(204);
    let expiring = 3;
    for story in &stories {
        app.follow(Method::GET, "exmp.news", &format!("/{}", story.code))
            .await;
    }

    let offered = async |story: &Story| {
        let path = format!("/{}", mistyped(&story.code));
        let answer = app
            .follow(Method::GET, "exmp.news", &path)
            .await
            .expect(404);
        answer.text().contains(&story.code)
    };
    for (number, story) in stories.iter().enumerate() {
        assert_eq!(offered(story).await, number == expiring, "{number}");
    }

    // When their time has come, and they have been followed.
    app.advance(1000);
    for (number, story) in stories.iter().enumerate() {
        app.follow(Method::GET, "exmp.news", &format!("/{}", story.code))
            .await;
        assert_eq!(offered(story).await, number == 1 || number == 2, "{number}");
    }
}

//! What surrounds an address in running text, and comes along

use reqwest::Method;

use crate::support::{Story, TestApp};

#[tokio::test]
async fn what_came_along_from_around_an_address_does_not_count() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let Story { code, .. } = Story::publish(&editor, "https://news.example/a").await;
    let upper = code.to_uppercase();

    for path in [
        format!("/{code}/"),
        format!("/{upper}"),
        format!("/{code}."),
        format!("/{code},"),
        format!("/{code};"),
        format!("/{code}:"),
        format!("/{code}!"),
        format!("/{code}%3F"),
        format!("/{code})"),
        format!("/{code}]"),
        format!("/{code}}}"),
        format!("/{code}'"),
        format!("/{code}%22"),
        format!("/{code}»"),
        format!("/{code})."),
        format!("/{code}/)."),
        format!("/%E2%80%8E{code}%E2%80%8F"),
        format!("/%E2%81%A6{upper}%E2%81%A9.%E2%80%AC!"),
        format!("/{code}%EF%BB%BF/"),
    ] {
        let followed = app.follow(Method::GET, "exmp.news", &path).await;
        assert_eq!(followed.status, 302, "{path}");
        assert_eq!(followed.header("location"), "https://news.example/a");
    }
}

#[tokio::test]
async fn what_stands_within_a_code_counts() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let Story { code, .. } = Story::publish(&editor, "https://news.example/a").await;
    let (left, right) = code.split_at(3);

    for path in [
        format!("/{code}//"),
        format!("//{code}"),
        format!("/{code}%2F"),
        format!("/{code}%20"),
        format!("/{code}%00"),
        format!("/{code}%FF"),
        format!("/{code}%252E"),
        format!("/.{code}"),
        format!("/{left}%E2%80%8E{right}"),
        format!("/{left}.{right}"),
        format!("/{code}*"),
    ] {
        let answer = app.follow(Method::GET, "exmp.news", &path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=10",
            "{path}"
        );
    }
}

//! Questions that cannot be answered

use serde_json::Value;
use uuid::Uuid;

use dateline::keys::Scope;

use super::ground::link;
use crate::support::TestApp;

#[tokio::test]
async fn a_parameter_that_is_wrong_is_named() {
    let app = TestApp::start().await;
    link(&app, "harbour").await;
    let reader = app.caller(&[Scope::ReadStats]).await;

    for (query, fault) in [
        ("stats?from=yesterday", "from"),
        ("stats?from=2026-11-20", "from"),
        ("stats?to=2026-11-20T00:00:00", "to"),
        (
            "stats?from=2026-11-20T00:00:00Z&to=2026-11-20T00:00:00Z",
            "from",
        ),
        (
            "stats?from=2016-11-20T00:00:00Z&to=2026-11-20T00:00:00Z",
            "from",
        ),
        (
            "stats?from=2026-01-01T00:00:00Z&to=2026-11-20T00:00:00Z&unit=hour",
            "from",
        ),
        ("stats?unit=week", "unit"),
        ("stats?by=browser", "by"),
        ("stats?tz=Riyadh", "tz"),
        ("stats?tz=Asia/Nowhere", "tz"),
        ("stats?tz=Asia/Nowhere&unit=hour", "tz"),
        ("stats?tz=ABC5", "tz"),
        ("stats?tz=Etc/GMT%2B99", "tz"),
        ("stats?tz=Asia/Riyadh%00", "tz"),
    ] {
        let path = format!("/v1/short-links/exmp.news/harbour/{query}");
        let answer = reader.get(&path).await.expect(400);

        let told = &answer.json()["errors"][0]["parameter"];
        assert_eq!(told, &Value::from(fault), "{query}: {}", answer.text());
    }
    for (query, fault) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("from=2016-11-20T00:00:00Z", "from"),
        ("to=now", "to"),
        ("domain=%00", "domain"),
    ] {
        let answer = reader
            .get(&format!("/v1/stats/top?{query}"))
            .await
            .expect(400);

        let told = &answer.json()["errors"][0]["parameter"];
        assert_eq!(told, &Value::from(fault), "{query}: {}", answer.text());
    }
}

#[tokio::test]
async fn what_is_not_there_has_no_statistics() {
    let app = TestApp::start().await;
    let reader = app.caller(&[Scope::ReadStats]).await;
    link(&app, "harbour").await;

    for path in [
        "/v1/short-links/exmp.news/nothing/stats".to_owned(),
        "/v1/short-links/arab.example/harbour/stats".to_owned(),
        "/v1/short-links/exmp.news%00/harbour/stats".to_owned(),
        "/v1/short-links/exmp.news/%00/stats".to_owned(),
        format!("/v1/articles/{}/stats", Uuid::now_v7()),
        "/v1/articles/nothing/stats".to_owned(),
    ] {
        let answer = reader.get(&path).await.expect(404);

        assert_eq!(answer.code(), "not-found", "{path}");
    }
}

#[tokio::test]
async fn statistics_need_their_scope() {
    let app = TestApp::start().await;
    link(&app, "harbour").await;
    let paths = ["/v1/short-links/exmp.news/harbour/stats", "/v1/stats/top"];
    let writer = app.caller(&[Scope::WriteLinks]).await;

    for path in paths {
        app.anybody().get(path).await.expect(401);
        writer.get(path).await.expect(403);
    }
}

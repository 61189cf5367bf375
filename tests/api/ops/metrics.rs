//! `/metrics`, and the id of a request

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::support::TestApp;

#[tokio::test]
async fn requests_are_counted_by_their_route() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let created = admin.post("/v1/articles", json!({"headline": "a"})).await;
    let path = created.expect(201).header("location").to_owned();
    let id = path.rsplit('/').next().unwrap_or_default();

    for method in ["GET", "GET", "HEAD", "DELETE", "BREW"] {
        let method: Method = method.parse().expect("a method");
        admin.send(admin.request(method, &path)).await;
    }
    app.anybody().get("/v1/tags/place:secret-place").await;
    app.anybody().get("/secret-path").await;
    app.follow(Method::GET, "exmp.news", "/secret-code").await;
    let told = app.anybody().get("/metrics").await.expect(200);

    let text = told.text();
    for line in [
        r#"{method="GET",route="/v1/articles/{id}",status="200"} 2"#,
        r#"{method="HEAD",route="/v1/articles/{id}",status="200"} 1"#,
        r#"{method="DELETE",route="/v1/articles/{id}",status="204"} 1"#,
        r#"{method="other",route="/v1/articles/{id}",status="405"} 1"#,
        r#"{method="GET",route="/v1/tags/{tag}",status="404"} 1"#,
        r#"{method="GET",route="-",status="404"} 1"#,
        r#"{method="GET",route="/{code}",status="404"} 1"#,
    ] {
        let line = format!("dateline_http_requests_total{line}\n");
        assert!(text.contains(&line), "{line} in {text}");
    }
    for name in [
        r#"dateline_http_request_duration_seconds_count{method="GET",route="/v1/articles/{id}"} 2"#,
        "dateline_database_pool_connections ",
        "dateline_database_pool_idle_connections ",
        "dateline_database_pool_waiting_requests ",
    ] {
        assert!(text.contains(name), "{name} in {text}");
    }
    assert!(text.ends_with("# EOF\n"), "{text}");
    for hidden in [id, "secret"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    let kind = told.header("content-type");
    assert_eq!(
        kind,
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
}

#[tokio::test]
async fn who_reads_the_older_text_format_alone_is_answered_in_it() {
    let app = TestApp::start().await;
    app.anybody().get("/v1/articles").await.expect(200);
    let told = async |accept: &str| {
        let request = app.anybody().request(Method::GET, "/metrics");
        let answer = app.anybody().send(request.header("accept", accept)).await;
        let kind = answer.header("content-type").to_owned();
        (kind, answer.text())
    };

    let (kind, text) = told("text/plain;version=0.0.4;q=0.5,*/*;q=0.1").await;
    let (both, _) = told("application/openmetrics-text;version=1.0.0,text/plain;q=0.5").await;

    assert_eq!(kind, "text/plain; version=0.0.4; charset=utf-8");
    for line in [
        "# TYPE dateline_http_requests_total counter",
        "# HELP dateline_http_requests_total Requests answered.",
        "# TYPE dateline_database_pool_connections gauge",
        "# TYPE dateline_build_info gauge",
        "# TYPE dateline_http_request_duration_seconds histogram",
        r#"dateline_http_requests_total{method="GET",route="/v1/articles",status="200"} 1"#,
    ] {
        assert!(text.lines().any(|other| other == line), "{line} in {text}");
    }
    assert!(
        !text.contains("# EOF") && !text.contains("# UNIT"),
        "{text}"
    );
    assert!(both.starts_with("application/openmetrics-text"), "{both}");
}

#[tokio::test]
async fn a_caller_may_choose_the_id_of_a_request() {
    let app = TestApp::start().await;
    let nobody = app.anybody();
    let long = "a".repeat(128);

    for id in [
        "7",
        "0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10",
        "a.b_c:d-E",
        &long,
    ] {
        let request = nobody.request(Method::GET, "/v1/nothing");
        let answer = nobody.send(request.header("x-request-id", id)).await;

        assert_eq!(answer.header("x-request-id"), id);
        assert_eq!(answer.member("/request_id"), id);
    }
}

#[tokio::test]
async fn an_id_that_is_not_sane_is_replaced() {
    let app = TestApp::start().await;
    let nobody = app.anybody();
    let long = "a".repeat(129);

    for id in ["", "a b", "a\"b", "é", "a;b", &long] {
        let request = nobody.request(Method::GET, "/v1/nothing");
        let answer = nobody.send(request.header("x-request-id", id)).await;

        let given = answer.header("x-request-id").to_owned();
        assert!(Uuid::parse_str(&given).is_ok(), "{id}: {given}");
        assert_eq!(answer.member("/request_id"), given);
    }
}

#[tokio::test]
async fn every_answer_carries_the_id_of_its_request() {
    let app = TestApp::start().await;
    let nobody = app.anybody();

    for (method, path, accept, status) in [
        (Method::GET, "/livez", "*/*", 200),
        (Method::GET, "/docs", "*/*", 307),
        (Method::GET, "/docs/", "*/*", 200),
        (Method::GET, "/v1/articles", "*/*", 200),
        (Method::HEAD, "/v1/articles", "*/*", 200),
        (Method::GET, "/v1/articles?limit=0", "*/*", 400),
        (Method::POST, "/v1/articles", "*/*", 401),
        (Method::GET, "/v1/nothing", "*/*", 404),
        (Method::DELETE, "/v1/articles", "*/*", 405),
        (Method::PATCH, "/v1/articles/by-url", "*/*", 405),
        (Method::GET, "/v1/articles", "text/html", 406),
    ] {
        let request = nobody
            .request(method.clone(), path)
            .header("accept", accept);
        let answer = nobody.send(request).await;

        assert_eq!(answer.status, status, "{method} {path}");
        assert!(!answer.header("x-request-id").is_empty(), "{method} {path}");
    }
    for method in [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS] {
        let answer = app.follow(method.clone(), "exmp.news", "/nothing").await;
        assert!(
            !answer.header("x-request-id").is_empty(),
            "{method} /nothing"
        );
    }
}

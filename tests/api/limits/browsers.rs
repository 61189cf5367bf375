//! What browsers are told: who may call from a page, and what answers are not to be used for.

use dateline::base::config::Config;
use reqwest::Method;

use crate::support::{Answer, TestApp};

fn for_sites(list: &str) -> impl FnOnce(&mut Config) {
    let origins = list.parse().expect("origins");
    move |config| config.limits.cors_origins = Some(origins)
}

async fn ask(app: &TestApp, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = app.anybody().request(method, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.anybody().send(request).await
}

fn cors(answer: &Answer) -> Vec<String> {
    let headers = answer.headers.iter();
    let told = headers.filter(|(name, _)| name.as_str().starts_with("access-control-"));
    let mut told: Vec<String> = told
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    told.sort();
    told
}

fn vary(answer: &Answer) -> String {
    let all = answer.headers.get_all("vary").iter();
    let all: Vec<_> = all.filter_map(|value| value.to_str().ok()).collect();
    all.join(", ")
}

const SITE: (&str, &str) = ("origin", "https://site.example");
const PATCH: (&str, &str) = ("access-control-request-method", "PATCH");

#[tokio::test]
async fn pages_of_other_sites_may_not_call_unless_they_are_named() {
    let app = TestApp::start().await;

    let answer = ask(&app, Method::GET, "/v1/articles", &[SITE])
        .await
        .expect(200);
    let preflight = ask(&app, Method::OPTIONS, "/v1/articles", &[SITE, PATCH]).await;

    assert!(cors(&answer).is_empty() && cors(&preflight).is_empty());
    assert_eq!(preflight.status, 405);
    assert_eq!(
        vary(&answer),
        "Authorization, Accept, Accept-Language, Accept-Encoding, Dateline-Position"
    );
    assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
}

#[tokio::test]
async fn pages_of_named_sites_may_call() {
    let app = TestApp::with(for_sites("https://site.example, https://other.example")).await;

    let preflight = ask(&app, Method::OPTIONS, "/v1/keys", &[SITE, PATCH])
        .await
        .expect(204);
    let answer = ask(&app, Method::GET, "/v1/articles", &[SITE])
        .await
        .expect(200);
    let refused = ask(&app, Method::GET, "/v1/keys", &[SITE])
        .await
        .expect(401);
    let unknown = ("origin", "https://unknown.example");
    let stranger = ask(&app, Method::GET, "/v1/articles", &[unknown])
        .await
        .expect(200);
    let strangers_preflight = ask(&app, Method::OPTIONS, "/v1/keys", &[unknown, PATCH]).await;

    let origin = r#"access-control-allow-origin: "https://site.example""#;
    let told = cors(&preflight);
    assert!(told.iter().any(|line| line == origin), "{told:?}");
    assert!(
        told.iter()
            .any(|line| line.contains("methods") && line.contains("PATCH")),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|line| line.contains("headers") && line.contains("If-Match")),
        "{told:?}"
    );
    for answer in [&answer, &refused] {
        let [_, shown] = cors(answer).try_into().expect("two headers");
        assert!(
            shown.contains("ETag") && shown.contains("RateLimit"),
            "{shown}"
        );
    }
    assert_eq!(
        vary(&answer),
        "Authorization, Accept, Accept-Language, Accept-Encoding, Dateline-Position, Origin"
    );
    assert_eq!(
        vary(&stranger),
        "Authorization, Accept, Accept-Language, Accept-Encoding, Dateline-Position, Origin"
    );
    assert_eq!(
        answer.header("cross-origin-resource-policy"),
        "cross-origin"
    );
    assert!(cors(&stranger).is_empty());
    assert_eq!(cors(&strangers_preflight), Vec::<String>::new());
    assert!(cors(&ask(&app, Method::GET, "/metrics", &[SITE]).await).is_empty());
}

#[tokio::test]
async fn pages_of_every_site_may_call_where_all_are_named() {
    let app = TestApp::with(for_sites("*")).await;

    let answer = ask(&app, Method::GET, "/v1/articles", &[SITE])
        .await
        .expect(200);

    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    assert_eq!(
        vary(&answer),
        "Authorization, Accept, Accept-Language, Accept-Encoding, Dateline-Position"
    );
}

#[tokio::test]
async fn pages_of_the_redirect_load_nothing_and_are_framed_by_nobody() {
    let app = TestApp::start().await;

    let page = app
        .follow(Method::GET, "exmp.news", "/nothing")
        .await
        .expect(404);

    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    assert_eq!(page.header("content-security-policy"), policy);
    assert_eq!(page.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn every_answer_of_the_api_says_what_it_is_not_to_be_used_for() {
    let app = TestApp::start().await;

    for (path, status) in [
        ("/v1/articles", 200),
        ("/v1/articles?surprise=1", 400),
        ("/v1/keys", 401),
        ("/v1/nowhere", 404),
        ("/nowhere", 404),
        ("/livez", 200),
        ("/metrics", 200),
        ("/docs/", 200),
    ] {
        let answer = app.anybody().get(path).await.expect(status);
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            "same-origin",
            "{path}"
        );
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.ends_with("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert_eq!(
            policy.contains("script-src 'self'"),
            path == "/docs/",
            "{path}"
        );
    }
}

//! What tests of visits have in common.

use std::{collections::BTreeMap, future::Future, time::Duration};

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use dateline::{
    base::{clock::Clock, config::Config, context::Context, db::Database},
    keys::Scope,
    visits::{Class, Flusher, Recorder, Visit},
};

use crate::support::TestApp;

/// A browser of a person.
pub const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Waits until something is so, looking again and again, but not for ever.
pub async fn until<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    for _ in 0..2000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never comes to {what}");
}

/// A link to an address under a code of its own.
pub async fn link(app: &TestApp, code: &str) -> String {
    let link = json!({"code": code, "target_url": "https://news.example/a"});
    let editor = app.caller(&[Scope::WriteLinks]).await;
    editor.post("/v1/short-links", link).await.expect(201);
    code.to_owned()
}

/// The number that the database gave a link.
pub async fn number(app: &TestApp, code: &str) -> i64 {
    let found = format!("select id::text as line from short_links where code = '{code}'");
    app.lines(&found).await[0].parse().expect("a number")
}

/// Follows a link with these headers.
pub async fn follow(app: &TestApp, method: Method, code: &str, headers: &[(&str, &str)]) {
    let mut request = app.public(method, "exmp.news", &format!("/{code}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 302);
}

/// Follows a link as a person.
pub async fn visit(app: &TestApp, code: &str) {
    follow(app, Method::GET, code, &[("user-agent", BROWSER)]).await;
}

/// The service's numbers about visits, by their names behind `dateline_`.
pub async fn metrics(app: &TestApp) -> BTreeMap<String, f64> {
    let text = app.anybody().get("/metrics").await.expect(200).text();
    let numbers = text.lines().filter_map(|line| {
        let (name, value) = line.strip_prefix("dateline_visit")?.split_once(' ')?;
        Some((format!("visit{name}"), value.parse().ok()?))
    });
    numbers.collect()
}

/// The same, as soon as nothing waits any more.
pub async fn settled(app: &TestApp) -> BTreeMap<String, f64> {
    until("nothing waiting", || async {
        let now = metrics(app).await;
        now["visits_pending"] == 0.0 && now["visit_details_pending"] == 0.0
    })
    .await;
    rolled_up(app).await;
    metrics(app).await
}

/// Waits until what was written is added to the counts.
pub async fn rolled_up(app: &TestApp) {
    let journal = "select id::text as line from visit_journal \
                   union all select id::text from visit_breakdown_journal";
    until("an empty journal", || async {
        app.lines(journal).await.is_empty()
    })
    .await;
}

/// What is told of a link's visits.
pub async fn stats(app: &TestApp, code: &str, query: &str) -> Value {
    rolled_up(app).await;
    let reader = app.caller(&[Scope::ReadStats]).await;
    let path = format!("/v1/short-links/exmp.news/{code}/stats?{query}");
    reader.get(&path).await.expect(200).json()
}

/// Visits of people, of machines and ahead.
pub fn counts(of: &Value) -> [i64; 3] {
    ["people", "bots", "prefetches"].map(|name| of[name].as_i64().expect(name))
}

/// The values of a breakdown, each with its visits.
pub fn groups(of: &Value) -> Vec<(String, [i64; 3])> {
    let groups = of["groups"].as_array().expect("groups");
    let group = |group: &Value| {
        let value = group["value"].as_str().unwrap_or("-").to_owned();
        (value, counts(group))
    };
    groups.iter().map(group).collect()
}

/// Counts and writes as one more instance of the service would.
pub struct Instance {
    /// Where it counts.
    pub recorder: Recorder,
    /// Who writes for it.
    pub flusher: Flusher,
}

impl Instance {
    /// An instance on the database of a service, with other settings.
    pub fn beside(app: &TestApp, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::read(|_| None).expect("sound settings");
        config.database_pool_size = 2;
        change(&mut config);
        let recorder = Recorder::new(&config);
        let db = Database::new(&config, &app.database.url).expect("an address");
        let context = Context::new(config, db, Clock::default()).expect("addresses");
        let flusher = Flusher::new(context, recorder.clone());
        Self { recorder, flusher }
    }

    /// Counts a visit of a person.
    pub fn visit(&self, link: i64, at: DateTime<Utc>) {
        let visit = Visit {
            class: Class::Person,
            channel: None,
            referrer: None,
            country: None,
            at,
        };
        self.record(link, visit);
    }

    /// Counts a visit.
    pub fn record(&self, link: i64, visit: Visit<'_>) {
        self.recorder.record(&self.recorder.tally(link), visit);
    }

    /// Writes all that was counted.
    pub async fn write(&mut self) {
        self.flusher.drain(Duration::from_secs(60)).await;
        let account = self.recorder.account(Utc::now());
        assert_eq!((account.pending, account.details_pending), (0, 0));
    }
}

/// A moment in RFC 3339.
pub fn moment(text: &str) -> DateTime<Utc> {
    text.parse().expect(text)
}

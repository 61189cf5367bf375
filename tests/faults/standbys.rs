//! Hot standbys that stream from the primary

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Api, Ground, Mode, Postgres, Proxy, Service, Standby, until};

/// How long an answer may take while a standby falls silent: until that is noticed, and slack for a busy machine.
const SLOWEST: Duration = Duration::from_secs(4);

/// Far more than any test takes.
const PATIENT: (&str, &str) = ("STANDBY_MAX_LAG_S", "600");

/// Lists of what nobody but editors sees.
const DRAFTS: &str = "/v1/articles?status=draft&limit=100&fields=headline";

/// What else may lag, of that which needs no name.
const LAGGING: &[&str] = &[
    "/v1/short-links",
    "/v1/stats/top",
    "/v1/tag-merges",
    "/v1/tags",
    "/v1/tags/autocomplete?q=a",
    "/v1/tags/duplicates",
    "/v1/tags/export",
    "/v1/tags/kinds",
];

/// A service with a standby, by an address of the latter.
struct Pair {
    service: Service,
    api: Api,
}

impl Pair {
    async fn start(ground: &Ground, standby: &str, settings: &[(&str, &str)]) -> Self {
        let begun = Instant::now();
        let named = [("DATABASE_READ_URL", standby)];
        let service = ground.serve(&[&named, settings].concat());
        service.logged("event=standby_used", begun).await;
        Self {
            api: Api::as_admin(ground, &service),
            service,
        }
    }

    /// Writes an article, and answers the position behind it.
    async fn write(&self, headline: &str) -> String {
        let request = self.api.request(Method::POST, "/v1/articles");
        let answer = request.json(&json!({"headline": headline})).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 201);
        let position = answer.headers().get("dateline-position");
        let position = position.expect("a position").to_str();
        position.expect("a text").to_owned()
    }

    /// The headlines of a list, and who has answered it.
    async fn list(&self, position: Option<&str>) -> (Vec<String>, &'static str) {
        let before = self.reads().await;
        let request = self.api.request(Method::GET, DRAFTS);
        let request = match position {
            Some(position) => request.header("dateline-position", position),
            None => request,
        };
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        let list: Value = answer.json().await.expect("a list");
        let items = list["items"].as_array().into_iter().flatten();
        let headlines = items.filter_map(|item| item["headline"].as_str());
        let headlines = headlines.map(str::to_owned).collect();
        let after = self.reads().await;
        let by = match (after.0 - before.0, after.1 - before.1) {
            (1, 0) => "standby",
            (0, 1) => "primary",
            other => panic!("{other:?}"),
        };
        (headlines, by)
    }

    /// Whether a list shows an article, and who has answered it.
    async fn shows(&self, headline: &str, position: Option<&str>) -> (bool, &'static str) {
        let (headlines, by) = self.list(position).await;
        (headlines.iter().any(|it| it == headline), by)
    }

    /// How many reads standby and primary have answered.
    async fn reads(&self) -> (u64, u64) {
        let by = async |server: &str| {
            let name = format!("dateline_lagging_reads_total{{server=\"{server}\"}}");
            self.number(&name).await
        };
        (by("standby").await, by("primary").await)
    }

    async fn number(&self, name: &str) -> u64 {
        let address = format!("http://{}/metrics", self.service.api);
        let answer = reqwest::get(address).await.expect("an answer");
        let text = answer.text().await.expect("a text");
        let mut values = text.lines().filter_map(|line| line.strip_prefix(name));
        let value = values.next().expect(name).trim();
        value.parse().expect(name)
    }

    async fn is_used(&self) -> bool {
        self.number("dateline_standbys_in_use ").await == 1
    }

    /// Lists until something has come about, and whatever happens meanwhile; answers the slowest.
    async fn list_until(&self, end: impl Future<Output = ()>) -> Duration {
        let is_over = AtomicBool::new(false);
        let reader = async || {
            let mut slowest = Duration::ZERO;
            while !is_over.load(Relaxed) {
                let begun = Instant::now();
                let (status, body) = self.api.ask(Method::GET, DRAFTS).await;
                assert_eq!(status, 200, "{body}");
                slowest = slowest.max(begun.elapsed());
            }
            slowest
        };
        let end = async {
            end.await;
            is_over.store(true, Relaxed);
        };
        let readers = join_all((0..4).map(|_| reader()));
        let (slowest, ()) = tokio::join!(readers, end);
        slowest.into_iter().max().unwrap_or_default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_comes_from_the_standby_unless_it_lacks_what_its_caller_wrote() {
    let ground = Ground::with_links(0).await;
    let standby = Standby::of(&ground.postgres).await;
    let pair = Pair::start(&ground, &standby.url(), &[PATIENT]).await;
    let replay = standby.connect().await;

    let first = pair.write("first").await;
    until("the first on the standby", async || {
        pair.shows("first", Some(&first)).await == (true, "standby")
    })
    .await;
    replay
        .batch_execute("select pg_wal_replay_pause()")
        .await
        .expect("a pause");
    let second = pair.write("second").await;

    let plain = pair.shows("second", None).await;
    assert_eq!(plain, (false, "standby"), "who asks for nothing may lag");
    let own = pair.shows("second", Some(&second)).await;
    assert_eq!(own, (true, "primary"), "who wrote does not");
    let earlier = pair.shows("first", Some(&first)).await;
    assert_eq!(earlier, (true, "standby"), "what it has is had from it");
    replay
        .batch_execute("select pg_wal_replay_resume()")
        .await
        .expect("a replay");
    until("the second on the standby", async || {
        pair.shows("second", Some(&second)).await == (true, "standby")
    })
    .await;
    for path in LAGGING {
        let before = pair.reads().await;
        let (status, body) = pair.api.ask(Method::GET, path).await;
        assert_eq!(status, 200, "{path} {body}");
        let after = pair.reads().await;
        assert_eq!(after, (before.0 + 1, before.1), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_is_too_far_behind_is_left_until_it_has_caught_up() {
    let ground = Ground::with_links(0).await;
    let standby = Standby::of(&ground.postgres).await;
    let pair = Pair::start(&ground, &standby.url(), &[("STANDBY_MAX_LAG_S", "2")]).await;
    let replay = standby.connect().await;

    replay
        .batch_execute("select pg_wal_replay_pause()")
        .await
        .expect("a pause");
    pair.write("late").await;
    until("a standby that is left", async || !pair.is_used().await).await;

    assert_eq!(pair.shows("late", None).await, (true, "primary"));
    assert!(!pair.service.lines("further behind").is_empty());
    replay
        .batch_execute("select pg_wal_replay_resume()")
        .await
        .expect("a replay");
    until("the standby again", async || {
        pair.shows("late", None).await == (true, "standby")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_crashes_or_falls_silent_costs_nobody_an_answer() {
    let ground = Ground::with_links(0).await;
    let mut standby = Standby::of(&ground.postgres).await;
    let proxy = Proxy::open(&standby.url()).await;
    let pair = Pair::start(&ground, proxy.url(), &[PATIENT]).await;
    pair.write("here").await;

    let crashed = pair
        .list_until(async {
            standby.crash().await;
            until("a standby that is left", async || !pair.is_used().await).await;
        })
        .await;
    assert_eq!(pair.shows("here", None).await, (true, "primary"));
    let (ready, _) = pair.api.ask(Method::GET, "/readyz").await;
    assert_eq!(ready, 200);
    standby.start().await;
    until("the standby again", async || pair.is_used().await).await;
    assert_eq!(pair.list(None).await.1, "standby");

    let silent = pair
        .list_until(async {
            proxy.set(Mode::Stalled);
            until("a standby that is left", async || !pair.is_used().await).await;
        })
        .await;
    assert_eq!(pair.shows("here", None).await, (true, "primary"));
    proxy.set(Mode::Open);
    until("the standby again", async || pair.is_used().await).await;

    println!(
        "standby: slowest_crash_ms={} slowest_silence_ms={}",
        crashed.as_millis(),
        silent.as_millis()
    );
    assert!(crashed < SLOWEST, "{crashed:?}");
    assert!(silent < SLOWEST, "{silent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_standby_cancels_is_asked_of_the_primary() {
    let ground = Ground::with_links(0).await;
    let standby = Standby::of(&ground.postgres).await;
    let pair = Pair::start(&ground, &standby.url(), &[PATIENT]).await;
    let primary = ground.postgres.connect().await;

    // The lock is replayed, and reads of the table stand in its way.
    let lock = "begin; lock table articles in access exclusive mode; commit";
    let conflict = until("a read that is cancelled", async || {
        primary.batch_execute(lock).await.expect("a lock");
        pair.number("dateline_standby_failures_total ").await > 0
    });
    pair.list_until(conflict).await;

    let log = standby.log();
    assert!(log.contains("conflict with recovery"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_was_promoted_is_not_read_from_any_more() {
    let ground = Ground::with_links(0).await;
    let standby = Standby::of(&ground.postgres).await;
    let pair = Pair::start(&ground, &standby.url(), &[PATIENT]).await;
    let other = standby.connect().await;
    let before = pair.write("before").await;
    until("an article on the standby", async || {
        pair.shows("before", Some(&before)).await == (true, "standby")
    })
    .await;

    let promoted = Instant::now();
    other
        .batch_execute("select pg_promote()")
        .await
        .expect("a promotion");
    let since = pair.write("since").await;
    let own = pair.shows("since", Some(&since)).await;
    pair.service.logged("event=standby_left", promoted).await;
    let fork = "update articles set headline = 'of the fork'";
    other.batch_execute(fork).await.expect("another history");

    assert_eq!(own, (true, "primary"));
    assert_eq!(pair.shows("since", None).await, (true, "primary"));
    assert_eq!(pair.shows("before", Some(&before)).await, (true, "primary"));
    assert!(!pair.service.lines("was it promoted?").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_another_history_is_never_read_from() {
    let ground = Ground::with_links(0).await;
    let (taking_over, left_behind) = (
        Standby::of(&ground.postgres).await,
        Standby::of(&ground.postgres).await,
    );
    let stranger = Postgres::start().await;
    let others = Standby::of(&stranger).await;
    let api = Api::as_admin(&ground, &ground.serve(&[]));
    let new = taking_over.connect().await;
    until("the key on the standby", async || {
        let keys = new.query("select from api_keys", &[]).await;
        !keys.expect("keys").is_empty()
    })
    .await;
    new.batch_execute("select pg_promote()")
        .await
        .expect("a promotion");
    // What follows the old primary gets ahead of the new one, so that its place in the log alone would let it pass.
    let old = ground.postgres.connect().await;
    old.batch_execute("create table ahead as select generate_series(1, 100000)")
        .await
        .expect("a table");

    for (url, cause) in [
        (left_behind.url(), "another timeline"),
        (others.url(), "another cluster"),
    ] {
        let begun = Instant::now();
        let settings = [("DATABASE_READ_URL", url.as_str()), PATIENT];
        let service = Service::start(&taking_over.url(), &settings);
        service.logged(cause, begun).await;
        let api = api.at(&service.api);
        let pair = Pair { service, api };
        let position = pair.write(cause).await;

        for position in [None, Some(position.as_str())] {
            assert_eq!(pair.shows(cause, position).await, (true, "primary"));
        }
        assert!(pair.service.lines("event=standby_used").is_empty());
    }
}

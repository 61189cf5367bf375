//! A Postgres, a database that is ready, and links in it

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use super::{Postgres, Service, Stored, load::client, process::key};

/// How long anything may take to come about.
const LIMIT: Duration = Duration::from_secs(60);

/// What follows a record of a change in its transaction waits.
const LINGER: &str = "create function linger_on_changes() returns trigger language plpgsql as \
                      $$ begin perform pg_sleep(0.02); return new; end $$; \
                      create trigger linger after insert on changes \
                      for each row execute function linger_on_changes();";

/// Waits until something is so, looking again and again, but not for ever.
pub async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !is_so().await {
        assert!(Instant::now() < deadline, "it never comes to {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A database with links.
pub struct Ground {
    /// Its server.
    pub postgres: Postgres,
    /// The links' codes.
    pub codes: Vec<String>,
    key: String,
    /// The domain that all of them are on.
    domain: String,
}

impl Ground {
    /// As many links as this, none of which anybody has followed.
    pub async fn with_links(links: usize) -> Self {
        let postgres = Postgres::start().await;
        let service = Service::start(postgres.url(), &[]);
        let mut ground = Self::on(postgres);
        for number in 0..links {
            let link = json!({"target_url": format!("https://news.example/{number}")});
            let request = client().post(format!("http://{}/v1/short-links", service.api));
            let answer = request.bearer_auth(&ground.key).json(&link).send().await;
            let answer = answer.expect("an answer");
            assert_eq!(answer.status(), 201);
            let link: Value = answer.json().await.expect("a link");
            let text = |name: &str| link[name].as_str().expect("a text").to_owned();
            ground.domain = text("domain");
            ground.codes.push(text("code"));
        }
        service.terminate();
        assert!(service.end(Duration::from_secs(20)).await.success());
        ground
    }

    /// A server whose database is ready, without links.
    pub fn on(postgres: Postgres) -> Self {
        Self {
            key: key(postgres.url(), "links:write"),
            postgres,
            codes: Vec::new(),
            domain: String::new(),
        }
    }

    /// Waits until no process is connected any more, so that what one that was killed had sent is over.
    pub async fn is_left(&self) {
        let client = self.postgres.connect().await;
        let sessions = "select from pg_stat_activity where application_name = 'dateline'";
        until("nobody being connected", async || {
            client
                .query(sessions, &[])
                .await
                .expect("sessions")
                .is_empty()
        })
        .await;
    }

    /// Lets every write take its time before it commits, so that some are always in mid-transaction.
    pub async fn linger(&self) {
        let client = self.postgres.connect().await;
        client.batch_execute(LINGER).await.expect("a trigger");
    }

    /// Waits until several writes are in mid-transaction.
    pub async fn in_mid_transaction(&self) {
        let client = self.postgres.connect().await;
        let sql = "select count(*) from pg_stat_activity \
                   where application_name = 'dateline' and backend_xid is not null";
        until("writes in mid-transaction", async || {
            let open = client.query_one(sql, &[]).await.expect("a count");
            open.get::<_, i64>(0) >= 3
        })
        .await;
    }

    /// What is in the database.
    pub async fn stored(&self) -> Stored {
        Stored::now(&self.postgres.connect().await).await
    }

    /// A process that serves this database.
    pub fn serve(&self, settings: &[(&str, &str)]) -> Service {
        Service::start(self.postgres.url(), settings)
    }

    /// Lets a link lead elsewhere, through this process.
    pub async fn retarget(&self, service: &Service, code: &str, target: &str) {
        let address = format!(
            "http://{}/v1/short-links/{}/{code}",
            service.api, self.domain
        );
        let request = client().patch(address).bearer_auth(&self.key);
        let answer = request.json(&json!({"target_url": target})).send().await;
        assert_eq!(answer.expect("an answer").status(), 200);
    }
}

/// The status and the target of a link, as one reader gets them.
pub async fn follow(service: &Service, code: &str) -> (u16, Option<String>) {
    ask(service, Method::GET, code).await
}

/// The same without a visit.
pub async fn head(service: &Service, code: &str) -> (u16, Option<String>) {
    ask(service, Method::HEAD, code).await
}

async fn ask(service: &Service, method: Method, code: &str) -> (u16, Option<String>) {
    let address = format!("http://{}/{code}", service.public);
    let request = client().request(method, address);
    let answer = request.send().await.expect("an answer");
    let location = answer.headers().get("location");
    let location = location.map(|it| it.to_str().expect("an address").to_owned());
    (answer.status().as_u16(), location)
}

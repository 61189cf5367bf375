//! The real service, started as `dateline serve` starts it, on free ports.

use std::{net::SocketAddr, thread};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Method, redirect::Policy};
use serde_json::Value;

use dateline::{
    app::{self, Stopper},
    base::{clock::Clock, config::Config, db::Database},
    changes::Writer,
    keys::{self, Scope, Secret},
};

use super::{Answer, database::TestDatabase};

/// A running service with a database of its own.
pub struct TestApp {
    /// The service's database.
    pub database: TestDatabase,
    clock: Clock,
    api: SocketAddr,
    public: SocketAddr,
    http: reqwest::Client,
    stopper: Stopper,
    service: Option<thread::JoinHandle<()>>,
    /// Whether the database is another instance's to remove.
    is_beside: bool,
}

/// A caller of the API, with or without a key.
pub struct Client<'a> {
    app: &'a TestApp,
    key: Option<String>,
}

impl TestApp {
    /// The service with the default settings, on the short domains exmp.news and arab.example.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// The service with other settings; `database_url` names a database that is not the test's.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::on(TestDatabase::create().await, Clock::default(), change)
    }

    /// One more instance of the service, with the database and the time of this one, which must
    /// outlive it.
    pub fn beside(&self, change: impl FnOnce(&mut Config)) -> Self {
        let mut other = Self::on(self.database.clone(), self.clock.clone(), change);
        other.is_beside = true;
        other
    }

    fn on(database: TestDatabase, clock: Clock, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::read(|name| match name {
            "API_LISTEN" | "PUBLIC_LISTEN" => Some("127.0.0.1:0".to_owned()),
            "SHORT_BASE_URLS" => Some("https://exmp.news,https://arab.example".to_owned()),
            "SETTLE_INTERVAL_MS" | "VISIT_FLUSH_MS" => Some("20".to_owned()),
            "DATABASE_POOL_SIZE" => Some("4".to_owned()),
            "WORKERS" => Some("1".to_owned()),
            "SHUTDOWN_TIMEOUT_S" => Some("1".to_owned()),
            _ => None,
        })
        .expect("sound settings");
        change(&mut config);
        let (sender, started) = std::sync::mpsc::channel();
        let elsewhere = config.database_url.as_ref().map(|url| url.0.clone());
        let url = elsewhere.unwrap_or_else(|| database.url.clone());
        let service_clock = clock.clone();
        // A runtime of its own, as the binary has; the test's ends with the test.
        let service = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build();
            runtime.expect("a runtime").block_on(async {
                let db = Database::new(&config, &url).expect("an address");
                let running = app::start(config, &db, service_clock)
                    .await
                    .expect("free ports");
                sender
                    .send((running.api, running.public, running.stopper()))
                    .expect("a test that waits");
                running.run().await.expect("a service that ends well");
            });
        });
        let (api, public, stopper) = started.recv().expect("a service that starts");
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            // Before the service closes them: on a slow machine a request may meet the end of its connection.
            .pool_idle_timeout(std::time::Duration::from_secs(2))
            .build()
            .expect("a client");
        Self {
            database,
            clock,
            api,
            public,
            http,
            stopper,
            service: Some(service),
            is_beside: false,
        }
    }

    /// A caller without a key.
    pub fn anybody(&self) -> Client<'_> {
        Client {
            app: self,
            key: None,
        }
    }

    /// A caller with a new key of every scope but `admin`.
    pub async fn all_but_admin(&self) -> Client<'_> {
        let scopes = Scope::ALL.iter().copied();
        let others: Vec<Scope> = scopes.filter(|it| *it != Scope::Admin).collect();
        self.caller(&others).await
    }

    /// A caller with a new key of these scopes.
    pub async fn caller(&self, scopes: &[Scope]) -> Client<'_> {
        let secret = Secret::generate();
        let writer = Writer {
            key_id: None,
            at: self.clock.now(),
        };
        let mut connection = self.database.connect().await;
        keys::create(&mut connection, &writer, &secret, "test", scopes)
            .await
            .expect("a new key");
        Client {
            app: self,
            key: Some(secret.reveal()),
        }
    }

    /// A caller who may do everything.
    pub async fn admin(&self) -> Client<'_> {
        self.caller(&[Scope::Admin]).await
    }

    /// The service's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Moves the service's time.
    pub fn advance(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
    }

    /// Where the API listens.
    pub fn api(&self) -> SocketAddr {
        self.api
    }

    /// A request to the public listener that is not sent yet.
    pub fn public(&self, method: Method, host: &str, path: &str) -> reqwest::RequestBuilder {
        let address = format!("http://{}{path}", self.public);
        self.http.request(method, address).header("host", host)
    }

    /// Asks the public listener for a path, under the host of a short domain.
    pub async fn follow(&self, method: Method, host: &str, path: &str) -> Answer {
        let request = self.public(method, host, path);
        Answer::of(request.send().await.expect("an answer")).await
    }
}

impl Client<'_> {
    /// The key that the caller shows.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// A request that is not sent yet.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self
            .app
            .http
            .request(method, format!("http://{}{path}", self.app.api));
        match &self.key {
            Some(key) => request.bearer_auth(key),
            None => request,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        Answer::of(request.send().await.expect("an answer")).await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body))
            .await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    /// PATCH with a JSON merge patch.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body))
            .await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let stopper = self.stopper.clone();
        let removed = (!self.is_beside).then_some(&self.database);
        let service = self.service.take();
        thread::scope(|scope| {
            // A test's runtime cannot be blocked on from within, so the end has one of its own.
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                runtime.expect("a runtime").block_on(async {
                    stopper.stop().await;
                    service.map(thread::JoinHandle::join);
                    if let Some(database) = removed {
                        database.remove().await;
                    }
                });
            });
        });
    }
}

//! The API, asked with a key

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use super::{Ground, Service, load::client, process::key};

/// A caller who may do everything.
#[derive(Clone)]
pub struct Api {
    address: String,
    key: String,
    client: Client,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Value,
    /// Whether it is one that was given before.
    pub is_replayed: bool,
    /// Whether it says when to try again.
    pub says_when: bool,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// Nobody took the connection: the request was never sent.
    NoConnection,
    /// The connection broke off, or nothing came.
    Lost,
}

impl Api {
    /// With a key that is made for it.
    pub fn as_admin(ground: &Ground, service: &Service) -> Self {
        Self {
            address: service.api.clone(),
            key: key(ground.postgres.url(), "admin"),
            client: client(),
        }
    }

    /// The same caller at another instance.
    pub fn at(&self, address: &str) -> Self {
        Self {
            address: address.to_owned(),
            ..self.clone()
        }
    }

    /// Status and body of an answer.
    pub async fn ask(&self, method: Method, path: &str) -> (u16, String) {
        self.send(method, path, None).await
    }

    /// POST, which does well.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        self.change(Method::POST, path, body).await
    }

    /// PATCH, which does well.
    pub async fn patch(&self, path: &str, body: Value) -> Value {
        self.change(Method::PATCH, path, body).await
    }

    /// DELETE, which does well.
    pub async fn delete(&self, path: &str) {
        let (status, body) = self.ask(Method::DELETE, path).await;
        assert!(status < 300, "{path}: {status} {body}");
    }

    async fn change(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, answer) = self.send(method, path, Some(body)).await;
        assert!(status < 300, "{path}: {status} {answer}");
        serde_json::from_str(&answer).expect("JSON")
    }

    /// What becomes of a write, which may have none: with a key it can be retried.
    pub async fn attempt(
        &self,
        method: Method,
        path: &str,
        retry_key: Option<&str>,
        body: &Value,
    ) -> Result<Told, NoAnswer> {
        let mut request = self.request(method, path).json(body);
        if let Some(key) = retry_key {
            request = request.header("idempotency-key", key);
        }
        let answer = async {
            let answer = request.send().await?;
            let has = |name: &str| answer.headers().contains_key(name);
            let (is_replayed, says_when) = (has("idempotent-replayed"), has("retry-after"));
            Ok::<_, reqwest::Error>(Told {
                status: answer.status().as_u16(),
                is_replayed,
                says_when,
                body: answer.json().await?,
            })
        };
        answer.await.map_err(|fault| {
            if fault.is_connect() {
                NoAnswer::NoConnection
            } else {
                NoAnswer::Lost
            }
        })
    }

    /// An export, line by line.
    pub async fn lines(&self, path: &str) -> Vec<Value> {
        let (status, text) = self.ask(Method::GET, path).await;
        assert_eq!(status, 200, "{text}");
        let lines = text.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().expect("JSON in each line")
    }

    /// A request that is not sent yet.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let address = format!("http://{}{path}", self.address);
        self.client.request(method, address).bearer_auth(&self.key)
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (u16, String) {
        // Told again by problems, which are then the same.
        let request = self.request(method, path).header("x-request-id", "test");
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.text().await.expect("a text"))
    }
}

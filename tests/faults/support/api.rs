//! The API, asked with a key

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::{Ground, Service, load::client, process::key};

/// A caller who may do everything.
pub struct Api {
    address: String,
    key: String,
}

impl Api {
    /// With a key that is made for it.
    pub fn as_admin(ground: &Ground, service: &Service) -> Self {
        Self {
            address: service.api.clone(),
            key: key(ground.postgres.url(), "admin"),
        }
    }

    /// The same caller at another instance.
    pub fn at(&self, address: &str) -> Self {
        Self {
            address: address.to_owned(),
            key: self.key.clone(),
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

    /// A request that is not sent yet.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        client()
            .request(method, format!("http://{}{path}", self.address))
            .bearer_auth(&self.key)
            // Told again by problems, which are then the same.
            .header("x-request-id", "test")
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (u16, String) {
        let request = self.request(method, path);
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.text().await.expect("a text"))
    }
}

//! What must be there before an operation can be called.

use serde_json::json;
use uuid::Uuid;

use super::document::Operation;
use crate::support::Client;

/// One of everything that a path can name.
pub struct Ground {
    article: String,
    url: String,
    tag_of_article: String,
    tag: String,
    code: String,
    key: String,
    merge: String,
    external_id: String,
}

impl Ground {
    /// Makes one of everything, under names that nothing had before.
    pub async fn lay(editor: &Client<'_>) -> Self {
        let name = Uuid::now_v7().simple().to_string();
        let url = format!("https://ground.example/{name}");
        let article = json!({
            "headline": "Ground", "status": "published", "canonical_url": url,
            "external_ids": [{"source": "ground", "id": name}],
            "tags": [{"kind": "topic", "name": format!("Filed {name}")}],
        });
        let article = editor.post("/v1/articles", article).await.expect(201);
        let tag = json!({"kind": "topic", "name": format!("Unused {name}")});
        let tag = editor.post("/v1/tags", tag).await.expect(201);
        let link = json!({"target_url": "https://ground.example/", "code": format!("c-{name}")});
        let link = editor.post("/v1/short-links", link).await.expect(201);
        let gone = json!({"kind": "topic", "name": format!("Gone {name}")});
        let gone = editor
            .post("/v1/tags", gone)
            .await
            .expect(201)
            .member("/key");
        let address = format!("/v1/tags/{}/merge", article.member("/tags/0/key"));
        let merge = editor
            .post(&address, json!({"sources": [gone]}))
            .await
            .expect(201);
        let key = json!({"name": "ground", "scopes": ["stats:read"]});
        let key = editor.post("/v1/keys", key).await.expect(201);
        Self {
            article: article.member("/id"),
            url,
            tag_of_article: article.member("/tags/0/key"),
            tag: tag.member("/key"),
            code: link.member("/code"),
            key: key.member("/id"),
            merge: merge.member("/id"),
            external_id: name,
        }
    }

    /// The address of an operation, everything in it made real.
    pub fn address(&self, operation: Operation<'_>) -> String {
        let mut address = operation.path.to_owned();
        let mut query = String::new();
        for parameter in operation.parameters() {
            let name = parameter["name"].as_str().unwrap_or_default();
            let value = match (name, operation.path) {
                ("id", path) if path.starts_with("/v1/keys") => &self.key,
                ("id", path) if path.starts_with("/v1/tag-merges") => &self.merge,
                ("id", _) => &self.article,
                ("tag", path) if path.starts_with("/v1/tags") => &self.tag,
                ("tag", path) if path.contains("{tag}") => &self.tag_of_article,
                ("domain", path) if path.contains("{domain}") => "exmp.news",
                ("code", _) => &self.code,
                ("channel", _) => "print",
                ("source", _) => "ground",
                ("external_id", _) => &self.external_id,
                ("url", _) => &self.url,
                ("q", "/v1/tags/autocomplete") => "unused",
                _ if parameter["required"] == true => {
                    panic!("say how {name} of {} is made real", operation.path)
                }
                _ => continue,
            };
            if parameter["in"] == "path" {
                address = address.replace(&format!("{{{name}}}"), value);
            } else {
                query = format!("?{name}={value}");
            }
        }
        address + &query
    }

    /// The address of an operation, leading to nothing.
    pub fn nowhere(operation: Operation<'_>) -> String {
        let (mut address, name) = (operation.path.to_owned(), Uuid::now_v7().to_string());
        // Where nothing else varies, it is the domain that leads nowhere.
        let domain = match operation.path.contains("{code}") {
            true => "exmp.news",
            false => "nowhere.example",
        };
        for (variable, value) in [
            ("{id}", name.clone()),
            ("{tag}", format!("topic:{name}")),
            ("{domain}", domain.to_owned()),
            ("{code}", name.clone()),
            ("{source}", "ground".to_owned()),
            ("{external_id}", name.clone()),
        ] {
            address = address.replace(variable, &value);
        }
        for parameter in operation.parameters() {
            match parameter["name"].as_str() {
                Some("url") => address += &format!("?url=https://nowhere.example/{name}"),
                Some("q") if parameter["required"] == true => address += "?q=nothing",
                _ => {}
            }
        }
        address
    }
}

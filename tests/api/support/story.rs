//! Articles as most tests need them.

use serde_json::{Value, json};

use super::{Answer, Client};

/// An article that was created, and the code of its short link.
pub struct Story {
    /// The article's id.
    pub id: String,
    /// The code of its primary short link on exmp.news.
    pub code: String,
}

impl Story {
    /// Creates an article with these members beside its headline.
    pub async fn create(editor: &Client<'_>, members: Value) -> Self {
        let mut article = json!({"headline": "A"});
        if let (Some(article), Some(members)) = (article.as_object_mut(), members.as_object()) {
            article.extend(members.clone());
        }
        let created = editor.post("/v1/articles", article).await.expect(201);
        let url = created.member("/short_url");
        let (_, code) = url.rsplit_once('/').expect("a short address");
        Self {
            id: created.member("/id"),
            code: code.to_owned(),
        }
    }

    /// Creates an article that is live at this address.
    pub async fn publish(editor: &Client<'_>, address: &str) -> Self {
        Self::create(
            editor,
            json!({"status": "published", "canonical_url": address}),
        )
        .await
    }

    /// Where the API has the article.
    pub fn path(&self) -> String {
        format!("/v1/articles/{}", self.id)
    }

    /// Where the API has the article's primary link.
    pub fn link(&self) -> String {
        format!("/v1/short-links/exmp.news/{}", self.code)
    }

    /// Changes the article.
    pub async fn patch(&self, editor: &Client<'_>, members: Value) -> Answer {
        editor.patch(&self.path(), members).await.expect(200)
    }
}

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{model::Key, scope::Scope, secret::Secret};
use crate::base::{
    error::{AppResult, Faults},
    text::{self, Lines},
    timestamp,
};

/// Longest name of a key, in characters.
pub const MAX_NAME: usize = 100;

/// A key without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Key)]
pub struct KeyView {
    /// The public half of the key.
    #[schema(example = "3k9f0q2m7xw1")]
    id: String,
    /// What its owner calls it.
    #[schema(example = "cms")]
    name: String,
    /// What it may do.
    #[schema(example = json!(["articles:write", "tags:write"]))]
    scopes: Vec<Scope>,
    /// When it was made.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(example = "2026-11-23T08:41:12Z")]
    created_at: DateTime<Utc>,
    /// When it was revoked; null while it works.
    #[serde(serialize_with = "timestamp::serialize_option")]
    revoked_at: Option<DateTime<Utc>>,
}

impl From<Key> for KeyView {
    fn from(key: Key) -> Self {
        let Key {
            id,
            name,
            secret_hash: _,
            scopes,
            created_at,
            revoked_at,
        } = key;
        let scopes = scopes
            .iter()
            .filter_map(|word| Scope::from_word(word))
            .collect();
        Self {
            id,
            name,
            scopes,
            created_at,
            revoked_at,
        }
    }
}

/// Every key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeyList)]
pub struct KeyListView {
    /// The keys, the newest first.
    pub items: Vec<KeyView>,
}

/// A key with its secret, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewKey)]
pub struct NewKeyView {
    /// The public half of the key.
    #[schema(example = "3k9f0q2m7xw1")]
    pub id: String,
    /// The whole key, to be sent as `Authorization: Bearer …`. It is kept nowhere.
    #[schema(example = "dl_3k9f0q2m7xw1_l3Q0mJYx1yZfQbqkC3mM2Y1f0f7bXn8rKc5o2w6u9hE")]
    pub key: String,
    /// What its owner calls it.
    #[schema(example = "cms")]
    pub name: String,
    /// What it may do.
    #[schema(example = json!(["articles:write", "tags:write"]))]
    pub scopes: Vec<Scope>,
}

impl NewKeyView {
    /// What the owner sees of a key that has just been made.
    pub fn new(key: Key, secret: &Secret) -> Self {
        let KeyView {
            id, name, scopes, ..
        } = KeyView::from(key);
        Self {
            id,
            key: secret.reveal(),
            name,
            scopes,
        }
    }
}

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateKey {
    /// What its owner calls it.
    #[schema(max_length = 100, min_length = 1, example = "cms")]
    name: String,
    /// What it may do; at least one scope.
    #[schema(min_items = 1, example = json!(["articles:write", "tags:write"]))]
    scopes: Vec<Scope>,
}

impl CreateKey {
    /// The name and the scopes of the key to make.
    pub fn parse(self) -> AppResult<(String, Vec<Scope>)> {
        check(self.name, self.scopes)
    }
}

/// The name and the scopes of a key, each named once, if a key can have them.
pub fn check(name: String, mut scopes: Vec<Scope>) -> AppResult<(String, Vec<Scope>)> {
    let mut faults = Faults::default();
    let name = faults.take("/name", text::clean(&name, MAX_NAME, Lines::One));
    if scopes.is_empty() {
        faults.add("/scopes", "must name at least one scope");
    }
    faults.check()?;
    scopes.sort();
    scopes.dedup();
    Ok((name.unwrap_or_default(), scopes))
}

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::{base::timestamp, changes::Action, links::model::ShortLinkWrite};

/// Which part of a history is listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryFilter {
    /// Items on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// A page of a short link's history.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShortLinkHistory {
    /// The writes, the newest first.
    items: Vec<WriteView>,
    /// What to send as `cursor` for the next page; null on the last.
    next_cursor: Option<String>,
}

/// One write of a short link.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShortLinkWrite)]
pub struct WriteView {
    /// When it happened.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(example = "2026-11-23T08:41:12.120334Z")]
    at: DateTime<Utc>,
    /// What was done.
    action: Action,
    /// The key that wrote; null for the command line.
    key: Option<KeyName>,
    /// The version that the write left behind.
    #[schema(example = 2)]
    version: Option<i32>,
    /// The fields that it changed, as far as they were recorded.
    changes: Vec<FieldChange>,
}

/// A key by its public half.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyName {
    /// The public half of the key.
    #[schema(example = "3f9d0c1b7a52")]
    id: String,
    /// What its owner calls it.
    #[schema(example = "cms")]
    name: String,
}

/// A field with what it was and what it became.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldChange {
    /// The field: `article_id`, `target_url`, or another one under its name in the link.
    #[schema(example = "target_url")]
    field: String,
    /// What it was; null where it was not set, or the link was not there.
    #[schema(value_type = Value, example = "https://news.example/a")]
    from: Value,
    /// What it became.
    #[schema(value_type = Value, example = "https://news.example/b")]
    to: Value,
}

impl From<ShortLinkWrite> for WriteView {
    fn from(write: ShortLinkWrite) -> Self {
        let fields = match write.diff {
            Some(Value::Object(fields)) => fields,
            _ => Default::default(),
        };
        let change = |(field, mut change): (String, Value)| FieldChange {
            field,
            from: change["from"].take(),
            to: change["to"].take(),
        };
        Self {
            at: write.at,
            action: write.action,
            key: write.key.map(|(id, name)| KeyName { id, name }),
            version: write.version,
            changes: fields.into_iter().map(change).collect(),
        }
    }
}

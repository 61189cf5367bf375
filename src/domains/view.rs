use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Domain, DomainSettings};
use crate::base::timestamp;

/// A short domain, with a code space of its own.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Domain)]
pub struct DomainView {
    /// Host, with its port where that is not the default: what short links name as their `domain`.
    #[schema(example = "exmp.news")]
    name: String,
    /// Counts the changes of the domain.
    #[schema(example = 1)]
    version: i32,
    /// What is printed before a code, without a slash at the end.
    #[schema(format = "uri", example = "https://exmp.news")]
    base_url: String,
    /// Whether links that name no domain get this one.
    is_default: bool,
    /// Where the domain without a code leads; null answers 404.
    #[schema(format = "iri", example = "https://news.example/")]
    root_url: Option<String>,
    /// Where an unknown code leads; null answers 404.
    #[schema(format = "iri", example = "https://news.example/not-found")]
    unknown_url: Option<String>,
    /// When the domain was made.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(example = "2026-11-23T08:41:12.120334Z")]
    created_at: DateTime<Utc>,
    /// When the domain was last changed.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(example = "2026-11-23T08:41:12.120334Z")]
    modified_at: DateTime<Utc>,
}

impl From<Domain> for DomainView {
    fn from(domain: Domain) -> Self {
        let Domain {
            name,
            version,
            settings,
            legacy_lengths: _,
            created_at,
            modified_at,
        } = domain;
        let DomainSettings {
            base_url,
            is_default,
            root_url,
            unknown_url,
        } = settings;
        Self {
            name,
            version,
            base_url,
            is_default,
            root_url,
            unknown_url,
            created_at,
            modified_at,
        }
    }
}

/// All short domains.
#[derive(Debug, Serialize, ToSchema)]
pub struct DomainList {
    /// The domains, the default one first.
    pub items: Vec<DomainView>,
}

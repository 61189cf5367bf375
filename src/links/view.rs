use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::Link;
use crate::{
    base::{short_domains::DomainSet, timestamp},
    codes::{CodeKind, ForwardQuery, LinkStatus},
};

/// A short public address that leads to an article or to an address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShortLink)]
pub struct LinkView {
    /// The short domain.
    #[schema(example = "exmp.news")]
    domain: String,
    /// The code, in lower case.
    #[schema(example = "7kq3m2")]
    code: String,
    /// Counts the changes of the link.
    #[schema(example = 1)]
    version: i32,
    /// The address as it is printed.
    #[schema(format = "uri", example = "https://exmp.news/7kq3m2")]
    url: String,
    /// Where the code comes from.
    kind: CodeKind,
    /// Whether the link works.
    status: LinkStatus,
    /// Where the link leads.
    target: TargetView,
    /// Whether the link is the one that its article shows.
    primary: bool,
    /// Until then the link answers like a code that was never given out.
    #[serde(serialize_with = "timestamp::serialize_option")]
    not_before: Option<DateTime<Utc>>,
    /// From when on the link answers 410.
    #[serde(serialize_with = "timestamp::serialize_option")]
    expires_at: Option<DateTime<Utc>>,
    /// What of the reader's query goes on to the target.
    forward_query: ForwardQuery,
    /// An address that is named to readers once the link leads nowhere.
    #[schema(format = "iri")]
    replacement_url: Option<String>,
    /// Visits of people. A visit raises no version.
    #[schema(example = 1024)]
    visits: i64,
    /// When the link was made.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(example = "2026-11-23T08:41:12.120334Z")]
    created_at: DateTime<Utc>,
    /// When the link was last changed.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(example = "2026-11-23T08:41:12.120334Z")]
    modified_at: DateTime<Utc>,
}

/// Where a link leads.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShortLinkTarget)]
pub struct TargetView {
    /// `article`, wherever that is published, or `url`.
    #[schema(pattern = "^(article|url)$", example = "article")]
    r#type: &'static str,
    /// The article.
    #[schema(example = "0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10")]
    article_id: Option<Uuid>,
    /// The address that the link leads to now; null while the article has none.
    #[schema(
        format = "iri",
        example = "https://news.example/2026/11/harbour-reopens"
    )]
    url: Option<String>,
}

impl TargetView {
    /// Where this link leads.
    pub fn of(link: &Link) -> Self {
        let article_id = link.row.article_id;
        Self {
            r#type: if article_id.is_some() {
                "article"
            } else {
                "url"
            },
            article_id,
            url: link.address().map(str::to_owned),
        }
    }
}

impl LinkView {
    /// The link with its address as it is printed.
    pub fn new(link: Link, domains: &DomainSet) -> Self {
        let target = TargetView::of(&link);
        let Link {
            row,
            article_url: _,
            is_primary,
            visits,
        } = link;
        Self {
            url: domains.short_url(&row.domain, &row.code),
            domain: row.domain,
            code: row.code,
            version: row.version,
            kind: row.kind,
            status: row.status,
            target,
            primary: is_primary,
            not_before: row.not_before,
            expires_at: row.expires_at,
            forward_query: row.forward_query,
            replacement_url: row.replacement_url,
            visits,
            created_at: row.created_at,
            modified_at: row.modified_at,
        }
    }
}

/// A page of short links.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShortLinkList {
    /// The links, the newest first.
    items: Vec<LinkView>,
    /// What to send as `cursor` for the next page; null on the last.
    next_cursor: Option<String>,
    /// How many links the whole list has, if `count` asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 128)]
    total: Option<i64>,
}

/// The short links of an article.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArticleShortLinks {
    /// The links, the newest first.
    pub items: Vec<LinkView>,
}

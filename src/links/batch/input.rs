//! The operations of a batch as callers write them.

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{
        batch,
        config::Config,
        error::{AppError, AppResult},
        etag::Precondition,
        extract,
        members::Members,
        short_domains::DomainSet,
    },
    codes::{self, ForwardQuery, LinkStatus},
    links::{
        input::{CreateShortLink, UpdateShortLink},
        model::{Link, Named, Verb},
    },
};

/// Most operations of a batch.
const MAX_OPERATIONS: usize = 1000;

/// Writes of short links, made in their order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteShortLinks {
    /// The operations.
    #[schema(value_type = Vec<ShortLinkOperation>, max_items = 1000)]
    operations: Vec<Members>,
}

crate::text_enum! {
    /// What an operation does.
    pub enum ShortLinkVerb {
        /// Makes a link, as `POST /v1/short-links` does.
        Create = "create",
        /// Changes a link, as PATCH does.
        Update = "update",
        /// Makes a link gone, as DELETE does.
        Delete = "delete",
        /// Makes a link active again that is gone.
        Restore = "restore",
    }
}

/// One write: the fields beside `op` and `if_match` are those of the single endpoint.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "here for its documentation; what is read depends on op"
)]
pub struct ShortLinkOperation {
    /// What to do.
    op: ShortLinkVerb,
    /// The short domain; the default one when absent.
    #[schema(max_length = 255)]
    domain: Option<String>,
    /// The code. Can be absent from `create` alone, which then makes one.
    #[schema(min_length = 1, max_length = 64)]
    code: Option<String>,
    /// The version that the link must have; not for `create`.
    if_match: Option<i32>,
    /// The article that the link leads to.
    article_id: Option<Uuid>,
    /// The address that the link leads to, instead of an article.
    #[schema(format = "iri", max_length = 2048)]
    target_url: Option<String>,
    /// Whether the link works.
    status: Option<LinkStatus>,
    /// Until then the link answers like a code that was never given out.
    #[schema(value_type = Option<String>, format = DateTime)]
    not_before: Option<String>,
    /// From when on the link answers 410.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
    /// What of the reader's query goes on to the target.
    forward_query: Option<ForwardQuery>,
    /// An address that is named to readers once the link leads nowhere.
    #[schema(format = "iri", max_length = 2048)]
    replacement_url: Option<String>,
    /// `true` makes the link the one that its article shows; for `update` alone.
    primary: Option<bool>,
}

/// What names a link that is there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    #[serde(default)]
    domain: Option<String>,
    code: String,
    #[serde(default)]
    if_match: Option<i32>,
}

/// What an operation is read against.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// The short domains.
    domains: &'a DomainSet,
    /// Whether the deployment refuses writes that name no version.
    needs_version: bool,
}

impl<'a> Rules<'a> {
    /// Those of the deployment, with its short domains.
    pub fn new(config: &Config, domains: &'a DomainSet) -> Self {
        Self {
            domains,
            needs_version: config.require_if_match,
        }
    }
}

impl WriteShortLinks {
    /// The operations, each read or refused by itself; faults name their place within the operation.
    pub fn parse(self, rules: Rules<'_>) -> AppResult<Vec<AppResult<Verb<'_>>>> {
        batch::read_each(self.operations, MAX_OPERATIONS, |members| {
            read(members, rules)
        })
    }
}

fn read(mut members: Map<String, Value>, rules: Rules<'_>) -> AppResult<Verb<'_>> {
    #[derive(Deserialize)]
    struct Head {
        op: ShortLinkVerb,
    }
    let Head { op } = batch::take(&mut members, &["op"])?;
    match op {
        ShortLinkVerb::Create => {
            let new: CreateShortLink = extract::from_members(members)?;
            let (new, code) = new.parse(rules.domains)?;
            Ok(Verb::Create(Box::new(new), code))
        }
        ShortLinkVerb::Update => {
            let name = batch::take(&mut members, &["domain", "code", "if_match"])?;
            let change = move |before: &Link| {
                UpdateShortLink::patched(before, members)?.parse(before, rules.domains)
            };
            Ok(Verb::Update(named(name, rules)?, Box::new(change)))
        }
        ShortLinkVerb::Delete => {
            let name = extract::from_members(members)?;
            Ok(Verb::Delete(named(name, rules)?))
        }
        ShortLinkVerb::Restore => {
            let name = extract::from_members(members)?;
            Ok(Verb::Restore(named(name, rules)?))
        }
    }
}

fn named(name: Name, rules: Rules<'_>) -> AppResult<Named> {
    let default = &rules.domains.default_domain().name;
    let domain = name.domain.as_ref().unwrap_or(default);
    let (domain, code) =
        codes::read_name(domain, &name.code, rules.domains).ok_or_else(AppError::not_found)?;
    Ok(Named {
        domain,
        code,
        condition: Precondition::of_version(name.if_match, rules.needs_version),
    })
}

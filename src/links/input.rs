//! Short links as callers write them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    model::{Change, Link},
    status::LinkStatus,
};
use crate::{
    base::{
        error::{AppResult, Faults},
        extract, patch,
        short_domains::DomainSet,
        timestamp,
    },
    codes::{Code, NewLink, Target},
};

/// A link to be made: to an article or to an address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateShortLink {
    /// The article that the link leads to, wherever it is published.
    #[serde(default)]
    article_id: Option<Uuid>,
    /// The address that the link leads to, instead of an article.
    #[serde(default)]
    #[schema(
        format = "iri",
        max_length = 2048,
        example = "https://news.example/style-guide"
    )]
    target_url: Option<String>,
    /// A code chosen by people: 2 to 64 letters, digits, hyphens and underscores, not of the shape of
    /// a generated one. Made when absent.
    #[serde(default)]
    #[schema(min_length = 2, max_length = 64, example = "style")]
    code: Option<String>,
    /// The short domain; the deployment's first when absent.
    #[serde(default)]
    #[schema(max_length = 255)]
    domain: Option<String>,
    /// From when on the link answers 410.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
}

impl CreateShortLink {
    /// The link to make, and the code if the caller chose one.
    pub fn parse(self, domains: &DomainSet) -> AppResult<(NewLink, Option<Code>)> {
        let Self {
            article_id,
            target_url,
            code,
            domain,
            expires_at,
        } = self;
        let mut faults = Faults::default();
        let target = parse_target(article_id, target_url, domains, &mut faults);
        let code = faults.optional("/code", code, |raw| Code::parse_alias(&raw));
        let domain = domain.map(|raw| raw.to_ascii_lowercase());
        let domain = faults.optional("/domain", domain, |raw| known_domain(raw, domains));
        let expires_at = faults.optional("/expires_at", expires_at, |raw| timestamp::parse(&raw));
        faults.check()?;
        let domain = domain.unwrap_or_else(|| domains.default_domain().name.clone());
        let target = target.unwrap_or(Target::Url(String::new()));
        Ok((
            NewLink {
                domain,
                target,
                expires_at,
            },
            code,
        ))
    }
}

fn known_domain(domain: String, domains: &DomainSet) -> Result<String, String> {
    if domains.named(&domain).is_some() {
        Ok(domain)
    } else {
        let known: Vec<&str> = domains.all().map(|known| known.name.as_str()).collect();
        Err(format!("must be one of {}", known.join(", ")))
    }
}

fn parse_target(
    article_id: Option<Uuid>,
    target_url: Option<String>,
    domains: &DomainSet,
    faults: &mut Faults,
) -> Option<Target> {
    match (article_id, target_url) {
        (Some(id), None) => Some(Target::Article(id)),
        (None, Some(raw)) => faults
            .take("/target_url", parse_target_url(&raw, domains))
            .map(Target::Url),
        (None, None) => faults.take("/article_id", Err("or target_url is required".to_owned())),
        (Some(_), Some(_)) => faults.take(
            "/target_url",
            Err("cannot be joined with article_id".to_owned()),
        ),
    }
}

fn parse_target_url(raw: &str, domains: &DomainSet) -> Result<String, String> {
    domains.parse_target(raw).map(|url| url.as_str().to_owned())
}

/// What a patch of a link can change.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UpdateShortLink {
    /// The article that the link leads to; given alone, it takes the place of `target_url`.
    article_id: Option<Uuid>,
    /// The address that the link leads to; given alone, it takes the place of `article_id`.
    #[schema(
        format = "iri",
        max_length = 2048,
        example = "https://news.example/style-guide"
    )]
    target_url: Option<String>,
    /// `active`, or `disabled` for a while. A link becomes `gone` by DELETE, for good.
    status: Option<LinkStatus>,
    /// From when on the link answers 410.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
    /// `true` makes the link the one that its article shows.
    primary: Option<bool>,
}

crate::sent_schema! {
    /// A merge patch (RFC 7396) of a short link: what is absent stays, null resets.
    pub struct ShortLinkPatch = patch(UpdateShortLink, READ_ONLY);
}

/// What a link shows and a caller cannot set.
const READ_ONLY: &[&str] = &[
    "domain",
    "code",
    "version",
    "url",
    "target",
    "created_at",
    "modified_at",
];

impl UpdateShortLink {
    /// The link's present document with a patch laid over it.
    pub fn patched(link: &Link, patch: Map<String, Value>) -> AppResult<Self> {
        let mut members = Self::document(link, &patch);
        patch::apply(&mut members, patch, &[]);
        members.retain(|name, _| !READ_ONLY.contains(&name.as_str()));
        extract::from_members(members)
    }

    fn document(link: &Link, patch: &Map<String, Value>) -> Map<String, Value> {
        let names = |name: &str| patch.get(name).is_some_and(|value| !value.is_null());
        let whole = Self {
            article_id: link.row.article_id.filter(|_| !names("target_url")),
            target_url: link.row.target_url.clone().filter(|_| !names("article_id")),
            status: Some(link.row.status),
            expires_at: link.row.expires_at.map(timestamp::format),
            primary: None,
        };
        match serde_json::to_value(whole) {
            Ok(Value::Object(members)) => members,
            _ => Map::new(),
        }
    }

    /// The change to make.
    pub fn parse(self, before: &Link, domains: &DomainSet) -> AppResult<Change> {
        let Self {
            article_id,
            target_url,
            status,
            expires_at,
            primary,
        } = self;
        let mut faults = Faults::default();
        let target = parse_target(article_id, target_url, domains, &mut faults);
        let status = status.unwrap_or(LinkStatus::Active);
        if status == LinkStatus::Gone {
            faults.add("/status", "cannot be set to gone; use DELETE");
        }
        let expires_at = faults.optional("/expires_at", expires_at, |raw| timestamp::parse(&raw));
        let stays = target
            .as_ref()
            .is_none_or(|target| target.columns().0 == before.row.article_id);
        match (primary, &target) {
            (Some(true), Some(Target::Url(_))) => {
                faults.add("/primary", "can be true only for a link to an article");
            }
            (Some(false), _) if before.is_primary && stays => faults.add(
                "/primary",
                "cannot be taken away; make another link of the article primary instead",
            ),
            _ => {}
        }
        faults.check()?;
        let target = target.unwrap_or(Target::Url(String::new()));
        Ok(Change {
            target,
            status,
            expires_at,
            is_primary: primary,
        })
    }
}

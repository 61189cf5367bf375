//! Short links as callers write them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Change, Link};
use crate::{
    base::{
        error::{AppError, AppResult, Code as Fault, Faults},
        extract, patch,
        short_domains::DomainSet,
        timestamp,
    },
    codes::{Code, ForwardQuery, LinkStatus, NewLink, Target},
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
    /// `active` when absent.
    #[serde(default)]
    status: Option<LinkStatus>,
    /// Until then the link answers like a code that was never given out. Before `expires_at`.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    not_before: Option<String>,
    /// From when on the link answers 410.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
    /// What of the reader's query goes on to the target; `utm` when absent.
    #[serde(default)]
    forward_query: Option<ForwardQuery>,
    /// An address that is named to readers once the link leads nowhere.
    #[serde(default)]
    #[schema(format = "iri", max_length = 2048)]
    replacement_url: Option<String>,
}

impl CreateShortLink {
    /// The link to make, and the code if the caller chose one.
    pub fn parse(self, domains: &DomainSet) -> AppResult<(NewLink, Option<Code>)> {
        let Self {
            article_id,
            target_url,
            code,
            domain,
            status,
            not_before,
            expires_at,
            forward_query,
            replacement_url,
        } = self;
        let mut faults = Faults::default();
        let target = parse_target(article_id, target_url, domains, &mut faults);
        let code = faults.optional("/code", code, |raw| Code::parse_alias(&raw));
        let domain = domain.map(|raw| raw.to_ascii_lowercase());
        let domain = faults.optional("/domain", domain, |raw| known_domain(raw, domains));
        if status == Some(LinkStatus::Gone) {
            faults.add("/status", "cannot be gone from the beginning");
        }
        let (not_before, expires_at) = parse_dates(not_before, expires_at, &mut faults);
        let replacement_url = parse_replacement(replacement_url, domains, &mut faults);
        faults.check()?;
        let domain = domain.unwrap_or_else(|| domains.default_domain().name.clone());
        let new = NewLink {
            domain,
            target: target.unwrap_or(Target::Url(String::new())),
            status: status.unwrap_or(LinkStatus::Active),
            not_before,
            expires_at,
            forward_query: forward_query.unwrap_or(ForwardQuery::Utm),
            replacement_url,
        };
        Ok((new, code))
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

fn parse_replacement(
    raw: Option<String>,
    domains: &DomainSet,
    faults: &mut Faults,
) -> Option<String> {
    let parse = |raw: String| parse_target_url(&raw, domains);
    faults.optional("/replacement_url", raw, parse)
}

type Moment = Option<DateTime<Utc>>;

/// From when on a link leads somewhere, and until when.
fn parse_dates(
    not_before: Option<String>,
    expires_at: Option<String>,
    faults: &mut Faults,
) -> (Moment, Moment) {
    let begin = faults.optional("/not_before", not_before, |raw| timestamp::parse(&raw));
    let end = faults.optional("/expires_at", expires_at, |raw| timestamp::parse(&raw));
    if begin.zip(end).is_some_and(|(begin, end)| begin >= end) {
        faults.add("/not_before", "must be before expires_at");
    }
    (begin, end)
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
    /// `active`, `disabled` for a while, or `blocked` for legal reasons. A link becomes `gone` by
    /// DELETE, and active again by `restore`.
    status: Option<LinkStatus>,
    /// Until then the link answers like a code that was never given out. Before `expires_at`.
    #[schema(value_type = Option<String>, format = DateTime)]
    not_before: Option<String>,
    /// From when on the link answers 410.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
    /// What of the reader's query goes on to the target.
    forward_query: Option<ForwardQuery>,
    /// An address that is named to readers once the link leads nowhere. The one field that can be
    /// changed of a link that is gone.
    #[schema(format = "iri", max_length = 2048)]
    replacement_url: Option<String>,
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
    "kind",
    "version",
    "url",
    "target",
    "visits",
    "created_at",
    "modified_at",
];

impl UpdateShortLink {
    /// The link's present document with a patch laid over it.
    pub fn patched(link: &Link, patch: Map<String, Value>) -> AppResult<Self> {
        if link.row.status == LinkStatus::Gone && !is_of_replacement_alone(&patch) {
            let detail = "The link is gone. Until it is restored, only replacement_url can change.";
            return Err(AppError::new(Fault::LinkGone, detail));
        }
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
            not_before: link.row.not_before.map(timestamp::format),
            expires_at: link.row.expires_at.map(timestamp::format),
            forward_query: Some(link.row.forward_query),
            replacement_url: link.row.replacement_url.clone(),
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
            not_before,
            expires_at,
            forward_query,
            replacement_url,
            primary,
        } = self;
        let mut faults = Faults::default();
        let target = parse_target(article_id, target_url, domains, &mut faults);
        let status = status.unwrap_or(LinkStatus::Active);
        if status == LinkStatus::Gone && before.row.status != LinkStatus::Gone {
            faults.add("/status", "cannot be set to gone; use DELETE");
        }
        let (not_before, expires_at) = parse_dates(not_before, expires_at, &mut faults);
        let replacement_url = parse_replacement(replacement_url, domains, &mut faults);
        check_primary(primary, target.as_ref(), before, &mut faults);
        faults.check()?;
        Ok(Change {
            target: target.unwrap_or(Target::Url(String::new())),
            status,
            not_before,
            expires_at,
            forward_query: forward_query.unwrap_or(ForwardQuery::Utm),
            replacement_url,
            is_primary: primary,
        })
    }
}

fn is_of_replacement_alone(patch: &Map<String, Value>) -> bool {
    patch.len() == 1 && patch.contains_key("replacement_url")
}

fn check_primary(
    primary: Option<bool>,
    target: Option<&Target>,
    before: &Link,
    faults: &mut Faults,
) {
    let stays = target.is_none_or(|target| target.columns().0 == before.row.article_id);
    match (primary, target) {
        (Some(true), Some(Target::Url(_))) => {
            faults.add("/primary", "can be true only for a link to an article");
        }
        (Some(false), _) if before.is_primary && stays => faults.add(
            "/primary",
            "cannot be taken away; make another link of the article primary instead",
        ),
        _ => {}
    }
}

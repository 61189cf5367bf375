//! Short domains as callers write them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::model::{Domain, DomainSettings};
use crate::base::{
    config::ShortBase,
    error::{AppResult, Faults},
    extract, patch,
    short_domains::DomainSet,
    url::HttpUrl,
};

/// A domain to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateDomain {
    /// What is printed before a code: a scheme and a host. The host becomes the domain's name.
    #[schema(format = "uri", max_length = 300, example = "https://eid.example")]
    base_url: String,
    /// Whether links that name no domain get this one from now on.
    #[serde(default)]
    is_default: bool,
    /// Where the domain without a code leads.
    #[serde(default)]
    #[schema(format = "iri", max_length = 2048, example = "https://news.example/")]
    root_url: Option<String>,
    /// Where an unknown code leads.
    #[serde(default)]
    #[schema(
        format = "iri",
        max_length = 2048,
        example = "https://news.example/not-found"
    )]
    unknown_url: Option<String>,
}

impl CreateDomain {
    /// The name and the settings of the domain.
    pub fn parse(self, domains: &DomainSet) -> AppResult<(String, DomainSettings)> {
        let mut faults = Faults::default();
        let base = faults.take("/base_url", parse_base(&self.base_url));
        let name = base.as_ref().map(|base| base.domain.clone());
        let name = name.unwrap_or_default();
        let settings = DomainSettings {
            base_url: base.map(|base| base.base_url).unwrap_or_default(),
            is_default: self.is_default,
            root_url: parse_url("/root_url", self.root_url, (&name, domains), &mut faults),
            unknown_url: parse_url(
                "/unknown_url",
                self.unknown_url,
                (&name, domains),
                &mut faults,
            ),
        };
        faults.check()?;
        Ok((name, settings))
    }
}

fn parse_base(raw: &str) -> Result<ShortBase, String> {
    /// As in the check of the table.
    const MAX_BYTES: usize = 300;
    /// As in the check of the name, which is the host and, where it is not the usual one, the port.
    const MAX_NAME: usize = 255;
    match ShortBase::parse(raw)? {
        base if base.domain.len() > MAX_NAME => {
            Err(format!("must have a host of at most {MAX_NAME} characters"))
        }
        base if base.base_url.len() > MAX_BYTES => {
            Err(format!("must have at most {MAX_BYTES} bytes"))
        }
        base => Ok(base),
    }
}

fn parse_url(
    pointer: &str,
    raw: Option<String>,
    (own, domains): (&str, &DomainSet),
    faults: &mut Faults,
) -> Option<String> {
    let url = faults.optional(pointer, raw, |raw| {
        let url: HttpUrl = domains.parse_target(&raw)?;
        // The domain that is being added is none of the service's yet.
        match url.authority() == own {
            true => Err("must not lead to a short domain of this service".to_owned()),
            false => Ok(url),
        }
    });
    url.map(|url| url.as_str().to_owned())
}

/// What a patch of a domain can change.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateDomain {
    /// What is printed before a code: another scheme, or the host written otherwise; the name stays.
    #[schema(format = "uri", max_length = 300, example = "https://exmp.news")]
    base_url: String,
    /// `true` makes the domain the default one, in the place of the one that was.
    is_default: bool,
    /// Where the domain without a code leads.
    #[serde(default)]
    #[schema(format = "iri", max_length = 2048, example = "https://news.example/")]
    root_url: Option<String>,
    /// Where an unknown code leads.
    #[serde(default)]
    #[schema(
        format = "iri",
        max_length = 2048,
        example = "https://news.example/not-found"
    )]
    unknown_url: Option<String>,
}

crate::sent_schema! {
    /// A merge patch (RFC 7396) of a domain: what is absent stays, null resets.
    pub struct DomainPatch = patch(UpdateDomain, READ_ONLY);
}

/// What a domain shows and a caller cannot set.
const READ_ONLY: &[&str] = &["name", "version", "created_at", "modified_at"];

impl UpdateDomain {
    /// The domain's settings with a patch laid over them.
    pub fn patched(
        before: &Domain,
        patch: Map<String, Value>,
        domains: &DomainSet,
    ) -> AppResult<DomainSettings> {
        let settings = before.settings.clone();
        let whole = Self {
            base_url: settings.base_url,
            is_default: settings.is_default,
            root_url: settings.root_url,
            unknown_url: settings.unknown_url,
        };
        let mut members = match serde_json::to_value(whole) {
            Ok(Value::Object(members)) => members,
            _ => Map::new(),
        };
        patch::apply(&mut members, patch, &[]);
        members.retain(|name, _| !READ_ONLY.contains(&name.as_str()));
        extract::from_members::<Self>(members)?.parse(before, domains)
    }

    fn parse(self, before: &Domain, domains: &DomainSet) -> AppResult<DomainSettings> {
        let mut faults = Faults::default();
        let base = faults.take("/base_url", parse_base(&self.base_url));
        if base.as_ref().is_some_and(|base| base.domain != before.name) {
            faults.add(
                "/base_url",
                "must keep the host; add another domain instead",
            );
        }
        if before.settings.is_default && !self.is_default {
            faults.add(
                "/is_default",
                "cannot be taken away; make another domain the default one",
            );
        }
        let own = (before.name.as_str(), domains);
        let settings = DomainSettings {
            base_url: base.map(|base| base.base_url).unwrap_or_default(),
            is_default: self.is_default,
            root_url: parse_url("/root_url", self.root_url, own, &mut faults),
            unknown_url: parse_url("/unknown_url", self.unknown_url, own, &mut faults),
        };
        faults.check()?;
        Ok(settings)
    }
}

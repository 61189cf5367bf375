//! What a line of an import asks for, held against the rules.

use uuid::Uuid;

use super::file::RawLine;
use crate::{
    base::{short_domains::DomainSet, timestamp},
    codes::{Code, NewLink, Target},
};

/// The link of a line, or why it is refused.
pub fn parse(line: &RawLine, domains: &DomainSet) -> Result<(NewLink, Code), String> {
    let domain = line.domain.to_ascii_lowercase();
    if domains.named(&domain).is_none() {
        return Err("domain is no short domain of this service".to_owned());
    }
    let code = Code::parse_legacy(&line.code).map_err(|fault| format!("code {fault}"))?;
    let target = match (given(&line.target), given(&line.article_id)) {
        (Some(target), None) => {
            let url = domains.parse_target(target);
            let url = url.map_err(|fault| format!("target {fault}"))?;
            Target::Url(url.as_str().to_owned())
        }
        (None, Some(id)) => {
            let id = Uuid::parse_str(id);
            Target::Article(id.map_err(|_| "article_id must be a UUID".to_owned())?)
        }
        (None, None) => return Err("target or article_id is required".to_owned()),
        (Some(_), Some(_)) => return Err("target cannot be joined with article_id".to_owned()),
    };
    let expires_at = given(&line.expires_at).map(timestamp::parse).transpose();
    let expires_at = expires_at.map_err(|fault| format!("expires_at {fault}"))?;
    let link = NewLink {
        expires_at,
        ..NewLink::to(target, &domain)
    };
    Ok((link, code))
}

/// A field that says something: in CSV, what is absent is empty.
fn given(field: &Option<String>) -> Option<&str> {
    field.as_deref().filter(|text| !text.is_empty())
}

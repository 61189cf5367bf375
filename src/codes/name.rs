//! The names of links: a short domain and a code.

use super::Code;
use crate::base::{
    short_domains::DomainSet,
    text::{self, Lines},
};

/// Longest domain, in characters.
pub const MAX_DOMAIN: usize = 255;

/// The name in its one form; `None` if no link can have it.
pub fn read_name(domain: &str, code: &str, domains: &DomainSet) -> Option<(String, Code)> {
    let domain = text::clean(domain, MAX_DOMAIN, Lines::One).ok()?;
    let domain = domain.to_ascii_lowercase();
    let known = domains.named(&domain);
    let legacy_lengths = known.map_or(&[][..], |known| &known.legacy_lengths);
    let code = Code::parse_among(code, legacy_lengths)?;
    Some((domain, code))
}

/// The name out of `domain/code`, a code of the default domain, or an address as it is printed, with or without
/// `https://`; `None` if no link can have it.
pub fn read_printed(raw: &str, domains: &DomainSet) -> Option<(String, Code)> {
    let default = &domains.default_domain().name;
    let bare = raw.split(['?', '#']).next()?;
    if let Some((scheme, rest)) = bare.split_once("://") {
        if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
            return None;
        }
        let (host, code) = rest.split_once('/')?;
        return read_name(host, code.strip_suffix('/').unwrap_or(code), domains);
    }
    match bare.split_once('/') {
        Some((domain, code)) => read_name(domain, code, domains),
        None => read_name(default, bare, domains),
    }
}

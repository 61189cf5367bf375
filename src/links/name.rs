//! The names of links: a short domain and a code.

use super::filter::MAX_DOMAIN;
use crate::{
    base::{
        short_domains::DomainSet,
        text::{self, Lines},
    },
    codes::Code,
};

/// The name in its one form; `None` if no link can have it.
pub fn read(domain: &str, code: &str, domains: &DomainSet) -> Option<(String, Code)> {
    let domain = text::clean(domain, MAX_DOMAIN, Lines::One).ok()?;
    let domain = domain.to_ascii_lowercase();
    let known = domains.named(&domain);
    let legacy_lengths = known.map_or(&[][..], |known| &known.legacy_lengths);
    let code = Code::parse_among(code, legacy_lengths)?;
    Some((domain, code))
}

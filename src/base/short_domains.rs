//! The short domains as every request sees them: a set in memory that is swapped whole.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use tokio::sync::{Mutex, MutexGuard};

use super::url::HttpUrl;

/// A short domain, with a code space of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortDomain {
    /// Host, with its port where that is not the default.
    pub name: String,
    /// Base address without a slash at the end.
    pub base_url: String,
    /// Where the domain without a code leads.
    pub root_url: Option<String>,
    /// Where an unknown code leads.
    pub unknown_url: Option<String>,
    /// Lengths of imported codes, in characters.
    pub legacy_lengths: Vec<i16>,
}

impl ShortDomain {
    /// A domain that leads nowhere but to its links.
    pub fn new(name: impl Into<String>, base_url: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            base_url: base_url.into(),
            root_url: None,
            unknown_url: None,
            legacy_lengths: Vec::new(),
        }
    }
}

/// All short domains at one moment.
#[derive(Debug)]
pub struct DomainSet {
    default: ShortDomain,
    others: Vec<ShortDomain>,
}

impl DomainSet {
    /// A default domain and others.
    pub fn new(default: ShortDomain, others: Vec<ShortDomain>) -> Self {
        Self { default, others }
    }

    /// The domain that links get when they name none.
    pub fn default_domain(&self) -> &ShortDomain {
        &self.default
    }

    /// Every domain, the default one first.
    pub fn all(&self) -> impl Iterator<Item = &ShortDomain> {
        std::iter::once(&self.default).chain(&self.others)
    }

    /// The domain of this name, in lower case.
    pub fn named(&self, name: &str) -> Option<&ShortDomain> {
        self.all().find(|domain| domain.name == name)
    }

    /// The printed address of a short link.
    pub fn short_url(&self, domain: &str, code: &str) -> String {
        match self.named(domain) {
            Some(known) => format!("{}/{code}", known.base_url),
            // A domain that another instance has just added.
            None => format!("https://{domain}/{code}"),
        }
    }

    /// Reads the address of a story or of a short link's target: any web address but one that would
    /// lead back here, so that there are no loops.
    pub fn parse_target(&self, raw: &str) -> Result<HttpUrl, String> {
        let url = HttpUrl::parse(raw)?;
        if self.named(&url.authority()).is_some() {
            return Err("must not lead to a short domain of this service".to_owned());
        }
        Ok(url)
    }
}

/// The short domains of this process; clones share them.
#[derive(Clone, Debug)]
pub struct ShortDomains {
    set: Arc<ArcSwap<DomainSet>>,
    reading: Arc<Mutex<()>>,
}

impl ShortDomains {
    /// These domains.
    pub fn new(set: DomainSet) -> Self {
        Self {
            set: Arc::new(ArcSwap::from_pointee(set)),
            reading: Arc::default(),
        }
    }

    /// The domains at this moment.
    pub fn current(&self) -> Guard<Arc<DomainSet>> {
        self.set.load()
    }

    /// Waits for whoever reads the domains to replace them. Who holds this reads and replaces without
    /// being overtaken, so that what was read earlier is never put in the place of what was read later.
    pub async fn turn(&self) -> MutexGuard<'_, ()> {
        self.reading.lock().await
    }

    /// Puts others in their place.
    pub fn replace(&self, set: DomainSet) {
        self.set.store(Arc::new(set));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain(name: &str) -> ShortDomain {
        ShortDomain::new(name, format!("http://{name}"))
    }

    #[test]
    fn the_set_is_swapped_whole_for_every_clone() {
        let domains = ShortDomains::new(DomainSet::new(domain("a.example"), Vec::new()));
        let clone = domains.clone();

        clone.replace(DomainSet::new(
            domain("b.example"),
            vec![domain("a.example")],
        ));

        let set = domains.current();
        assert_eq!(set.default_domain().name, "b.example");
        assert_eq!(
            set.short_url("a.example", "7kq3m2"),
            "http://a.example/7kq3m2"
        );
        assert!(set.parse_target("https://A.example/x").is_err());
    }
}

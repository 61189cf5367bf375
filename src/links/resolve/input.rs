//! Short links as other services have them at hand.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    base::{
        error::{AppResult, Faults},
        short_domains::DomainSet,
    },
    codes::{self, Code},
};

/// Most codes of a request.
pub const MAX_CODES: usize = 500;

/// Longest short address, in bytes, as of any address.
const MAX_LENGTH: usize = 2048;

/// Short links to be resolved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResolveShortLinks {
    /// Each as `domain/code`, as a code of the default domain, or as it is printed, with or without
    /// `https://`.
    #[schema(max_items = 500)]
    codes: Vec<String>,
}

impl ResolveShortLinks {
    /// What was asked, each with the name that it stands for; `None` for what no link can have.
    #[expect(
        clippy::type_complexity,
        reason = "what was asked beside what it means, and no word would say it better"
    )]
    pub fn parse(
        self,
        domains: &DomainSet,
    ) -> AppResult<(Vec<String>, Vec<Option<(String, Code)>>)> {
        let mut faults = Faults::default();
        let count = self.codes.len();
        if count > MAX_CODES {
            let detail = format!("has {count} codes; at most {MAX_CODES} are allowed");
            faults.add("/codes", detail);
        }
        for (index, code) in self.codes.iter().enumerate() {
            if code.len() > MAX_LENGTH {
                let detail = format!("has more than {MAX_LENGTH} bytes");
                faults.add(format!("/codes/{index}"), detail);
            }
        }
        faults.check()?;
        let names = self
            .codes
            .iter()
            .map(|raw| codes::read_printed(raw, domains))
            .collect();
        Ok((self.codes, names))
    }
}

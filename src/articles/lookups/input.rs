//! Many articles, each by one of the names that callers have at hand.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    articles::{
        name::{Name, NameInput},
        view::ExternalIdView,
    },
    base::{
        error::{AppResult, Faults},
        short_domains::DomainSet,
    },
    codes::{self, Code},
};

/// Most articles of a request.
const MAX: usize = 1000;

/// Articles to be looked up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookupArticles {
    /// Each by exactly one of its names.
    #[schema(max_items = 1000)]
    articles: Vec<AskedInput>,
}

/// An article by exactly one of these.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = AskedArticle)]
#[derive(Default)]
struct AskedInput {
    /// Its id.
    id: Option<Uuid>,
    /// Its address, in any form that leads to the same page.
    #[schema(
        format = "iri",
        max_length = 2048,
        example = "https://news.example/2026/11/harbour-reopens"
    )]
    url: Option<String>,
    /// The id that another system gave it.
    external_id: Option<ExternalIdView>,
    /// A short link that leads to it: `domain/code`, a code of the default domain, or as it is printed.
    #[schema(max_length = 2048, example = "exmp.news/7kq3m2")]
    short_link: Option<String>,
}

/// What an article is asked for by.
#[derive(Debug)]
pub enum Asked {
    /// One of its names.
    Name(Name),
    /// A short link that leads to it.
    Link(String, Code),
    /// Something that no article can be called.
    Nothing,
}

impl LookupArticles {
    /// What was asked for, in its order.
    pub fn parse(self, domains: &DomainSet) -> AppResult<Vec<Asked>> {
        let mut faults = Faults::default();
        let count = self.articles.len();
        if count > MAX {
            let detail = format!("has {count} articles; at most {MAX} are allowed");
            faults.add("/articles", detail);
        }
        let mut all = Vec::with_capacity(count);
        for (index, asked) in self.articles.into_iter().enumerate() {
            match asked.parse(domains) {
                Some(asked) => all.push(asked),
                None => {
                    let detail = "must have one of id, url, external_id and short_link";
                    faults.add(format!("/articles/{index}"), detail);
                }
            }
        }
        faults.check()?;
        Ok(all)
    }
}

impl AskedInput {
    fn parse(self, domains: &DomainSet) -> Option<Asked> {
        let Self {
            id,
            url,
            external_id,
            short_link,
        } = self;
        match (id, url, external_id, short_link) {
            (None, None, None, Some(raw)) => Some(match codes::read_printed(&raw, domains) {
                Some((domain, code)) => Asked::Link(domain, code),
                None => Asked::Nothing,
            }),
            (id, url, external_id, None) => {
                let name = NameInput::new(id, url, external_id).parse().ok()?;
                Some(name.map_or(Asked::Nothing, Asked::Name))
            }
            _ => None,
        }
    }
}

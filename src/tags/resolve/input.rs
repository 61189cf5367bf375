//! Tags as other services have them at hand.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    base::{
        error::{AppResult, Faults},
        text::{self, Lines},
    },
    tags::{
        filter::Typed,
        key::{MAX_NAME, TagRef},
        kind::TagKind,
        model::{Asked, MAX_CANDIDATES},
    },
};

/// Most tags of a request.
const MAX_TAGS: usize = 100;

/// Tags to be resolved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResolveTags {
    /// What is to be resolved.
    #[schema(max_items = 100)]
    tags: Vec<AskedTag>,
}

/// A tag as another service has it at hand.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(
    untagged,
    expecting = "must be a key, an identifier, a name, or an object with a name"
)]
pub enum AskedTag {
    /// A key, an identifier, or a name in any language.
    #[schema(example = "wikidata:Q900000001")]
    Text(String),
    /// A name among the tags of a kind.
    Name {
        /// The name, in any language.
        #[schema(example = "Port Elara", max_length = 200)]
        name: String,
        /// Only tags of this kind.
        #[serde(default)]
        kind: Option<TagKind>,
    },
}

impl ResolveTags {
    /// What was asked, as it was asked and as it is read.
    pub fn parse(self) -> AppResult<(Vec<AskedTag>, Vec<Asked>)> {
        let mut faults = Faults::default();
        let count = self.tags.len();
        if count > MAX_TAGS {
            let detail = format!("has {count} tags; at most {MAX_TAGS} are allowed");
            faults.add("/tags", detail);
        }
        let mut read = Vec::with_capacity(count);
        for (index, asked) in self.tags.iter().take(MAX_TAGS).enumerate() {
            read.extend(asked.read(&format!("/tags/{index}"), &mut faults));
        }
        faults.check()?;
        Ok((self.tags, read))
    }
}

impl AskedTag {
    fn read(&self, place: &str, faults: &mut Faults) -> Option<Asked> {
        let (place, name, kind) = match self {
            Self::Text(text) => match TagRef::parse(text) {
                Some(reference) => return Some(Asked::Reference(reference)),
                None => (place.to_owned(), text, None),
            },
            Self::Name { name, kind } => (format!("{place}/name"), name, *kind),
        };
        let text = faults.take(place, text::clean(name, MAX_NAME, Lines::One))?;
        Some(Asked::Name(Typed {
            text,
            kind,
            limit: MAX_CANDIDATES,
        }))
    }
}

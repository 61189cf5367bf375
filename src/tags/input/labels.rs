//! Names in many languages, as callers write them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    base::{error::Faults, language::Language, text},
    tags::{
        key::MAX_NAME,
        label::{Labels, Names},
        limits::{MAX_LANGUAGES, MAX_NAMES},
    },
};

/// What a tag is called in one language.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TagNamesInput)]
pub struct NamesInput {
    /// The preferred name, which is shown.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200, example = "Port Elara")]
    pref: Option<String>,
    /// Other names that people use.
    #[serde(default)]
    #[schema(max_items = 500, example = json!(["Elara"]))]
    alt: Option<Vec<String>>,
    /// Names that find the tag and are never shown, such as misspellings.
    #[serde(default)]
    #[schema(max_items = 500, example = json!(["Port Ellara"]))]
    hidden: Option<Vec<String>>,
}

impl From<&Names> for NamesInput {
    fn from(names: &Names) -> Self {
        let Names {
            preferred,
            alternative,
            hidden,
        } = names;
        Self {
            pref: preferred.clone(),
            alt: Some(alternative.iter().cloned().collect()),
            hidden: Some(hidden.iter().cloned().collect()),
        }
    }
}

/// Reads names by language; faults stand under `/labels`.
pub fn parse(raw: BTreeMap<String, NamesInput>, faults: &mut Faults) -> Labels {
    let mut labels = Labels::default();
    if raw.len() > MAX_LANGUAGES {
        let detail = format!(
            "has {} languages; at most {MAX_LANGUAGES} are allowed",
            raw.len()
        );
        faults.add("/labels", detail);
        return labels;
    }
    for (tag, input) in raw {
        let place = format!("/labels/{}", tag.replace('~', "~0").replace('/', "~1"));
        let Some(language) = faults.take(&place, Language::parse(&tag)) else {
            continue;
        };
        let names = parse_names(input, &place, faults);
        if names == Names::default() {
            continue;
        }
        if labels.0.insert(language.into_string(), names).is_some() {
            faults.add(place, "is named twice, in another case");
        }
    }
    labels
}

fn parse_names(input: NamesInput, place: &str, faults: &mut Faults) -> Names {
    let NamesInput { pref, alt, hidden } = input;
    let mut seen = BTreeSet::new();
    let preferred = faults.optional(&format!("{place}/pref"), pref, clean);
    seen.extend(preferred.clone());
    Names {
        preferred,
        alternative: parse_list(alt, &format!("{place}/alt"), &mut seen, faults),
        hidden: parse_list(hidden, &format!("{place}/hidden"), &mut seen, faults),
    }
}

fn clean(raw: String) -> Result<String, String> {
    text::clean_name(&raw, MAX_NAME)
}

/// No name stands twice in one language. Source: SKOS Reference §5.4 (S13).
fn parse_list(
    raw: Option<Vec<String>>,
    place: &str,
    seen: &mut BTreeSet<String>,
    faults: &mut Faults,
) -> BTreeSet<String> {
    let raw = raw.unwrap_or_default();
    let mut names = BTreeSet::new();
    if raw.len() > MAX_NAMES {
        let detail = format!("has {} items; at most {MAX_NAMES} are allowed", raw.len());
        faults.add(place, detail);
        return names;
    }
    for (index, raw) in raw.into_iter().enumerate() {
        let pointer = format!("{place}/{index}");
        let Some(name) = faults.take(&pointer, clean(raw)) else {
            continue;
        };
        if seen.insert(name.clone()) {
            names.insert(name);
        } else {
            faults.add(pointer, "is a name in this language already");
        }
    }
    names
}

//! What a concept says of a tag.

use std::collections::{BTreeMap, BTreeSet, btree_map};

use serde_json::{Map, Value, json};

use super::{
    address,
    graph::{Node, Text},
};
use crate::{
    base::{
        error::Code,
        language::{Language, Preferred, UNDETERMINED},
    },
    tags::{TagRef, parse_identifier},
    vocabularies::{entry::Entry, report::Problem},
};

/// What a concept says; `default` is the deployment's language.
pub fn entry(mut node: Node, default: &str) -> Entry {
    let mut entry = Entry::at(&node.address);
    identify(&mut entry, &node);
    add_broader(&mut entry, &node);
    entry.members = Map::from_iter([("labels".to_owned(), labels(&mut entry, &mut node))]);
    let description = description(&node, default);
    let description = description.map(|text| ("description".to_owned(), text.into()));
    entry.members.extend(description);
    entry.is_deprecated = node.is_deprecated;
    let retired_at = node
        .retired
        .map(|at| ("retired_at".to_owned(), moment(at).into()));
    entry.members.extend(retired_at);
    entry
}

fn identify(entry: &mut Entry, node: &Node) {
    match named(node) {
        Some(Ok(TagRef::Key(key))) => entry.key = Some(key),
        Some(Ok(TagRef::External(id))) => {
            entry.ids.push(id.clone());
            entry.own = Some(id);
        }
        Some(Err(fault)) => lose(entry, format!("its address {fault}")),
        None => {}
    }
    for notation in &node.notations {
        let parts = notation.split_once(':');
        match parts.map(|(authority, id)| parse_identifier(authority, id)) {
            Some(Ok(id)) => entry.ids.push(id),
            _ => lose(
                entry,
                format!("the notation {notation:?} is no authority:id"),
            ),
        }
    }
    for same in node.matches.iter().filter(|same| !same.starts_with("_:")) {
        match address::name(same) {
            Ok(TagRef::External(id)) => entry.ids.push(id),
            Ok(TagRef::Key(_)) => {}
            Err(fault) => lose(entry, format!("exactMatch {same} {fault}")),
        }
    }
    let mut seen = BTreeSet::new();
    entry.ids.retain(|id| seen.insert(id.clone()));
}

fn named(node: &Node) -> Option<Result<TagRef, String>> {
    (!node.address.starts_with("_:")).then(|| address::name(&node.address))
}

fn lose(entry: &mut Entry, detail: String) {
    let problem = Problem::new(&entry.place, Code::Invalid, detail);
    entry.losses.push(problem);
}

fn add_broader(entry: &mut Entry, node: &Node) {
    let mut broader = Vec::new();
    for address in &node.broader {
        match address::name(address) {
            Ok(name) if !broader.contains(&name) => broader.push(name),
            Ok(_) => {}
            Err(fault) => lose(entry, format!("broader {address} {fault}")),
        }
    }
    entry.broader = (!node.broader.is_empty()).then_some(broader);
}

/// Names by language and role. SKOS allows no name to stand in two roles of a language, and one
/// preferred name in each; where a file has more, the first in order is preferred.
///
/// Source: SKOS Reference §5.4 (S13, S14).
fn labels(entry: &mut Entry, node: &mut Node) -> Value {
    let (preferred, mut others) = preferred(std::mem::take(&mut node.preferred));
    for (name, language) in &others {
        let detail =
            format!("{name:?} is a second prefLabel in {language}; it is read as an altLabel");
        lose(entry, detail);
    }
    others.append(&mut node.alternative);
    let mut seen: BTreeSet<Text> = BTreeSet::new();
    let mut languages: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for (language, name) in preferred {
        seen.insert((name.clone(), language.clone()));
        let names = languages.entry(language).or_default();
        names.insert("pref".to_owned(), name.into());
    }
    for (role, names) in [
        ("alt", others),
        ("hidden", std::mem::take(&mut node.hidden)),
    ] {
        for (name, language) in names {
            let language = canonical(language);
            if seen.insert((name.clone(), language.clone())) {
                let names = languages.entry(language).or_default();
                if let Value::Array(names) = names.entry(role).or_insert_with(|| json!([])) {
                    names.push(name.into());
                }
            }
        }
    }
    json!(languages)
}

/// The preferred name of each language, and those that are too many.
fn preferred(mut names: Vec<Text>) -> (BTreeMap<String, String>, Vec<Text>) {
    let (mut preferred, mut others) = (BTreeMap::new(), Vec::new());
    names.sort();
    for (name, language) in names {
        match preferred.entry(canonical(language)) {
            btree_map::Entry::Vacant(place) => drop(place.insert(name)),
            btree_map::Entry::Occupied(place) => others.push((name, place.key().clone())),
        }
    }
    (preferred, others)
}

/// What cannot be read is left for the rules of tags to name.
fn canonical(language: String) -> String {
    match language.as_str() {
        "" => UNDETERMINED.to_owned(),
        raw => Language::parse(raw).map_or(language, Language::into_string),
    }
}

/// The definition, else the note: in the deployment's language, else in none, else in the first.
fn description(node: &Node, default: &str) -> Option<String> {
    let texts = match node.definitions.is_empty() {
        true => &node.notes,
        false => &node.definitions,
    };
    let best = Preferred::of(default);
    let best = best.choose(texts.iter().map(|(_, language)| language.as_str()));
    let rank = |text: &&Text| (Some(&*text.1) != best, text.1.clone(), text.0.clone());
    texts.iter().min_by_key(rank).map(|(text, _)| text.clone())
}

/// A day means its beginning, in UTC.
fn moment(at: String) -> String {
    match at.len() {
        10 => at + "T00:00:00Z",
        _ => at,
    }
}

//! Tags as concepts in JSON-LD, with the words that IPTC uses for its own.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::address;
use crate::{
    base::timestamp,
    tags::{self, Role, Tag},
};

/// What stands before the first concept.
pub const BEGIN: &str = r#"{"@context":{"skos":"http://www.w3.org/2004/02/skos/core#","xsd":"http://www.w3.org/2001/XMLSchema#","uri":"@id","type":"@type","prefLabel":{"@id":"skos:prefLabel","@container":"@language"},"altLabel":{"@id":"skos:altLabel","@container":"@language"},"hiddenLabel":{"@id":"skos:hiddenLabel","@container":"@language"},"definition":"skos:definition","notation":"skos:notation","broader":{"@id":"skos:broader","@type":"@id"},"exactMatch":{"@id":"skos:exactMatch","@type":"@id"},"retired":{"@id":"http://iptc.org/std/nar/2006-10-01/retired","@type":"xsd:dateTime"},"deprecated":"http://www.w3.org/2002/07/owl#deprecated","conceptSet":"@graph"},"conceptSet":["#;

/// What stands behind the last one.
pub const END: &str = "\n]}\n";

/// Names by language.
type Names = BTreeMap<String, Vec<String>>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConceptView {
    uri: String,
    r#type: &'static str,
    pref_label: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Names::is_empty")]
    alt_label: Names,
    #[serde(skip_serializing_if = "Names::is_empty")]
    hidden_label: Names,
    #[serde(skip_serializing_if = "Option::is_none")]
    definition: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notation: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exact_match: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    broader: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retired: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated: Option<bool>,
}

/// Writes the concept of a tag.
pub fn write(out: &mut Vec<u8>, tag: &Tag, now: DateTime<Utc>) -> serde_json::Result<()> {
    let mut concept = ConceptView {
        uri: address::of_key(&tag.row.key()),
        r#type: "skos:Concept",
        pref_label: BTreeMap::new(),
        alt_label: Names::new(),
        hidden_label: Names::new(),
        definition: tag.row.description.clone(),
        notation: tag.external_ids.iter().map(ToString::to_string).collect(),
        exact_match: tag.external_ids.iter().filter_map(tags::address).collect(),
        broader: tag
            .broader
            .iter()
            .map(|tag| address::of_key(&tag.key()))
            .collect(),
        retired: tag.row.retired_at.map(timestamp::format),
        deprecated: tag.row.retired_at.filter(|at| *at <= now).map(|_| true),
    };
    for label in tag.labels.iter() {
        let names = match label.role {
            Role::Preferred => {
                concept.pref_label.insert(label.language, label.name);
                continue;
            }
            Role::Alternative => &mut concept.alt_label,
            Role::Hidden => &mut concept.hidden_label,
        };
        names.entry(label.language).or_default().push(label.name);
    }
    serde_json::to_writer(out, &concept)
}

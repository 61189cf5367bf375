//! Tags as concepts in Turtle.

use std::io;

use chrono::{DateTime, Utc};
use oxrdf::{
    Literal, NamedNode, Term, TripleRef,
    vocab::{rdf, xsd},
};
use oxttl::{TurtleSerializer, turtle::LowLevelTurtleSerializer};

use super::{
    address,
    terms::{IPTC, OWL, SKOS, XSD},
};
use crate::{
    base::{
        error::{AppError, AppResult},
        timestamp,
    },
    tags::{self, Role, Tag},
};

/// A document in the making.
pub struct Turtle(LowLevelTurtleSerializer);

impl Turtle {
    /// An empty document.
    pub fn begin() -> AppResult<Self> {
        let mut serializer = TurtleSerializer::new();
        for (prefix, begin) in [("skos", SKOS), ("iptc", IPTC), ("owl", OWL), ("xsd", XSD)] {
            let named = serializer.with_prefix(prefix, begin);
            serializer = named.map_err(|fault| AppError::internal(&fault))?;
        }
        Ok(Self(serializer.low_level()))
    }

    /// Writes the concept of a tag.
    pub fn write(&mut self, out: &mut Vec<u8>, tag: &Tag, now: DateTime<Utc>) -> io::Result<()> {
        let subject = node(address::of_key(&tag.row.key()));
        for (predicate, object) in statements(tag, now) {
            let triple = TripleRef::new(&subject, &predicate, &object);
            self.0.serialize_triple(triple, &mut *out)?;
        }
        Ok(())
    }

    /// Writes the end of the document.
    pub fn end(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        self.0.finish(out)
    }
}

/// What is said of a tag: predicates and objects, those of one predicate together.
fn statements(tag: &Tag, now: DateTime<Utc>) -> Vec<(NamedNode, Term)> {
    let mut all: Vec<(NamedNode, Term)> = vec![(rdf::TYPE.into_owned(), skos("Concept").into())];
    for (role, word) in [
        (Role::Preferred, "prefLabel"),
        (Role::Alternative, "altLabel"),
        (Role::Hidden, "hiddenLabel"),
    ] {
        let labels = tag.labels.iter().filter(|label| label.role == role);
        all.extend(labels.map(|label| {
            let (name, language) = (label.name, label.language);
            let name = Literal::new_language_tagged_literal_unchecked(name, language);
            (skos(word), name.into())
        }));
    }
    let mut say = |predicate: &NamedNode, object: Term| all.push((predicate.clone(), object));
    if let Some(description) = &tag.row.description {
        say(&skos("definition"), text(description));
    }
    for id in &tag.external_ids {
        say(&skos("notation"), text(&id.to_string()));
    }
    for same in tag.external_ids.iter().filter_map(tags::address) {
        say(&skos("exactMatch"), node(same).into());
    }
    for broader in &tag.broader {
        say(
            &skos("broader"),
            node(address::of_key(&broader.key())).into(),
        );
    }
    if let Some(at) = tag.row.retired_at {
        let moment = Literal::new_typed_literal(timestamp::format(at), xsd::DATE_TIME);
        say(&node(format!("{IPTC}retired")), moment.into());
    }
    if tag.row.retired_at.is_some_and(|at| at <= now) {
        let yes = Literal::new_typed_literal("true", xsd::BOOLEAN);
        say(&node(format!("{OWL}deprecated")), yes.into());
    }
    all
}

fn skos(name: &str) -> NamedNode {
    node(format!("{SKOS}{name}"))
}

/// Keys, and identifiers that are part of an address, were held against their grammar when they came.
fn node(address: String) -> NamedNode {
    NamedNode::new_unchecked(address)
}

fn text(text: &str) -> Term {
    Literal::new_simple_literal(text).into()
}

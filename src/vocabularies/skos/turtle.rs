//! Tags as concepts in Turtle.

use std::io;

use chrono::{DateTime, Utc};
use oxrdf::{LiteralRef, NamedNodeRef, TermRef, TripleRef, vocab::rdf, vocab::xsd};
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
        let subject = address::of_key(&tag.row.key());
        let subject = NamedNodeRef::new_unchecked(&subject);
        let mut say = |predicate: &str, object: TermRef<'_>| {
            let predicate = NamedNodeRef::new_unchecked(predicate);
            self.0
                .serialize_triple(TripleRef::new(subject, predicate, object), &mut *out)
        };
        let skos = |name: &str| format!("{SKOS}{name}");
        say(
            rdf::TYPE.as_str(),
            NamedNodeRef::new_unchecked(&skos("Concept")).into(),
        )?;
        for (role, word) in [
            (Role::Preferred, "prefLabel"),
            (Role::Alternative, "altLabel"),
            (Role::Hidden, "hiddenLabel"),
        ] {
            for label in tag.labels.iter().filter(|label| label.role == role) {
                let (name, language) = (&label.name, &label.language);
                let name = LiteralRef::new_language_tagged_literal_unchecked(name, language);
                say(&skos(word), name.into())?;
            }
        }
        if let Some(description) = &tag.row.description {
            say(
                &skos("definition"),
                LiteralRef::new_simple_literal(description).into(),
            )?;
        }
        for id in tag.external_ids.iter().map(ToString::to_string) {
            say(
                &skos("notation"),
                LiteralRef::new_simple_literal(&id).into(),
            )?;
        }
        for same in tag.external_ids.iter().filter_map(tags::address) {
            say(
                &skos("exactMatch"),
                NamedNodeRef::new_unchecked(&same).into(),
            )?;
        }
        for broader in tag.broader.iter().map(|tag| address::of_key(&tag.key())) {
            say(
                &skos("broader"),
                NamedNodeRef::new_unchecked(&broader).into(),
            )?;
        }
        let Some(at) = tag.row.retired_at else {
            return Ok(());
        };
        let moment = timestamp::format(at);
        let moment = LiteralRef::new_typed_literal(&moment, xsd::DATE_TIME);
        say(&format!("{IPTC}retired"), moment.into())?;
        if at <= now {
            let yes = LiteralRef::new_typed_literal("true", xsd::BOOLEAN);
            say(&format!("{OWL}deprecated"), yes.into())?;
        }
        Ok(())
    }

    /// Writes the end of the document.
    pub fn end(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        self.0.finish(out)
    }
}

//! The members of a JSON object, before it is known what they mean.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::{Map, Value};

/// The members of an object. One that is named twice is refused, as it is where fields are read
/// one by one: which of the two was meant, nobody knows.
///
/// Source: RFC 8259 §4.
#[derive(Debug)]
pub struct Members(pub Map<String, Value>);

impl Members {
    /// Reads a line of a file. The line is told by who knows its number; in it, every fault stands in the first.
    pub fn of_line(line: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(line).map_err(|fault| {
            let fault = fault.to_string();
            let fault = fault.replace(" at line 1 column ", " at column ");
            // A member that cannot be is told of by its name, not by its place.
            let fault = fault.strip_suffix(" at column 0").unwrap_or(&fault);
            format!("cannot be read: {fault}")
        })
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if members.contains_key(&name) {
                return Err(A::Error::custom(format!("duplicate field `{name}`")));
            }
            members.insert(name, map.next_value()?);
        }
        Ok(Members(members))
    }
}

//! Vocabularies in SKOS, which others publish and read.
//!
//! Source: SKOS Reference (W3C, 2009); IPTC NewsCodes for `qcode` and `retired`.

mod address;
mod concept;
mod depth;
mod graph;
mod json;
mod reading;
mod terms;
mod turtle;

pub use json::{BEGIN as JSON_BEGIN, END as JSON_END, write as write_json};
pub use reading::{Vocabulary, read_json, read_turtle};
pub use turtle::Turtle;

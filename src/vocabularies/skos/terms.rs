//! The words of SKOS and IPTC that are understood here.

/// What all words of SKOS begin with.
pub const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
/// What the words of IPTC for concepts begin with.
pub const IPTC: &str = "http://iptc.org/std/nar/2006-10-01/";
/// What all words of OWL begin with.
pub const OWL: &str = "http://www.w3.org/2002/07/owl#";
/// What all types of XML Schema begin with.
pub const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

/// What a statement says of a concept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Its preferred name in a language.
    Preferred,
    /// Another name.
    Alternative,
    /// A name that is never shown.
    Hidden,
    /// What it is part of.
    Broader,
    /// What is part of it.
    Narrower,
    /// What it is.
    Definition,
    /// What it is for.
    ScopeNote,
    /// Something that is the same elsewhere.
    ExactMatch,
    /// Its code, or what IPTC calls it.
    Notation,
    /// Since when it is retired.
    Retired,
    /// Whether it is out of use.
    Deprecated,
}

/// The word that an address stands for, if it is understood.
pub fn word(address: &str) -> Option<Word> {
    if let Some(name) = address.strip_prefix(SKOS) {
        return Some(match name {
            "prefLabel" => Word::Preferred,
            "altLabel" => Word::Alternative,
            "hiddenLabel" => Word::Hidden,
            "broader" => Word::Broader,
            "narrower" => Word::Narrower,
            "definition" => Word::Definition,
            "scopeNote" => Word::ScopeNote,
            "exactMatch" => Word::ExactMatch,
            "notation" => Word::Notation,
            _ => return None,
        });
    }
    match (address.strip_prefix(IPTC), address.strip_prefix(OWL)) {
        (Some("qcode"), _) => Some(Word::Notation),
        (Some("retired"), _) => Some(Word::Retired),
        (_, Some("deprecated")) => Some(Word::Deprecated),
        _ => None,
    }
}

//! The names by which a tag is called.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::kind::TagKind;
use crate::base::text;

/// Longest name among people, in characters.
pub const MAX_NAME: usize = 200;

/// Longest slug, in characters.
pub const MAX_SLUG: usize = 120;

/// Longest identifier that somebody else gave a tag, in characters.
pub const MAX_EXTERNAL_ID: usize = 128;

/// A tag's own name, `kind:slug`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagKey {
    /// What the tag stands for.
    pub kind: TagKind,
    /// The part that tells tags of a kind apart.
    pub slug: Slug,
}

/// Lower-case letters, marks and digits of any script, with single hyphens between them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

/// An identifier that somebody else gave a tag, such as `wikidata:Q851`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternalId {
    /// Who gave the identifier.
    pub authority: String,
    /// The identifier.
    pub id: String,
}

/// Whatever names a tag. Kinds and authorities are disjoint words, so the prefix tells which it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TagRef {
    /// By its key, present or former.
    Key(TagKey),
    /// By somebody else's identifier.
    External(ExternalId),
}

impl Slug {
    /// Reads a slug; the error is ready to stand behind the field's name.
    pub fn parse(raw: &str) -> Result<Self, String> {
        let slug: String = raw.nfc().collect();
        let is_made_of_words = slug
            .split('-')
            .all(|word| !word.is_empty() && word.chars().all(text::is_slug_character));
        match slug.chars().count() {
            1..=MAX_SLUG if is_made_of_words => Ok(Self(slug)),
            1..=MAX_SLUG => Err(
                "must be lower-case letters and digits with single hyphens between them".to_owned(),
            ),
            _ => Err(format!("must have 1 to {MAX_SLUG} characters")),
        }
    }

    /// A slug out of a name, if anything of the name can stand in one; `number` tells those of one name apart.
    pub fn of_name(name: &str, number: u32) -> Option<Self> {
        let suffix = if number < 2 {
            String::new()
        } else {
            format!("-{number}")
        };
        let slug = text::slugify(name, MAX_SLUG - suffix.len())?;
        Some(Self(slug + &suffix))
    }

    /// The slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ExternalId {
    /// Reads an authority and its identifier; the error is ready to stand behind the field's name.
    pub fn parse(authority: &str, id: &str) -> Result<Self, String> {
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let starts_well = authority.starts_with(|c: char| c.is_ascii_lowercase());
        if !starts_well || !(2..=32).contains(&authority.len()) || !authority.chars().all(is_word) {
            return Err(
                "must name an authority in 2 to 32 lower-case letters, digits and underscores"
                    .to_owned(),
            );
        }
        if TagKind::from_word(authority).is_some() {
            return Err(format!(
                "must not name the kind {authority} as an authority"
            ));
        }
        let id: String = id.nfc().collect();
        let has_gap = id
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || text::is_invisible(c));
        if id.is_empty() || id.chars().count() > MAX_EXTERNAL_ID || has_gap {
            return Err(format!(
                "must have an id of 1 to {MAX_EXTERNAL_ID} characters without white space"
            ));
        }
        Ok(Self {
            authority: authority.to_owned(),
            id,
        })
    }
}

impl TagRef {
    /// Reads what a caller names a tag by; `None` if it cannot name any.
    pub fn parse(raw: &str) -> Option<Self> {
        let (prefix, rest) = raw.split_once(':')?;
        match TagKind::from_word(prefix) {
            Some(kind) => Slug::parse(rest)
                .ok()
                .map(|slug| Self::Key(TagKey { kind, slug })),
            None => ExternalId::parse(prefix, rest).ok().map(Self::External),
        }
    }
}

impl fmt::Display for TagKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.slug.0)
    }
}

impl fmt::Display for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.authority, self.id)
    }
}

impl fmt::Display for TagRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => key.fmt(f),
            Self::External(id) => id.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_tells_a_key_from_an_identifier() {
        assert!(matches!(TagRef::parse("place:doha"), Some(TagRef::Key(_))));
        assert!(matches!(
            TagRef::parse("wikidata:Q851"),
            Some(TagRef::External(_))
        ));
        assert!(matches!(
            TagRef::parse("place:الدوحة"),
            Some(TagRef::Key(_))
        ));
        for nothing in [
            "doha",
            "place:",
            "place:Doha",
            "place:a--b",
            "place:a\u{202e}b",
            "Q:1",
            ":x",
            "x:",
        ] {
            assert_eq!(TagRef::parse(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn an_authority_is_never_a_kind() {
        assert!(ExternalId::parse("place", "1").is_err());
        // One character that is three in normal form C.
        assert!(ExternalId::parse("wikidata", &"\u{1D160}".repeat(128)).is_err());
        assert!(ExternalId::parse("iso3166", "QA").is_ok());
    }
}

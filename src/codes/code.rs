//! What a short code looks like.

use std::ops::RangeInclusive;

use rand::RngExt;

use super::alphabet::{self, ALPHABET};

/// Lengths of generated codes, the check character included.
pub const GENERATED_LENGTHS: RangeInclusive<usize> = 6..=9;

/// Lengths of codes that people choose.
pub const ALIAS_LENGTHS: RangeInclusive<usize> = 2..=64;

/// Lengths of codes that were given out elsewhere and are imported.
pub const LEGACY_LENGTHS: RangeInclusive<usize> = 1..=64;

/// A short code in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Code(String);

crate::text_enum! {
    /// Where a code comes from. Generated codes and aliases have disjoint grammars; an imported code
    /// can look like either.
    pub enum CodeKind {
        /// Made by the service; ends in a check character.
        Generated = "generated",
        /// Chosen by people.
        Alias = "alias",
        /// Given out elsewhere and imported as it was.
        Legacy = "legacy",
    }
}

impl Code {
    /// A new code of this length by chance, from the system's source.
    pub fn generate(length: usize) -> Self {
        let mut rng = rand::rng();
        loop {
            let body: Vec<u8> = (1..length)
                .map(|_| ALPHABET[rng.random_range(0..ALPHABET.len())])
                .collect();
            if let Some(check) = alphabet::check_character(&body) {
                return Self(body.into_iter().chain([check]).map(char::from).collect());
            }
        }
    }

    /// Reads a code as somebody typed it: any case. `None` if no link can have it, be it by its
    /// characters or by its check character; such a code is refused before the database is asked.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::parse_among(raw, &[])
    }

    /// Reads a code of a domain that has imported codes of these lengths: of such a length, every
    /// code can be one of them, whatever its check character.
    pub fn parse_among(raw: &str, legacy_lengths: &[i16]) -> Option<Self> {
        let code = raw.to_ascii_lowercase();
        let can_be = is_written_well(&code) && can_exist(&code, legacy_lengths);
        can_be.then_some(Self(code))
    }

    /// Reads a code that was given out elsewhere: it stays as it is, but for its case.
    pub fn parse_legacy(raw: &str) -> Result<Self, String> {
        let code = raw.to_ascii_lowercase();
        if LEGACY_LENGTHS.contains(&code.len()) && is_written_well(&code) {
            Ok(Self(code))
        } else {
            Err("must have 1 to 64 letters, digits, hyphens or underscores of ASCII".to_owned())
        }
    }

    /// Whether the code is read only on a domain that has imported codes of its length.
    pub fn needs_legacy_length(&self) -> bool {
        Self::parse(&self.0).is_none()
    }

    /// Reads a code that a person chooses; the error is ready to stand behind the field's name.
    pub fn parse_alias(raw: &str) -> Result<Self, String> {
        let code = raw.to_ascii_lowercase();
        if has_generated_shape(&code) {
            return Err(
                "has the shape of a generated code; use a vowel, a hyphen or another length"
                    .to_owned(),
            );
        }
        Self::parse(&code).ok_or_else(|| {
            "must have 2 to 64 letters, digits, hyphens or underscores of ASCII".to_owned()
        })
    }

    /// Where the code comes from, if it was not imported.
    pub fn kind(&self) -> CodeKind {
        if has_generated_shape(&self.0) {
            CodeKind::Generated
        } else {
            CodeKind::Alias
        }
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a link of a domain with imported codes of these lengths can have this well-formed code: a
/// code of the shape of a generated one needs its check character, unless imported codes are as long.
pub fn can_exist(code: &str, legacy_lengths: &[i16]) -> bool {
    let is_length_imported = || {
        let length = i16::try_from(code.len()).ok();
        length.is_some_and(|length| legacy_lengths.contains(&length))
    };
    let is_own = ALIAS_LENGTHS.contains(&code.len())
        && (!has_generated_shape(code) || alphabet::is_sound(code.as_bytes()));
    is_own || is_length_imported()
}

fn is_written_well(code: &str) -> bool {
    let is_known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    code.bytes().all(is_known)
}

fn has_generated_shape(code: &str) -> bool {
    GENERATED_LENGTHS.contains(&code.len()) && code.bytes().all(|b| ALPHABET.contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_codes_can_be_read_in_any_case() {
        for length in GENERATED_LENGTHS {
            let code = Code::generate(length);
            assert_eq!(code.as_str().len(), length);
            assert_eq!(code.kind(), CodeKind::Generated);
            assert_eq!(Code::parse(&code.as_str().to_uppercase()), Some(code));
        }
    }

    #[test]
    fn aliases_and_generated_codes_are_disjoint() {
        let generated = Code::generate(6);
        assert!(Code::parse_alias(generated.as_str()).is_err());
        for alias in ["harbour", "6gw9y", "a-b", "EID", "2026"] {
            assert_eq!(
                Code::parse_alias(alias).map(|code| code.kind()),
                Ok(CodeKind::Alias),
                "{alias}"
            );
        }
        for bad in ["x", "", "a b", "ünï", "bcdfgh", "a/b", "a\u{202e}b"] {
            assert!(Code::parse_alias(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_wrong_check_is_read_only_where_codes_of_its_length_were_imported() {
        let wrong = "bcdfgh";
        assert_eq!(Code::parse(wrong), None);
        assert_eq!(Code::parse_among(wrong, &[7]), None);
        let read = Code::parse_among("BCDFGH", &[1, 6]);
        assert_eq!(read.as_ref().map(Code::as_str), Some(wrong));
        assert!(read.is_some_and(|code| code.needs_legacy_length()));
        assert_eq!(Code::parse_among("x", &[6]), None);
        assert!(Code::parse_among("x", &[1]).is_some());
        assert_eq!(Code::parse_among("x y", &[3]), None);
    }
}

//! What a short code looks like.

use std::ops::RangeInclusive;

use rand::RngExt;

use super::alphabet::{self, ALPHABET};

/// Lengths of generated codes, the check character included.
pub const GENERATED_LENGTHS: RangeInclusive<usize> = 6..=9;

/// Lengths of codes that people choose.
pub const ALIAS_LENGTHS: RangeInclusive<usize> = 2..=64;

/// A short code in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code(String);

crate::text_enum! {
    /// Where a code comes from. The grammars are disjoint, so the code itself tells.
    pub enum Shape {
        /// Made by the service; ends in a check character.
        Generated = "generated",
        /// Chosen by people.
        Alias = "alias",
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
        let code = raw.to_ascii_lowercase();
        let is_written_well = ALIAS_LENGTHS.contains(&code.len())
            && code
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
        let is_sound = !has_generated_shape(&code) || alphabet::is_sound(code.as_bytes());
        (is_written_well && is_sound).then_some(Self(code))
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

    /// Where the code comes from.
    pub fn shape(&self) -> Shape {
        if has_generated_shape(&self.0) {
            Shape::Generated
        } else {
            Shape::Alias
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
            assert_eq!(code.shape(), Shape::Generated);
            assert_eq!(Code::parse(&code.as_str().to_uppercase()), Some(code));
        }
    }

    #[test]
    fn aliases_and_generated_codes_are_disjoint() {
        let generated = Code::generate(6);
        assert!(Code::parse_alias(generated.as_str()).is_err());
        for alias in ["harbour", "6gw9y", "a-b", "EID", "2026"] {
            assert_eq!(
                Code::parse_alias(alias).map(|code| code.shape()),
                Ok(Shape::Alias),
                "{alias}"
            );
        }
        for bad in ["x", "", "a b", "ünï", "bcdfgh", "a/b", "a\u{202e}b"] {
            assert!(Code::parse_alias(bad).is_err(), "{bad}");
        }
    }
}

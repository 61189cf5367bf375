//! Languages by their BCP 47 tags.

use oxilangtag::LanguageTag;

/// A well-formed language tag in canonical case, such as `en`, `ar-QA` or `zh-Hant`.
///
/// Source: RFC 5646 §2.1.1 (formatting of language tags).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language(String);

/// Longest tag that is kept. Source: RFC 5646 §4.4.1.
pub const MAX_LENGTH: usize = 35;

/// Languages written from right to left, where the tag names no script.
const RIGHT_TO_LEFT: &[&str] = &[
    "ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi",
];

impl Language {
    /// Reads a tag; the error is ready to stand behind the field's name.
    pub fn parse(raw: &str) -> Result<Self, String> {
        let fault = || "must be a BCP 47 language tag, such as en or ar-QA".to_owned();
        if raw.len() > MAX_LENGTH {
            return Err(fault());
        }
        let tag = LanguageTag::parse_and_normalize(raw).map_err(|_| fault())?;
        Ok(Self(tag.into_inner()))
    }

    /// The tag in canonical case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tag in canonical case, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// The direction in which text of a stored language runs: `ltr` or `rtl`.
pub fn direction(tag: &str) -> &'static str {
    let Ok(tag) = LanguageTag::parse(tag) else {
        return "ltr";
    };
    let is_right_to_left = match tag.script() {
        Some(script) => matches!(script, "Arab" | "Hebr" | "Thaa" | "Syrc" | "Nkoo" | "Adlm"),
        None => RIGHT_TO_LEFT.contains(&tag.primary_language()),
    };
    if is_right_to_left { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_come_out_in_canonical_case() {
        assert_eq!(
            Language::parse("AR-qa").map(Language::into_string),
            Ok("ar-QA".to_owned())
        );
        assert_eq!(
            Language::parse("ZH-hant").map(Language::into_string),
            Ok("zh-Hant".to_owned())
        );
        assert!(Language::parse("english language").is_err());
        assert!(Language::parse("").is_err());
    }

    #[test]
    fn the_script_decides_the_direction() {
        assert_eq!(direction("ur"), "rtl");
        assert_eq!(direction("az-Arab"), "rtl");
        assert_eq!(direction("ar-Latn"), "ltr");
        assert_eq!(direction("en"), "ltr");
    }
}

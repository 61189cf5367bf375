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

/// The tag of a text whose language nobody said. Source: BCP 47 §4.1, ISO 639-2.
pub const UNDETERMINED: &str = "und";

/// The languages that a caller would like, the dearest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferred(Vec<String>);

impl Preferred {
    /// These languages, in this order.
    pub fn new(languages: impl IntoIterator<Item = Language>) -> Self {
        Self(languages.into_iter().map(Language::into_string).collect())
    }

    /// One language, whose tag is in canonical case already.
    pub fn of(tag: &str) -> Self {
        Self(vec![tag.to_owned()])
    }

    /// The tags, in canonical case.
    pub fn tags(&self) -> &[String] {
        &self.0
    }

    /// Whether the caller would like none more than another.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The languages without script and region, such as `pt` for `pt-BR`: whatever can be chosen
    /// begins with one of them.
    pub fn primaries(&self) -> Vec<&str> {
        let tags = self.0.iter();
        tags.filter_map(|tag| tag.split('-').next()).collect()
    }

    /// The one of these languages that the caller would like most: of each wish the language itself,
    /// else one of its regions, else the same without its last subtag, and so on.
    ///
    /// Source: RFC 4647 §3.4 (lookup), with §3.3.1 (a range finds its regions) at each step.
    pub fn choose<'a>(&self, available: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
        let mut steps = self.0.iter().flat_map(|wish| {
            std::iter::successors(Some(wish.as_str()), |range| Some(range.rsplit_once('-')?.0))
        });
        steps.find_map(|range| {
            let mut languages = available.clone();
            let is_region = |tag: &&str| {
                tag.strip_prefix(range)
                    .is_some_and(|rest| rest.starts_with('-'))
            };
            (languages.clone().find(|tag| *tag == range)).or_else(|| languages.find(is_region))
        })
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
    fn the_dearest_language_is_chosen_that_there_is() {
        let wish =
            |tags: &[&str]| Preferred::new(tags.iter().map(|tag| Language::parse(tag).unwrap()));
        let available = ["ar", "en", "en-GB", "pt-BR", "zh-Hans"];
        for (wishes, chosen) in [
            (&["en-GB", "ar"][..], Some("en-GB")),
            (&["en-US"], Some("en")),
            (&["fr", "ar-QA"], Some("ar")),
            (&["pt"], Some("pt-BR")),
            (&["pt-PT"], Some("pt-BR")),
            (&["zh-Hans-CN"], Some("zh-Hans")),
            (&["fr"], None),
            (&[], None),
        ] {
            assert_eq!(
                wish(wishes).choose(available.into_iter()),
                chosen,
                "{wishes:?}"
            );
        }
    }

    #[test]
    fn the_script_decides_the_direction() {
        assert_eq!(direction("ur"), "rtl");
        assert_eq!(direction("az-Arab"), "rtl");
        assert_eq!(direction("ar-Latn"), "ltr");
        assert_eq!(direction("en"), "ltr");
    }
}

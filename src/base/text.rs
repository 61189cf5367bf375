//! Text as it is stored and as it is compared.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::error::{AppError, AppResult};

/// Whether a text may hold line breaks and tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// One line: no control character at all.
    One,
    /// Paragraphs: tab, line feed and carriage return are text.
    Many,
}

/// A text fit to be stored: normal form C, without control characters, not empty, not too long.
///
/// `max` counts Unicode scalar values, as `maxLength` of JSON Schema does. The error says what is
/// wrong, ready to stand behind the field's name.
pub fn clean(raw: &str, max: usize, lines: Lines) -> Result<String, String> {
    refuse_controls(raw, lines)?;
    let text: String = raw.nfc().collect();
    if text.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
        return Err("must not be empty".to_owned());
    }
    match text.chars().count() {
        length if length > max => Err(format!(
            "has {length} characters; at most {max} are allowed"
        )),
        _ => Ok(text),
    }
}

/// Refuses a text with control characters; the error says what is wrong, as that of [`clean`] does.
pub fn refuse_controls(raw: &str, lines: Lines) -> Result<(), String> {
    match raw.chars().find(|&c| is_refused(c, lines)) {
        Some(bad) => Err(format!(
            "must not contain the control character U+{:04X}",
            bad as u32
        )),
        None => Ok(()),
    }
}

/// Longest folded name, in bytes: compatibility forms make some names longer, and what an index
/// keeps has a limit.
const MAX_FOLDED: usize = 1000;

/// A name fit to be stored and to be compared: one line of which something is left when it is folded.
pub fn clean_name(raw: &str, max: usize) -> Result<String, String> {
    let name = clean(raw, max, Lines::One)?;
    match fold(&name).len() {
        0 => Err("must have more than marks that do not count in a comparison".to_owned()),
        1..=MAX_FOLDED => Ok(name),
        length => Err(format!(
            "has {length} bytes when it is written out; at most {MAX_FOLDED} are allowed"
        )),
    }
}

fn is_refused(c: char, lines: Lines) -> bool {
    let is_layout = matches!(c, '\t' | '\n' | '\r');
    c.is_control() && !(is_layout && lines == Lines::Many)
}

/// A text of a query, fit to be searched for.
pub fn clean_parameter(name: &str, raw: &str, max: usize) -> AppResult<String> {
    clean(raw, max, Lines::One).map_err(|fault| AppError::parameter(name, fault))
}

/// Marks that turn the direction of what surrounds them, or are not seen at all, or only where a line ends. In a name that
/// people type and machines compare they can only deceive.
///
/// Source: Unicode UAX #9 §2, UTS #39 §5.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{061C}')
}

/// Whether a character is written over, under or around the one before it.
pub fn is_mark(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Mark
}

/// Whether a character is an apostrophe, or one of those that are written for it, among them the signs
/// that stand for hamza and ayn in names from Arabic.
pub fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '’' | '‘' | '‛' | '`' | '´' | '′' | 'ʼ' | 'ʻ' | 'ʽ' | 'ʾ' | 'ʿ'
    )
}

/// A name folded for comparison: compatibility forms, case, accents, spacing, variants of one letter and
/// the drawing of quotation marks do not count.
pub fn fold(name: &str) -> String {
    fold_arabic_word(name).unwrap_or_else(|| fold_any(name))
}

/// The same for a word of plain Arabic letters, which have no case and whose hamza is part of the
/// letter: without normal forms it takes a fraction of the time, and texts are full of such words.
fn fold_arabic_word(word: &str) -> Option<String> {
    let letters = word.chars().filter(|&c| c != '\u{0640}');
    let folded = letters.map(|c| match c {
        'آ' | 'أ' | 'إ' => Some('ا'),
        'ؤ' => Some('و'),
        'ئ' | 'ى' => Some('ي'),
        'ة' => Some('ه'),
        '\u{0621}'..='\u{063A}' | '\u{0641}'..='\u{064A}' => Some(c),
        _ => None,
    });
    folded.collect()
}

fn fold_any(name: &str) -> String {
    // Before compatibility forms, which make an accent on a space of ´.
    let plain = name.chars().map(plain_quote);
    // To upper case and back, because ß and final sigma have no other way to meet SS and Σ.
    let upper = plain.nfkc().flat_map(char::to_uppercase);
    let lower = upper.flat_map(char::to_lowercase);
    let bare = lower
        .nfd()
        .filter(|&c| !is_accent(c) && !is_invisible(c))
        .flat_map(same_letter);
    let bare: String = bare.nfc().collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The plain one for each apostrophe and each quotation mark.
fn plain_quote(c: char) -> char {
    match c {
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' => '"',
        _ if is_apostrophe(c) => '\'',
        _ => c,
    }
}

/// Accents of European scripts, the vowel points of Arabic and Hebrew, and Arabic's stretching mark
/// and hamza above or below a letter, which are optional in writing. Marks of Indic scripts are
/// letters to their readers and stay.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0591}'..='\u{05BD}' | '\u{05BF}' | '\u{05C1}' | '\u{05C2}'
        | '\u{0610}'..='\u{061A}' | '\u{0640}' | '\u{064B}'..='\u{065F}' | '\u{0670}'
        | '\u{06D6}'..='\u{06DC}' | '\u{06DF}'..='\u{06E8}' | '\u{06EA}'..='\u{06ED}')
}

/// The letter that stands for all that writers do not tell apart: of alef, of ya and its final and
/// Urdu forms, of kaf, of heh with ta marbuta, of digits; and Latin letters whose stroke is no mark.
fn same_letter(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        'ٱ' => ('ا', None),
        'ى' | 'ی' | 'ے' => ('ي', None),
        'ک' | 'ڪ' => ('ك', None),
        'ة' | 'ہ' | 'ھ' | 'ە' | 'ۃ' => ('ه', None),
        '٠'..='٩' => (ascii_digit(c, '٠'), None),
        '۰'..='۹' => (ascii_digit(c, '۰'), None),
        // Left only of its capital, which has no other upper case.
        'ß' => ('s', Some('s')),
        'ø' => ('o', None),
        'ł' => ('l', None),
        'đ' => ('d', None),
        'ħ' => ('h', None),
        'ŧ' => ('t', None),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        // A sigma is final or not by its place alone.
        'ς' => ('σ', None),
        _ => (c, None),
    };
    std::iter::once(first).chain(second)
}

fn ascii_digit(c: char, zero: char) -> char {
    char::from_digit(c as u32 - zero as u32, 10).unwrap_or(c)
}

/// The words of a text, as a newsroom counts them: runs without white space.
pub fn count_words(text: &str) -> i32 {
    i32::try_from(text.split_whitespace().count()).unwrap_or(i32::MAX)
}

/// Whether a character can stand in a slug besides the hyphen: letters, marks and digits of any
/// script, in lower case.
pub fn is_slug_character(c: char) -> bool {
    let is_word = matches!(
        c.general_category_group(),
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark | GeneralCategoryGroup::Number
    );
    is_word && !c.is_uppercase()
}

/// A slug made from a name, in the name's own script; `None` if nothing of the name can stand in one.
pub fn slugify(name: &str, max: usize) -> Option<String> {
    let mut slug = String::new();
    for c in without_latin_accents(name) {
        if is_slug_character(c) {
            slug.push(c);
        } else if c != '\''
            && c != '’'
            && !is_invisible(c)
            && !slug.is_empty()
            && !slug.ends_with('-')
        {
            slug.push('-');
        }
    }
    let slug: String = slug.chars().take(max).collect();
    let slug = slug.trim_matches('-');
    (!slug.is_empty()).then(|| slug.nfc().collect())
}

/// Lower case, with accents taken from Latin letters only: é becomes e, while й, which is another
/// letter than и, stays.
fn without_latin_accents(name: &str) -> impl Iterator<Item = char> {
    let lower: String = name.nfkc().flat_map(char::to_lowercase).collect();
    let mut after_latin = false;
    let kept: String = lower
        .nfd()
        .filter(|&c| {
            if is_accent(c) {
                return !(after_latin || matches!(c, '\u{0640}'..='\u{0670}'));
            }
            after_latin = c.is_ascii_alphabetic();
            true
        })
        .nfc()
        .collect();
    kept.chars().collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_something_that_can_be_seen_and_compared() {
        assert_eq!(clean_name("Port Elara", 200).as_deref(), Ok("Port Elara"));
        assert_eq!(clean_name("😀", 200).as_deref(), Ok("😀"));
        for bad in ["", " ", "\u{200B}", "\u{202E}\u{2069}", "\u{0640}\u{064B}"] {
            assert!(clean_name(bad, 200).is_err(), "{bad:?}");
        }
        // One character that stands for eighteen.
        assert!(clean_name(&"\u{FDFA}".repeat(45), 200).is_err());
    }

    #[test]
    fn slugs_keep_their_script() {
        assert_eq!(slugify("São Paulo", 120).as_deref(), Some("sao-paulo"));
        assert_eq!(
            slugify("  Port Elara!  ", 120).as_deref(),
            Some("port-elara")
        );
        assert_eq!(slugify("O’Neill's", 120).as_deref(), Some("oneills"));
        assert_eq!(slugify("الدوحة", 120).as_deref(), Some("الدوحة"));
        assert_eq!(slugify("Йошкар-Ола", 120).as_deref(), Some("йошкар-ола"));
        assert_eq!(slugify("दिल्ली", 120).as_deref(), Some("दिल्ली"));
        assert_eq!(slugify("🎉!", 120), None);
    }

    #[test]
    fn folding_forgets_case_accents_and_spacing() {
        assert_eq!(fold("  Sao  PAULO "), fold("São Paulo"));
        assert_eq!(fold("مُحَمَّد"), fold("محمد"));
        assert_eq!(fold("Łódź, Strasse"), fold("Lodz, Straße"));
        assert_eq!(fold("ΣΊΣΥΦΟΣ"), fold("σίσυφος"));
        assert_ne!(fold("Doha"), fold("Dohar"));
    }

    #[test]
    fn folding_forgets_what_is_not_seen_and_how_apostrophes_are_drawn() {
        assert_eq!(fold("so\u{AD}ft"), "soft");
        assert_eq!(fold("STRAẞE"), "strasse");
        assert_eq!(fold("STRAẞE"), fold("Straße"));
        for apostrophe in "'‘’‛ʼʻʾʿ`´′＇".chars() {
            assert_eq!(fold(&format!("O{apostrophe}Neil")), "o'neil");
        }
        assert_eq!(fold("„Gull“ «Bay»"), "\"gull\" \"bay\"");
    }

    #[test]
    fn folding_forgets_what_writers_of_arabic_and_urdu_do_not_tell_apart() {
        for (one, other) in [
            ("أحمد", "احمد"),
            ("إسلام آباد", "اسلام اباد"),
            ("مؤسسة", "موسسه"),
            ("مستشفى", "مستشفي"),
            ("الـدوحـة", "الدوحة"),
            ("کراچی", "كراچي"),
            ("ہندوستان", "هندوستان"),
            ("بھارت", "بهارت"),
            ("٢٠٢٦", "2026"),
            ("۲۰۲۶", "2026"),
        ] {
            assert_eq!(fold(one), fold(other));
        }
        assert_ne!(fold("قطر"), fold("قطار"));
    }

    #[test]
    fn a_word_of_plain_arabic_letters_is_folded_like_any_other() {
        for letter in '\u{0600}'..='\u{06FF}' {
            for word in [
                format!("{letter}"),
                format!("ب{letter}ل"),
                format!("{letter}{letter}"),
            ] {
                assert_eq!(fold(&word), fold_any(&word), "{word:?}");
            }
        }
    }

    #[test]
    fn clean_text_has_no_control_characters_and_is_in_normal_form_c() {
        assert_eq!(clean("e\u{301}", 1, Lines::One).as_deref(), Ok("é"));
        assert!(clean("a\0b", 10, Lines::Many).is_err());
        assert!(clean("a\nb", 10, Lines::One).is_err());
        assert!(clean("a\nb", 10, Lines::Many).is_ok());
        assert!(clean(" \t", 10, Lines::Many).is_err());
    }
}

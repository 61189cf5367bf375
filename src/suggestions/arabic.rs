//! The letters that Arabic writes together with the word behind them: and, so, by, for, like, the.

use crate::base::text;

/// A word with fewer letters is too likely to be another one.
const FEWEST_LETTERS: usize = 3;

/// With so few letters it is likely to be another one, unless the article stands before it: بعيد, far,
/// ends in عيد, feast, and العيد is the feast.
const SHORT: usize = FEWEST_LETTERS;

/// What a word may be without the letters before it.
#[derive(Debug)]
pub struct Rest {
    /// How many letters are left out.
    pub skipped: usize,
    /// What is left of the folded word.
    pub word: String,
    /// Whether so little is left that it may be another word.
    pub is_short: bool,
}

/// What a folded word may be without such letters.
pub fn without_prefixes(word: &str) -> Vec<Rest> {
    if !word.starts_with(['و', 'ف', 'ب', 'ل', 'ك', 'ا']) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let conjunctions = [Some(word), word.strip_prefix(['و', 'ف'])];
    for (before, rest) in (0..)
        .zip(conjunctions)
        .filter_map(|(n, rest)| Some((n, rest?)))
    {
        keep(&mut found, before, rest, SHORT);
        if let Some(bare) = rest.strip_prefix("ال") {
            keep(&mut found, before + 2, bare, 0);
        }
        // For the: the article loses its alef.
        if let Some(bare) = rest.strip_prefix("لل") {
            keep(&mut found, before + 1, &["ال", bare].concat(), 0);
            keep(&mut found, before + 2, bare, 0);
        } else if let Some(rest) = rest.strip_prefix(['ب', 'ل', 'ك']) {
            keep(&mut found, before + 1, rest, SHORT);
            if let Some(bare) = rest.strip_prefix("ال") {
                keep(&mut found, before + 3, bare, 0);
            }
        }
    }
    found
}

fn keep(found: &mut Vec<Rest>, skipped: usize, word: &str, short: usize) {
    let letters = word.chars().count();
    if skipped > 0 && letters >= FEWEST_LETTERS {
        found.push(Rest {
            skipped,
            word: word.to_owned(),
            is_short: letters <= short,
        });
    }
}

/// How many bytes the first letters of a word take as it is written, with the marks behind them.
pub fn bytes_of_letters(written: &str, letters: usize) -> usize {
    let mut seen = 0;
    let next = written.char_indices().find(|(_, c)| {
        seen += usize::from(c.is_alphabetic() && !text::is_mark(*c) && *c != '\u{0640}');
        seen > letters
    });
    next.map_or(0, |(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rests(word: &str) -> Vec<String> {
        without_prefixes(word)
            .into_iter()
            .map(|rest| rest.word)
            .collect()
    }

    #[test]
    fn the_letters_before_a_word_are_taken_off_one_by_one_and_together() {
        for (word, rest) in [
            ("والدوحه", "الدوحه"),
            ("والدوحه", "دوحه"),
            ("بالدوحه", "الدوحه"),
            ("للدوحه", "الدوحه"),
            ("وللدوحه", "الدوحه"),
            ("لقطر", "قطر"),
            ("وبقطر", "قطر"),
        ] {
            assert!(
                rests(word).contains(&rest.to_owned()),
                "{word}: {:?}",
                rests(word)
            );
        }
        assert!(rests("وقت").is_empty());
        assert!(rests("doha").is_empty());
    }

    #[test]
    fn little_is_left_of_a_word_only_without_the_article() {
        let short = |word, rest| {
            let mut rests = without_prefixes(word).into_iter();
            rests
                .find(|found| found.word == rest)
                .map(|found| found.is_short)
        };
        assert_eq!(short("بعيد", "عيد"), Some(true));
        assert_eq!(short("ولعيد", "عيد"), Some(true));
        assert_eq!(short("بالعيد", "عيد"), Some(false));
        assert_eq!(short("للعيد", "عيد"), Some(false));
        assert_eq!(short("بتعليم", "تعليم"), Some(false));
    }

    #[test]
    fn letters_are_counted_without_their_marks() {
        assert_eq!(&"وَالدوحة"[bytes_of_letters("وَالدوحة", 1)..], "الدوحة");
        assert_eq!(bytes_of_letters("قطر", 0), 0);
    }
}

//! The letters that Arabic writes together with the word behind them: and, so, by, for, like, the.

use crate::base::text;

/// A word with fewer letters is too likely to be another one.
const FEWEST_LETTERS: usize = 3;

/// With so few letters it is so likely to be another one that only proper names are found: وبعيد, and
/// far, ends in عيد, feast.
pub const SHORT: usize = FEWEST_LETTERS;

/// What a folded word may be without such letters, and how many letters each leaves out.
pub fn without_prefixes(word: &str) -> Vec<(usize, String)> {
    if !word.starts_with(['و', 'ف', 'ب', 'ل', 'ك', 'ا']) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let conjunctions = [Some(word), word.strip_prefix(['و', 'ف'])];
    for (before, rest) in (0..)
        .zip(conjunctions)
        .filter_map(|(n, rest)| Some((n, rest?)))
    {
        keep(&mut found, before, rest);
        if let Some(bare) = rest.strip_prefix("ال") {
            keep(&mut found, before + 2, bare);
        }
        // For the: the article loses its alef.
        if let Some(bare) = rest.strip_prefix("لل") {
            keep(&mut found, before + 1, &["ال", bare].concat());
            keep(&mut found, before + 2, bare);
        } else if let Some(rest) = rest.strip_prefix(['ب', 'ل', 'ك']) {
            keep(&mut found, before + 1, rest);
            if let Some(bare) = rest.strip_prefix("ال") {
                keep(&mut found, before + 3, bare);
            }
        }
    }
    found
}

fn keep(found: &mut Vec<(usize, String)>, skipped: usize, rest: &str) {
    if skipped > 0 && rest.chars().count() >= FEWEST_LETTERS {
        found.push((skipped, rest.to_owned()));
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
            .map(|(_, rest)| rest)
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
    fn letters_are_counted_without_their_marks() {
        assert_eq!(&"وَالدوحة"[bytes_of_letters("وَالدوحة", 1)..], "الدوحة");
        assert_eq!(bytes_of_letters("قطر", 0), 0);
    }
}

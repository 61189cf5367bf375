//! The words of a text, with their places.

use crate::base::text;

/// A word, or one character of a script that writes no spaces between words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// As it is written; of an abbreviation with points, from the first letter to the last.
    pub written: &'a str,
    /// Byte at which it begins.
    pub start: usize,
    /// Whether it can follow the word before it in one name: nothing but spaces, hyphens and the
    /// like stands between the two.
    pub is_joined: bool,
    /// Whether a capital here says nothing: a sentence begins.
    pub begins_sentence: bool,
    /// Whether it is an abbreviation that is written with points.
    pub is_pointed: bool,
    /// A sign before it that may be part of it: the point of .NET.
    pub before: &'a str,
    /// Signs behind it: those of C++ and of C#.
    pub behind: &'a str,
}

impl Token<'_> {
    /// Byte behind the end.
    pub fn end(&self) -> usize {
        self.start + self.written.len()
    }

    /// The word folded for comparison.
    pub fn folded(&self) -> String {
        if self.is_pointed {
            return text::fold(&self.written.replace('.', ""));
        }
        if self.written.is_ascii() {
            return self.written.to_ascii_lowercase();
        }
        text::fold(self.written)
    }

    /// The same with the signs around it, if there are any.
    pub fn signed(&self) -> Option<String> {
        let has_signs = !(self.before.is_empty() && self.behind.is_empty());
        has_signs.then(|| [self.before, &self.folded(), self.behind].concat())
    }

    /// Whether it is one letter with signs behind it.
    pub fn is_letter_with_signs(&self) -> bool {
        !self.behind.is_empty() && self.written.chars().nth(1).is_none()
    }

    /// Whether it begins with a capital, or with a letter of a script that has none.
    pub fn is_capitalised(&self) -> bool {
        self.written
            .chars()
            .next()
            .is_none_or(|c| !c.is_lowercase())
    }

    /// Whether it is of two capitals or more, and of nothing else that has a case.
    pub fn is_abbreviation(&self) -> bool {
        let capitals = self.written.chars().filter(|c| c.is_uppercase());
        capitals.count() > 1 && self.is_in_capitals()
    }

    /// Whether it has no small letter.
    pub fn is_in_capitals(&self) -> bool {
        !self.written.chars().any(char::is_lowercase)
    }
}

/// The words of a text.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::with_capacity(text.len() / 5);
    let mut end = 0;
    for (start, length) in spans(text) {
        let gap = &text[end..start];
        let (before, behind) = signs(text, start, start + length);
        let last = tokens.last_mut();
        if let Some(last) = last.filter(|last| goes_on(last, gap, &text[start..start + length])) {
            // U.S. is one word, and not two.
            last.written = &text[last.start..start + length];
            last.is_pointed = true;
            last.behind = behind;
        } else {
            let last = tokens.last().map(|last| last.written);
            let between = &text[end..start - before.len()];
            tokens.push(Token {
                written: &text[start..start + length],
                start,
                is_joined: last.is_some_and(|last| joins(between, last)),
                begins_sentence: last.is_none() || gap.contains(is_break),
                is_pointed: false,
                before,
                behind,
            });
        }
        end = start + length + behind.len();
    }
    tokens
}

/// The signs around a word that may be part of it: a point that stands before it and behind nothing, plus
/// signs and number signs that stand behind it. One of these between two words parts them.
fn signs(text: &str, start: usize, end: usize) -> (&str, &str) {
    let (head, tail) = (&text[..start], &text[end..]);
    let is_open = |head: &str| {
        let last = head.chars().next_back();
        last.is_none_or(|c| {
            c.is_whitespace() || matches!(c, '(' | '[' | '/' | '"' | '“' | '‘' | '«')
        })
    };
    let begins_in_a_letter = text[start..].starts_with(char::is_alphabetic);
    let before = match head.strip_suffix('.') {
        Some(head) if begins_in_a_letter && is_open(head) => ".",
        _ => "",
    };
    let rest = tail.trim_start_matches(['+', '#']);
    let behind = &tail[..tail.len() - rest.len()];
    match behind.len() {
        1 if rest.starts_with(begins_word) => (before, ""),
        _ => (before, behind),
    }
}

/// Where words are: the byte at which each begins, and its length.
fn spans(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = rest.by_ref().find(|(_, c)| begins_word(*c))?;
        let mut end = start + first.len_utf8();
        let stands_alone = stands_alone(first);
        while let Some((place, next)) = rest.peek().copied() {
            let goes_on = match stands_alone {
                true => !next.is_alphanumeric() && is_word(next),
                false => is_word(next) && !self::stands_alone(next),
            };
            if !goes_on {
                break;
            }
            rest.next();
            if !text::is_invisible(next) {
                end = place + next.len_utf8();
            }
        }
        Some((start, end - start))
    })
}

/// Letters, digits, their marks, and what is not seen. Some apostrophes pass for letters.
fn is_word(c: char) -> bool {
    (c.is_alphanumeric() && !text::is_apostrophe(c)) || text::is_mark(c) || text::is_invisible(c)
}

/// What is not seen is part of a word only inside it.
fn begins_word(c: char) -> bool {
    is_word(c) && !text::is_invisible(c)
}

/// Scripts without spaces between words: a name can begin and end at any of their characters.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{0E01}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{3041}'..='\u{309F}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{2FA1F}')
}

/// Whether a letter is one more of an abbreviation with points.
fn goes_on(before: &Token<'_>, gap: &str, written: &str) -> bool {
    gap == "."
        && before.behind.is_empty()
        && is_letter(written)
        && (before.is_pointed || is_letter(before.written))
}

fn is_letter(written: &str) -> bool {
    let mut letters = written.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
}

fn joins(gap: &str, before: &str) -> bool {
    if gap.chars().count() == 1 && gap.chars().all(text::is_apostrophe) {
        return true;
    }
    // The point of Dr. or St. ends no sentence.
    let is_short = before.chars().count() <= 3;
    let is_link = |c| {
        matches!(
            c,
            ' ' | '\t'
                | '\u{A0}'
                | '\n'
                | '\r'
                | '-'
                | '\u{2010}'
                | '\u{2011}'
                | '\''
                | '’'
                | '&'
                | '/'
        ) || (c == '.' && is_short)
            || text::is_invisible(c)
    };
    gap.chars().all(is_link) && gap.matches('\n').count() < 2
}

fn is_break(c: char) -> bool {
    matches!(
        c,
        '.' | '!' | '?' | ':' | ';' | '\n' | '“' | '"' | '«' | '‘' | '•' | '—' | '؟' | '۔' | '।'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).iter().map(Token::folded).collect()
    }

    #[test]
    fn words_are_told_apart_in_any_script() {
        assert_eq!(
            words("Cease-fires, he said"),
            ["cease", "fires", "he", "said"]
        );
        assert_eq!(words("Elara’s port"), ["elara", "s", "port"]);
        assert_eq!(words("the U.S. envoy"), ["the", "us", "envoy"]);
        assert_eq!(words("الـدوحة، قطر"), ["الدوحه", "قطر"]);
        assert_eq!(words("東京は"), ["東", "京", "は"]);
        assert_eq!(words(""), [] as [&str; 0]);
    }

    #[test]
    fn a_name_does_not_reach_over_a_comma_or_a_paragraph() {
        let joined = |text| {
            tokens(text)
                .iter()
                .map(|token| token.is_joined)
                .collect::<Vec<_>>()
        };
        assert_eq!(joined("Port Elara"), [false, true]);
        assert_eq!(joined("Port, Elara"), [false, false]);
        assert_eq!(joined("Port\n\nElara"), [false, false]);
        assert_eq!(joined("St. John"), [false, true]);
        assert_eq!(joined("arrived. John"), [false, false]);
    }

    #[test]
    fn signs_belong_to_the_word_that_they_stand_at() {
        let signed = |text| {
            let tokens = tokens(text);
            let signed = tokens.iter().map(|token| token.signed());
            signed.map(Option::unwrap_or_default).collect::<Vec<_>>()
        };
        assert_eq!(signed("C++, C#."), ["c++", "c#"]);
        assert_eq!(signed("C++11 (.NET)"), ["c++", "", ".net"]);
        assert_eq!(signed("#Doha#Elara+Doha + x"), ["", "", "", ""]);
        assert_eq!(signed("end .. Then ...Then a.b .5"), [""; 6]);
        assert_eq!(signed("the U.S.+ M+."), ["", "", "m+"]);
    }

    #[test]
    fn a_word_is_found_where_it_stands() {
        let text = "“Über Elara”";
        for token in tokens(text) {
            assert_eq!(&text[token.start..token.end()], token.written);
        }
    }
}

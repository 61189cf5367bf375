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
        let before = tokens.last_mut();
        if let Some(before) =
            before.filter(|before| goes_on(before, gap, &text[start..start + length]))
        {
            // U.S. is one word, and not two.
            before.written = &text[before.start..start + length];
            before.is_pointed = true;
        } else {
            let before = tokens.last().map(|before| before.written);
            tokens.push(Token {
                written: &text[start..start + length],
                start,
                is_joined: before.is_some_and(|before| joins(gap, before)),
                begins_sentence: before.is_none() || gap.contains(is_break),
                is_pointed: false,
            });
        }
        end = start + length;
    }
    tokens
}

/// Where words are: the byte at which each begins, and its length.
fn spans(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = rest.by_ref().find(|(_, c)| is_word(*c))?;
        let mut end = start + first.len_utf8();
        let stands_alone = stands_alone(first);
        while let Some((_, next)) = rest.peek().copied() {
            let goes_on = match stands_alone {
                true => !next.is_alphanumeric() && is_word(next),
                false => is_word(next) && !self::stands_alone(next),
            };
            if !goes_on {
                break;
            }
            end += next.len_utf8();
            rest.next();
        }
        Some((start, end - start))
    })
}

/// Letters, digits, their marks, and what is not seen.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || text::is_mark(c) || text::is_invisible(c)
}

/// Scripts without spaces between words: a name can begin and end at any of their characters.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{0E01}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{3041}'..='\u{309F}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{2FA1F}')
}

/// Whether a letter is one more of an abbreviation with points.
fn goes_on(before: &Token<'_>, gap: &str, written: &str) -> bool {
    gap == "." && is_letter(written) && (before.is_pointed || is_letter(before.written))
}

fn is_letter(written: &str) -> bool {
    let mut letters = written.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
}

fn joins(gap: &str, before: &str) -> bool {
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
    fn a_word_is_found_where_it_stands() {
        let text = "“Über Elara”";
        for token in tokens(text) {
            assert_eq!(&text[token.start..token.end()], token.written);
        }
    }
}

//! Texts in which the names of a vocabulary stand, the same ones in every run.

use serde_json::json;

use crate::{
    random::Random,
    vocabulary::{Tag, Vocabulary, capitalised},
};

/// Words of a text, those of names among them.
pub const WORDS: usize = 5_000;
/// Names in a text.
pub const MENTIONS: usize = 500;
/// In which languages texts are written, and whether the caller says so.
const LANGUAGES: [(&str, bool); 3] = [("en", true), ("ar", true), ("en", false)];
/// Texts in each.
const TEXTS: usize = 10;
/// Words and names of a sentence.
const SENTENCE: usize = 12;

/// A text.
pub struct Text {
    /// The text.
    pub text: String,
    /// Its language, as far as the caller says.
    pub language: Option<&'static str>,
}

impl Text {
    /// The body of a request for suggestions.
    pub fn body(&self) -> String {
        json!({"text": self.text, "language": self.language}).to_string()
    }
}

/// Writes texts, in each language in turn.
pub fn write(vocabulary: &Vocabulary) -> Vec<Text> {
    let mut random = Random::new(0x7072_6f73_6500);
    let mut draw = vocabulary.draw();
    let words: Vec<Vec<String>> = LANGUAGES
        .iter()
        .map(|(language, _)| words(vocabulary, language))
        .collect();
    let mut texts = Vec::new();
    for _ in 0..TEXTS {
        for ((language, is_said), words) in LANGUAGES.iter().zip(&words) {
            let mut name = || name(&mut draw, language);
            texts.push(Text {
                text: text(&mut name, words, &mut random),
                language: is_said.then_some(language),
            });
        }
    }
    texts
}

/// The words of all names in a language, as often as they stand in one and without capitals.
fn words(vocabulary: &Vocabulary, language: &str) -> Vec<String> {
    let names = vocabulary.tags.iter().flat_map(|tag| &tag.names);
    let names = names.filter(|name| name.language == language);
    names
        .flat_map(|name| name.text.split(' ').map(str::to_lowercase))
        .collect()
}

/// The name of a tag that has one in a language.
fn name<'a>(draw: &mut impl FnMut() -> &'a Tag, language: &str) -> &'a str {
    loop {
        let mut names = draw().names.iter();
        if let Some(name) = names.find(|name| name.language == language) {
            return &name.text;
        }
    }
}

/// One word in ten begins a name; all others are words that names are made of, so that many of them
/// may begin one.
fn text<'a>(name: &mut impl FnMut() -> &'a str, plain: &[String], random: &mut Random) -> String {
    let (mut text, mut words, mut mentions, mut sentences, mut room) = (String::new(), 0, 0, 0, 0);
    while words < WORDS {
        let is_name = mentions * WORDS <= words * MENTIONS;
        let next = if is_name {
            name()
        } else {
            random.one_of(plain)
        };
        mentions += usize::from(is_name);
        if room == 0 {
            if sentences > 0 {
                text += if sentences % 5 == 0 { ".\n\n" } else { ". " };
            }
            text += &capitalised(next);
            (sentences, room) = (sentences + 1, SENTENCE);
        } else {
            text.push(' ');
            text += next;
        }
        words += next.split(' ').count();
        room -= 1;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_its_words_and_its_names() {
        let vocabulary = Vocabulary::invent(1_000);
        for text in write(&vocabulary) {
            let words = text.text.split_whitespace().count();
            assert!((WORDS..WORDS + 3).contains(&words), "{words}");
        }

        let mut names = 0;
        let mut name = || {
            names += 1;
            "Port Elara"
        };
        text(&mut name, &["word".to_owned()], &mut Random::new(1));
        assert_eq!(names, MENTIONS);
    }
}

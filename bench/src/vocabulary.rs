//! An invented vocabulary: tags with names in English, French and Arabic, the same in every run.

use std::collections::HashSet;

use crate::{random::Random, zipf::Zipf};

/// Kinds of tags, as often as they are met.
const KINDS: [&str; 12] = [
    "person",
    "person",
    "person",
    "organisation",
    "organisation",
    "place",
    "place",
    "topic",
    "topic",
    "event",
    "series",
    "genre",
];

/// Words that stand in several names; those of one word have it to themselves.
const SHARED_WORDS: usize = 20_000;

/// Live articles of the tag that has most.
const MOST_USED: usize = 200_000;

/// A language in which tags have names.
#[derive(Clone, Copy)]
struct Language {
    /// BCP 47.
    tag: &'static str,
    /// What its syllables begin with.
    onsets: &'static [&'static str],
    /// What they end in.
    rhymes: &'static [&'static str],
}

/// The languages. The letters of the Arabic one are those that are compared as they are written.
const LANGUAGES: [Language; 3] = [
    Language {
        tag: "en",
        onsets: &[
            "b", "br", "ch", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t",
            "th", "w",
        ],
        rhymes: &[
            "a", "an", "e", "ell", "er", "i", "ick", "o", "on", "u", "um",
        ],
    },
    Language {
        tag: "fr",
        onsets: &[
            "b", "c", "d", "f", "gr", "j", "l", "m", "n", "p", "qu", "r", "s", "t", "v",
        ],
        rhymes: &[
            "a", "ai", "an", "é", "eau", "i", "in", "oi", "on", "ou", "u",
        ],
    },
    Language {
        tag: "ar",
        onsets: &[
            "ب", "ت", "ج", "ح", "خ", "د", "ر", "ز", "س", "ش", "ص", "ط", "ع", "غ", "ف", "ق", "ك",
            "ل", "م", "ن", "ه",
        ],
        rhymes: &["", "", "ا", "و", "ي", "ن", "ر"],
    },
];

/// A tag.
#[derive(Clone, Debug)]
pub struct Tag {
    /// What it stands for.
    pub kind: &'static str,
    /// Its names; the first is the one it is shown by.
    pub names: Vec<Name>,
    /// Its live articles.
    pub uses: usize,
}

/// A name of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// BCP 47.
    pub language: &'static str,
    /// As in SKOS.
    pub role: &'static str,
    /// The name.
    pub text: String,
}

impl Name {
    /// The name as the service folds it for comparison.
    pub fn folded(&self) -> String {
        fold(&self.text)
    }
}

/// Folds what is made of the letters of these languages.
fn fold(text: &str) -> String {
    text.to_lowercase().replace('é', "e")
}

/// Tags with their names.
pub struct Vocabulary {
    /// The tags.
    pub tags: Vec<Tag>,
}

impl Vocabulary {
    /// This many tags.
    pub fn invent(count: usize) -> Self {
        let mut random = Random::new(0x7461_6773);
        let mut inventors = LANGUAGES.map(|language| Inventor::new(language, &mut random));
        // Which tag is used how often has nothing to do with its number.
        let mut ranks: Vec<usize> = (1..=count).collect();
        for place in 1..count {
            ranks.swap(place, random.below(place + 1));
        }
        let tags = ranks.into_iter().map(|rank| {
            let kind = *random.one_of(&KINDS);
            let names = names(&mut inventors, kind, &mut random);
            let uses = MOST_USED / rank;
            Tag { kind, names, uses }
        });
        Self {
            tags: tags.collect(),
        }
    }

    /// How many names there are.
    pub fn names(&self) -> usize {
        self.tags.iter().map(|tag| tag.names.len()).sum()
    }

    /// Draws tags, the often used ones oftenest.
    pub fn draw<'a>(&'a self) -> impl FnMut() -> &'a Tag {
        let mut tags: Vec<&Tag> = self.tags.iter().collect();
        tags.sort_by_key(|tag| std::cmp::Reverse(tag.uses));
        let mut zipf = Zipf::new(tags.len());
        move || tags[zipf.draw()]
    }
}

/// A preferred name in English, most often one in Arabic and one in French, sometimes another one. A
/// quarter of the tags is shown by its Arabic name.
fn names(inventors: &mut [Inventor; 3], kind: &str, random: &mut Random) -> Vec<Name> {
    let [english, french, arabic] = inventors;
    let mut names = vec![english.name("pref", kind, random)];
    if random.chance() < 0.9 {
        names.push(arabic.name("pref", kind, random));
    }
    if random.chance() < 0.7 {
        names.push(french.name("pref", kind, random));
    }
    if random.chance() < 0.3 {
        names.push(english.name("alt", kind, random));
    }
    if random.chance() < 0.1 {
        names.push(arabic.name("hidden", kind, random));
    }
    if names.len() > 1 && random.chance() < 0.28 {
        names.swap(0, 1);
    }
    names
}

/// Makes up words and names of a language.
struct Inventor {
    language: Language,
    known: HashSet<String>,
    shared: Vec<String>,
}

impl Inventor {
    fn new(language: Language, random: &mut Random) -> Self {
        let mut made = Self {
            language,
            known: HashSet::new(),
            shared: Vec::new(),
        };
        made.shared = (0..SHARED_WORDS).map(|_| made.word(random)).collect();
        made
    }

    /// A word that has not been there before.
    fn word(&mut self, random: &mut Random) -> String {
        loop {
            let syllables = 2 + random.below(3);
            let syllable = |random: &mut Random| {
                let onset = random.one_of(self.language.onsets);
                format!("{onset}{}", random.one_of(self.language.rhymes))
            };
            let word: String = (0..syllables).map(|_| syllable(random)).collect();
            if self.known.insert(word.clone()) {
                return word;
            }
        }
    }

    /// A name of one to three words; that of a topic or genre is written small.
    fn name(&mut self, role: &'static str, kind: &str, random: &mut Random) -> Name {
        let words = match 1 + random.below(3) {
            1 => vec![self.word(random)],
            several => (0..several)
                .map(|_| random.early_of(&self.shared).clone())
                .collect(),
        };
        let words: Vec<String> = match kind {
            "topic" | "genre" => words,
            _ => words.iter().map(|word| capitalised(word)).collect(),
        };
        Name {
            language: self.language.tag,
            role,
            text: words.join(" "),
        }
    }
}

/// A word with a capital.
pub fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_invents_the_same() {
        let text = |vocabulary: Vocabulary| format!("{:?}", vocabulary.tags);
        assert_eq!(text(Vocabulary::invent(300)), text(Vocabulary::invent(300)));
    }

    #[test]
    fn tags_have_about_three_names_each_once() {
        let vocabulary = Vocabulary::invent(2_000);
        assert!(
            (5_600..6_400).contains(&vocabulary.names()),
            "{}",
            vocabulary.names()
        );
        for tag in &vocabulary.tags {
            let preferred = tag.names.iter().filter(|name| name.role == "pref");
            let languages: HashSet<&str> = preferred.clone().map(|name| name.language).collect();
            assert_eq!(languages.len(), preferred.count());
        }
    }

    #[test]
    fn names_share_words() {
        let vocabulary = Vocabulary::invent(2_000);
        let names = vocabulary.tags.iter().flat_map(|tag| &tag.names);
        let words: Vec<String> = names
            .filter(|name| name.text.contains(' '))
            .flat_map(|name| {
                name.folded()
                    .split(' ')
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect();
        assert!(words.iter().collect::<HashSet<_>>().len() * 10 < words.len() * 9);
    }

    #[test]
    fn often_used_tags_are_drawn_oftener() {
        let vocabulary = Vocabulary::invent(1_000);
        let mut draw = vocabulary.draw();
        let most = (0..1_000).filter(|_| draw().uses == MOST_USED).count();
        assert!((90..180).contains(&most), "{most}");
    }
}

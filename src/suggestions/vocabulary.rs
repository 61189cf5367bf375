//! Every name of every tag, ready to be found in a text.
//!
//! Names are kept word by word in a trie: the edges of all nodes lie in one table, under the node that
//! they leave and the word that they are for. A text is walked once, from each of its words as far as
//! names lead, so the time depends on the text and on the length of names, and not on their number.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use foldhash::fast::RandomState;

use super::{
    arabic,
    tokens::{Token, tokens},
    writing::{Writing, is_called, is_proper},
};
use crate::tags::{Role, TagKind};

type Table<K, V> = HashMap<K, V, RandomState>;

const ROOT: u32 = 0;

/// A tag that can be suggested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The number that stands for it inside the database.
    pub id: i32,
    /// What it stands for.
    pub kind: TagKind,
    /// Live articles filed under it.
    pub uses: i64,
    /// From when on it is suggested no longer.
    pub retired_at: Option<DateTime<Utc>>,
}

/// A name of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The tag, by its place among the terms.
    pub term: u32,
    /// The language, BCP 47.
    pub language: String,
    /// How it is used.
    pub role: Role,
    /// The name.
    pub name: String,
}

#[derive(Clone, Copy, Debug)]
struct End {
    term: u32,
    language: u16,
    writing: Writing,
    is_preferred: bool,
}

/// Of which text, and when, names are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The text's language, as far as it is known.
    pub language: Option<&'a str>,
    /// The moment.
    pub now: DateTime<Utc>,
}

/// A name that stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// The tag, by its place among the terms.
    pub term: u32,
    /// What the tag stands for.
    pub kind: TagKind,
    /// Which name, by a number that equal names share.
    pub name: u32,
    /// Whether it is the preferred name of the tag.
    pub is_preferred: bool,
    /// Whether a capital tells it from another word.
    pub needs_capital: bool,
    /// First word.
    pub first: usize,
    /// Word behind the last.
    pub behind: usize,
    /// Byte at which the name begins: in Arabic, behind the letters that are written together with it.
    pub start: usize,
    /// Byte behind the end.
    pub end: usize,
}

/// All that can be suggested.
#[derive(Default)]
pub struct Vocabulary {
    terms: Vec<Term>,
    languages: Vec<String>,
    words: Table<Box<str>, u32>,
    edges: Table<(u32, u32), u32>,
    ends: Table<u32, Vec<End>>,
    nodes: u32,
    most_used: i64,
}

impl Vocabulary {
    /// Makes the vocabulary out of all names.
    pub fn new(terms: Vec<Term>, names: impl IntoIterator<Item = Name>) -> Self {
        let most_used = terms.iter().map(|term| term.uses).max().unwrap_or_default();
        let mut made = Self {
            terms,
            most_used,
            ..Self::default()
        };
        for name in names {
            made.add(&name);
        }
        made.words.shrink_to_fit();
        made.edges.shrink_to_fit();
        made.ends.shrink_to_fit();
        made
    }

    /// The tags, by the numbers that matches have.
    pub fn term(&self, number: u32) -> Option<&Term> {
        self.terms.get(usize::try_from(number).ok()?)
    }

    /// The live articles of the tag that has most.
    pub fn most_used(&self) -> i64 {
        self.most_used
    }

    /// How many tags there are.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    fn add(&mut self, name: &Name) {
        let Some(kind) = self.term(name.term).map(|term| term.kind) else {
            return;
        };
        let words = tokens(&name.name);
        let mut node = ROOT;
        for word in &words {
            let fresh = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            let word = word.signed().unwrap_or_else(|| word.folded());
            let word = *self.words.entry(word.into()).or_insert(fresh);
            let next = self.nodes + 1;
            node = *self.edges.entry((node, word)).or_insert(next);
            self.nodes = self.nodes.max(node);
        }
        if node == ROOT {
            return;
        }
        let end = End {
            term: name.term,
            language: self.language(&name.language),
            writing: Writing::of(kind, &words),
            is_preferred: name.role == Role::Preferred,
        };
        self.ends.entry(node).or_default().push(end);
    }

    fn language(&mut self, tag: &str) -> u16 {
        let primary = tag.split('-').next().unwrap_or_default();
        let known = self.languages.iter().position(|known| known == primary);
        let place = known.unwrap_or_else(|| {
            self.languages.push(primary.to_owned());
            self.languages.len() - 1
        });
        u16::try_from(place).unwrap_or(u16::MAX)
    }

    /// Every name that stands in a text, however short, in the order in which they begin and the
    /// longest first.
    pub fn find(&self, text: &[Token<'_>], asked: Asked<'_>) -> Vec<Match> {
        let folded: Vec<String> = text.iter().map(Token::folded).collect();
        let known = text.iter().zip(&folded);
        let words: Vec<Word> = known
            .map(|(token, folded)| self.word(token, folded))
            .collect();
        let reader = Reader {
            vocabulary: self,
            text,
            words: &words,
            asked,
        };
        let language = asked
            .language
            .and_then(|language| language.split('-').next());
        let is_arabic = language.is_none_or(|language| language == "ar");
        let mut found = Vec::new();
        for first in 0..text.len() {
            let whole = Begin::whole(first);
            found.extend(
                words[first]
                    .number
                    .into_iter()
                    .flat_map(|word| reader.walk(&whole, word)),
            );
            if is_arabic {
                found.extend(reader.walk_behind_prefixes(first, &folded[first]));
            }
        }
        found.sort_by_key(|found| {
            (
                found.first,
                std::cmp::Reverse(found.behind),
                found.kind,
                found.term,
            )
        });
        found.dedup_by_key(|found| (found.first, found.behind, found.term));
        found
    }

    /// A word of a text: with its signs, if a name has it so, else without them. But a letter with signs
    /// is another thing than the letter: C++ is no C.
    fn word(&self, token: &Token<'_>, folded: &str) -> Word {
        let signed = token.signed();
        let is_known = |word: &String| self.words.contains_key(word.as_str());
        let is_signed = signed.as_ref().is_some_and(is_known);
        let number = match signed {
            Some(signed) if is_signed => self.words.get(signed.as_str()),
            Some(_) if token.is_letter_with_signs() => None,
            _ => self.words.get(folded),
        };
        let number = number.copied();
        Word { number, is_signed }
    }

    fn fits(&self, end: &End, written: &[Token<'_>], asked: Asked<'_>) -> bool {
        let retired_at = self.term(end.term).and_then(|term| term.retired_at);
        if retired_at.is_some_and(|moment| moment <= asked.now) {
            return false;
        }
        end.writing.is_kept(written)
            && (is_proper(self.kind_of(end)) || self.is_of(end.language, asked.language))
    }

    fn kind_of(&self, end: &End) -> TagKind {
        self.term(end.term).map_or(TagKind::Topic, |term| term.kind)
    }

    /// A subject is looked for in the text's language; the name of a person or place is often the
    /// same in all.
    fn is_of(&self, name: u16, text: Option<&str>) -> bool {
        let Some(text) = text.and_then(|text| text.split('-').next()) else {
            return true;
        };
        let name = self.languages.get(usize::from(name));
        name.is_none_or(|name| name == text || name == crate::base::language::UNDETERMINED)
    }
}

/// Where a name may begin.
struct Begin {
    /// The word.
    first: usize,
    /// Bytes of the word that are not part of the name.
    skipped: usize,
    /// Whether so little of the word is left that it may be another one.
    is_short: bool,
}

impl Begin {
    fn whole(first: usize) -> Self {
        Self {
            first,
            skipped: 0,
            is_short: false,
        }
    }
}

/// What is known of a word of a text.
struct Word {
    /// The number of the word, if a name has it.
    number: Option<u32>,
    /// Whether that is the word with its signs.
    is_signed: bool,
}

/// Finds names in one text.
struct Reader<'a> {
    vocabulary: &'a Vocabulary,
    text: &'a [Token<'a>],
    words: &'a [Word],
    asked: Asked<'a>,
}

impl Reader<'_> {
    /// The names that begin inside a word, behind letters that Arabic writes together with them.
    fn walk_behind_prefixes(&self, first: usize, folded: &str) -> Vec<Match> {
        let rests = arabic::without_prefixes(folded).into_iter();
        let known = rests.filter_map(|rest| {
            let word = self.vocabulary.words.get(rest.word.as_str())?;
            let begin = Begin {
                first,
                skipped: arabic::bytes_of_letters(self.text[first].written, rest.skipped),
                is_short: rest.is_short,
            };
            Some((begin, *word))
        });
        known
            .flat_map(|(begin, word)| self.walk(&begin, word))
            .collect()
    }

    /// The names that begin with a word, as far as they are followed.
    fn walk(&self, begin: &Begin, word: u32) -> Vec<Match> {
        let Self {
            vocabulary,
            text,
            words,
            asked,
        } = self;
        let (first, mut place, mut node, mut step) = (begin.first, begin.first, ROOT, Some(word));
        let mut found = Vec::new();
        while let Some(next) = step.and_then(|word| vocabulary.edges.get(&(node, word))) {
            (node, place) = (*next, place + 1);
            let is_doubtful = begin.is_short && place == first + 1;
            let written = &text[first..place];
            for end in vocabulary.ends.get(&node).into_iter().flatten() {
                let kind = vocabulary.kind_of(end);
                if (is_doubtful && !is_called(kind)) || !vocabulary.fits(end, written, *asked) {
                    continue;
                }
                found.push(Match {
                    term: end.term,
                    kind,
                    name: node,
                    is_preferred: end.is_preferred,
                    needs_capital: end.writing != Writing::Any,
                    first,
                    behind: place,
                    start: self.start(first) + begin.skipped,
                    end: self.end(place - 1),
                });
            }
            let next = text.get(place).filter(|token| token.is_joined);
            step = next.and_then(|_| words[place].number);
        }
        found
    }

    fn start(&self, word: usize) -> usize {
        let token = &self.text[word];
        match self.words[word].is_signed {
            true => token.start - token.before.len(),
            false => token.start,
        }
    }

    fn end(&self, word: usize) -> usize {
        let token = &self.text[word];
        match self.words[word].is_signed {
            true => token.end() + token.behind.len(),
            false => token.end(),
        }
    }
}

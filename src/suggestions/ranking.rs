//! Which tags a text suggests, out of the names that stand in it.

use std::collections::{HashMap, HashSet};

use super::{
    tokens::{Token, tokens},
    vocabulary::{Match, Vocabulary, is_proper},
};
use crate::tags::TagKind;

/// Most mentions that are told of a tag; all are counted.
const MOST_MENTIONS: usize = 100;

/// Where in a story a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The headline.
    Headline,
    /// The summary.
    Summary,
    /// One of the key points, from 0.
    KeyPoint(usize),
    /// A text that is no article's.
    Text,
    /// The body of an article.
    Body,
}

/// A name that stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Where.
    pub part: Part,
    /// First character, from 0, in Unicode scalar values.
    pub start: usize,
    /// Character behind the last.
    pub end: usize,
    /// As it is written.
    pub written: String,
}

/// A tag that a text suggests.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The number that stands for it inside the database.
    pub id: i32,
    /// What it stands for.
    pub kind: TagKind,
    /// From 0 to 1: how surely the story is about it.
    pub score: f64,
    /// How often it is named.
    pub count: usize,
    /// Where it is named.
    pub mentions: Vec<Mention>,
}

/// What a tag gathers.
#[derive(Default)]
struct Gathered {
    weight: f64,
    count: usize,
    mentions: Vec<Mention>,
}

/// Which tags the parts of a story suggest, the surest first.
pub fn suggest(
    vocabulary: &Vocabulary,
    story: &[(Part, &str)],
    language: Option<&str>,
) -> Vec<Suggestion> {
    let parts: Vec<Found<'_>> = story
        .iter()
        .map(|(part, text)| Found::in_text(vocabulary, (*part, text), language))
        .collect();
    let small: HashSet<String> = parts
        .iter()
        .flat_map(Found::words_in_small_letters)
        .collect();
    let mut longer = Longer::default();
    for found in &parts {
        longer.note(found);
    }
    let mut gathered: HashMap<u32, Gathered> = HashMap::new();
    for found in &parts {
        for (place, one) in found.outermost() {
            let namesakes = found.namesakes(one);
            if found.is_doubtful(one, &small) || namesakes.first() != Some(&one.term) {
                continue;
            }
            let meant = longer.stands_for(found.part, place, one);
            let terms = meant.map_or(namesakes, |term| vec![term]);
            for term in &terms {
                gathered
                    .entry(*term)
                    .or_default()
                    .add(found, one, share(&terms));
            }
        }
    }
    let mut suggestions: Vec<Suggestion> = gathered
        .into_iter()
        .filter_map(|(term, gathered)| gathered.judged(vocabulary, term))
        .collect();
    suggestions.sort_by(|one, other| {
        (other.score.total_cmp(&one.score))
            .then(other.count.cmp(&one.count))
            .then(one.id.cmp(&other.id))
    });
    suggestions
}

/// What one of several that a name may mean gets of a mention.
#[expect(clippy::cast_precision_loss, reason = "a few tags")]
fn share(terms: &[u32]) -> f64 {
    1.0 / terms.len() as f64
}

/// The names in one part of a story.
struct Found<'a> {
    part: Part,
    text: &'a str,
    words: Vec<Token<'a>>,
    matches: Vec<Match>,
    /// Byte behind the first paragraph.
    opening: usize,
}

impl<'a> Found<'a> {
    fn in_text(
        vocabulary: &Vocabulary,
        (part, text): (Part, &'a str),
        language: Option<&str>,
    ) -> Self {
        let words = tokens(text);
        let begin = text.len() - text.trim_start().len();
        let opening = text[begin..]
            .find('\n')
            .map_or(text.len(), |end| begin + end);
        Self {
            part,
            text,
            matches: vocabulary.find(&words, language),
            words,
            opening,
        }
    }

    /// Names that stand inside no longer name of a tag of the same kind, each with its place.
    fn outermost(&self) -> impl Iterator<Item = (usize, &Match)> {
        let inside = |one: &Match| self.around(one).next().is_some();
        self.matches
            .iter()
            .enumerate()
            .filter(move |(_, one)| !inside(one))
    }

    /// Longer names of tags of the same kind around one. Names are in the order in which they begin, so
    /// those around stand before, or begin at the same word.
    fn around<'b>(&'b self, one: &'b Match) -> impl Iterator<Item = &'b Match> {
        let begun = self
            .matches
            .partition_point(|other| other.first <= one.first);
        let before = self.matches[..begun].iter().rev();
        let near = before.take_while(move |other| one.first - other.first <= LONGEST_NAME);
        near.filter(move |other| {
            other.kind == one.kind
                && other.behind >= one.behind
                && other.behind - other.first > one.behind - one.first
        })
    }

    /// The tags of one kind that a name may mean.
    fn namesakes(&self, one: &Match) -> Vec<u32> {
        let span = |other: &&Match| (other.kind, other.first, other.behind);
        let same = self
            .matches
            .iter()
            .filter(|other| span(other) == span(&one));
        same.map(|other| other.term).collect()
    }

    /// Words that are written in small letters, folded.
    fn words_in_small_letters(&self) -> impl Iterator<Item = String> {
        let small = self.words.iter().filter(|word| !word.is_capitalised());
        small.map(Token::folded)
    }

    /// A capital at the beginning of a sentence says nothing: what is a common word elsewhere in the
    /// story is one here too.
    fn is_doubtful(&self, one: &Match, small: &HashSet<String>) -> bool {
        let word = &self.words[one.first];
        one.behind == one.first + 1
            && word.begins_sentence
            && word.written.chars().next().is_some_and(char::is_uppercase)
            && is_proper(one.kind)
            && small.contains(&word.folded())
    }

    fn weight(&self, one: &Match) -> f64 {
        match self.part {
            Part::Headline => 3.0,
            Part::Summary | Part::KeyPoint(_) => 2.0,
            Part::Text | Part::Body if one.start < self.opening => 2.0,
            Part::Text | Part::Body => 1.0,
        }
    }

    fn mention(&self, one: &Match) -> Mention {
        let start = self.text[..one.start].chars().count();
        let written = &self.text[one.start..one.end];
        Mention {
            part: self.part,
            start,
            end: start + written.chars().count(),
            written: written.to_owned(),
        }
    }
}

/// Words of the longest name that is looked at when a shorter one may stand inside it.
const LONGEST_NAME: usize = 50;

/// For whom a short name stands: a story that has named Imran Khan means him by Khan.
#[derive(Default)]
struct Longer(HashMap<(TagKind, u32), Vec<Around>>);

/// Where a longer name stands around a short one, and the tag that it names.
type Around = (Part, usize, u32);

impl Longer {
    fn note(&mut self, found: &Found<'_>) {
        for (place, one) in found.matches.iter().enumerate() {
            // The longest name around is the tag that is named.
            let longest = found
                .around(one)
                .max_by_key(|other| other.behind - other.first);
            if let Some(longest) = longest {
                let known = self.0.entry((one.kind, one.name)).or_default();
                known.push((found.part, place, longest.term));
            }
        }
    }

    /// The tag that a bare name means: the one whose longer name came last before it, else the one
    /// whose longer name comes first behind it. People are called by part of their names; of anything
    /// else a preferred name stands for itself: China is not the South China Sea.
    fn stands_for(&self, part: Part, place: usize, one: &Match) -> Option<u32> {
        if one.is_preferred && !matches!(one.kind, TagKind::Person | TagKind::Contributor) {
            return None;
        }
        let known = self.0.get(&(one.kind, one.name))?;
        let before = known
            .iter()
            .rev()
            .find(|(other, at, _)| (*other, *at) < (part, place));
        let (.., term) = before.or_else(|| known.first())?;
        Some(*term)
    }
}

impl Gathered {
    fn add(&mut self, found: &Found<'_>, one: &Match, share: f64) {
        self.weight = self.weight.max(found.weight(one) * share);
        self.count += 1;
        if self.mentions.len() < MOST_MENTIONS {
            let mention = found.mention(one);
            if self.mentions.last() != Some(&mention) {
                self.mentions.push(mention);
            }
        }
    }

    /// The score grows with the best place, with how often the tag is named, and with how seldom it is
    /// used: everything is about the country, and little about the town.
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of mentions and of articles"
    )]
    fn judged(self, vocabulary: &Vocabulary, term: u32) -> Option<Suggestion> {
        let known = vocabulary.term(term)?;
        let often = (self.count as f64).ln_1p();
        let most = (vocabulary.most_used() as f64).ln_1p();
        let rarity = match most > 0.0 {
            true => 1.0 - 0.5 * (known.uses as f64).ln_1p() / most,
            false => 1.0,
        };
        let raw = (self.weight + often) * rarity;
        let score = raw / (raw + 2.0);
        Some(Suggestion {
            id: known.id,
            kind: known.kind,
            score: (score * 1000.0).round() / 1000.0,
            count: self.count,
            mentions: self.mentions,
        })
    }
}

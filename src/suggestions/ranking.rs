//! Which tags a text suggests, out of the names that stand in it.

use std::collections::{HashMap, HashSet};

use super::{
    capitals::Capitals,
    tokens::{Token, tokens},
    vocabulary::{Asked, Match, Vocabulary},
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
    /// From 0 to 1: how surely the story is about it.
    pub score: f64,
    /// How often it is named.
    pub count: usize,
    /// Where it is named.
    pub mentions: Vec<Mention>,
}

/// What a tag gathers.
#[derive(Default)]
struct Gathered<'a> {
    weight: f64,
    count: usize,
    mentions: Vec<(&'a Found<'a>, &'a Match)>,
}

/// Which tags the parts of a story suggest, the surest first; only those that `choose` takes, and no
/// more than `limit`.
pub fn suggest(
    vocabulary: &Vocabulary,
    (story, asked): (&[(Part, &str)], Asked<'_>),
    (choose, limit): (impl Fn(TagKind) -> bool, usize),
) -> Vec<Suggestion> {
    let parts: Vec<Found<'_>> = story
        .iter()
        .map(|(part, text)| Found::in_text(vocabulary, (*part, text), asked))
        .collect();
    let mut judged: Vec<_> = gather(&parts, choose)
        .into_iter()
        .filter_map(|(term, gathered)| Some((gathered.score(vocabulary, term)?, term, gathered)))
        .collect();
    judged.sort_by(
        |(score, term, gathered), (other_score, other_term, other)| {
            (other_score.total_cmp(score))
                .then(other.count.cmp(&gathered.count))
                .then(term.cmp(other_term))
        },
    );
    judged.truncate(limit);
    let suggestions = judged.into_iter();
    suggestions
        .filter_map(|(score, term, gathered)| gathered.suggestion(vocabulary, term, score))
        .collect()
}

/// What each tag gathers out of the parts of a story.
fn gather<'a>(
    parts: &'a [Found<'a>],
    choose: impl Fn(TagKind) -> bool,
) -> HashMap<u32, Gathered<'a>> {
    let small = parts
        .iter()
        .flat_map(Found::words_in_small_letters)
        .collect();
    let mut longer = Longer::default();
    for found in parts {
        longer.note(found);
    }
    let mut gathered: HashMap<u32, Gathered<'_>> = HashMap::new();
    for found in parts {
        for (place, namesakes) in found.outermost() {
            let one = &namesakes[0];
            if !choose(one.kind) || found.is_doubtful(one, &small) {
                continue;
            }
            let meant = longer.stands_for(found.part, place, one);
            let terms: Vec<u32> = match meant {
                Some(term) => vec![term],
                None => namesakes.iter().map(|other| other.term).collect(),
            };
            for term in &terms {
                gathered
                    .entry(*term)
                    .or_default()
                    .add(found, one, share(&terms));
            }
        }
    }
    gathered
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
    /// In the order in which they begin, the longest first.
    matches: Vec<Match>,
    /// For each of them, the longer name of a tag of the same kind that it stands inside.
    around: Vec<Option<usize>>,
    /// What is wholly in capitals.
    shouted: Capitals,
    /// Byte behind the first paragraph.
    opening: usize,
}

impl<'a> Found<'a> {
    fn in_text(vocabulary: &Vocabulary, (part, text): (Part, &'a str), asked: Asked<'_>) -> Self {
        let words = tokens(text);
        let begin = text.len() - text.trim_start().len();
        let opening = text[begin..]
            .find('\n')
            .map_or(text.len(), |end| begin + end);
        let matches = vocabulary.find(&words, asked);
        Self {
            part,
            text,
            around: around(&matches),
            matches,
            words,
            shouted: Capitals::of(text),
            opening,
        }
    }

    /// Names that stand inside no longer name of a tag of the same kind, each with its place, and with
    /// all tags of the kind that it may mean.
    fn outermost(&self) -> impl Iterator<Item = (usize, &[Match])> {
        let is_same = |one: &Match, other: &Match| {
            (one.first, one.behind, one.kind) == (other.first, other.behind, other.kind)
        };
        let mut place = 0;
        let groups = self.matches.chunk_by(is_same).map(move |group| {
            place += group.len();
            (place - group.len(), group)
        });
        groups.filter(|(place, _)| self.around[*place].is_none())
    }

    /// Words that are written in small letters, folded.
    fn words_in_small_letters(&self) -> impl Iterator<Item = String> {
        let small = self.words.iter().filter(|word| !word.is_capitalised());
        small.map(Token::folded)
    }

    /// A capital at the beginning of a sentence says nothing, nor do capitals among capitals: what is a
    /// common word elsewhere in the story is one here too. But no sentence makes capitals of a whole word.
    fn is_doubtful(&self, one: &Match, small: &HashSet<String>) -> bool {
        let word = &self.words[one.first];
        let says_nothing =
            || (word.begins_sentence && !word.is_abbreviation()) || self.shouted.hold(word.start);
        one.needs_capital
            && one.behind == one.first + 1
            && says_nothing()
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

/// For each of these names, in the order in which they begin and the longest first, the one of the
/// same kind that it stands inside: of those that have begun, the one that reaches farthest.
fn around(matches: &[Match]) -> Vec<Option<usize>> {
    let mut farthest: HashMap<TagKind, usize> = HashMap::new();
    let mut around = Vec::with_capacity(matches.len());
    for (place, one) in matches.iter().enumerate() {
        let far = farthest.entry(one.kind).or_insert(place);
        let other = &matches[*far];
        let is_inside =
            other.behind >= one.behind && (other.first < one.first || other.behind > one.behind);
        around.push(is_inside.then_some(*far));
        if one.behind > other.behind {
            *far = place;
        }
    }
    around
}

/// For whom a short name stands: a story that has named Imran Khan means him by Khan.
#[derive(Default)]
struct Longer(HashMap<(TagKind, u32), Vec<Around>>);

/// Where a longer name stands around a short one, and the tag that it names.
type Around = (Part, usize, u32);

impl Longer {
    fn note(&mut self, found: &Found<'_>) {
        for (place, one) in found.matches.iter().enumerate() {
            if let Some(longer) = found.around[place] {
                let known = self.0.entry((one.kind, one.name)).or_default();
                known.push((found.part, place, found.matches[longer].term));
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

impl<'a> Gathered<'a> {
    fn add(&mut self, found: &'a Found<'a>, one: &'a Match, share: f64) {
        self.weight = self.weight.max(found.weight(one) * share);
        self.count += 1;
        if self.mentions.len() < MOST_MENTIONS {
            self.mentions.push((found, one));
        }
    }

    /// The score grows with the best place, with how often the tag is named, and with how seldom it is
    /// used: everything is about the country, and little about the town.
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of mentions and of articles"
    )]
    fn score(&self, vocabulary: &Vocabulary, term: u32) -> Option<f64> {
        let known = vocabulary.term(term)?;
        let often = (self.count as f64).ln_1p();
        let most = (vocabulary.most_used() as f64).ln_1p();
        let rarity = match most > 0.0 {
            true => 1.0 - 0.5 * (known.uses as f64).ln_1p() / most,
            false => 1.0,
        };
        let raw = (self.weight + often) * rarity;
        Some(raw / (raw + 2.0))
    }

    fn suggestion(self, vocabulary: &Vocabulary, term: u32, score: f64) -> Option<Suggestion> {
        let known = vocabulary.term(term)?;
        let mentions = self.mentions.into_iter();
        Some(Suggestion {
            id: known.id,
            score: (score * 1000.0).round() / 1000.0,
            count: self.count,
            mentions: mentions.map(|(found, one)| found.mention(one)).collect(),
        })
    }
}

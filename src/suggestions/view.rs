use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ranking::{Mention, Part, Suggestion};
use crate::{
    base::{
        error::{AppResult, Faults},
        language::Language,
        page::{self, DEFAULT_LIMIT, MAX_LIMIT},
        several::words,
        text::{self, Lines},
    },
    tags::{Brief, TagBriefView, TagKind},
};

/// Longest text, in bytes.
const MAX_TEXT_BYTES: usize = 512 * 1024;

/// A text, and what is wanted of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuggestTags {
    /// The headline, if it is not part of the text.
    #[serde(default)]
    #[schema(max_length = 524_288, example = "Ferries return to Port Elara")]
    headline: Option<String>,
    /// The text, plain, at most 512 KiB; of control characters only line breaks and tabs.
    #[serde(default)]
    #[schema(
        required,
        nullable = false,
        max_length = 524_288,
        example = "PORT ELARA: The first ferry arrived on Monday."
    )]
    text: Option<String>,
    /// The text's language, BCP 47. Subjects are then looked for by their names in it.
    #[serde(default)]
    #[schema(min_length = 2, max_length = 35, example = "en")]
    language: Option<String>,
    /// Only tags of these kinds.
    #[serde(default)]
    #[schema(max_items = 10)]
    kinds: Option<Vec<TagKind>>,
    /// Most tags to answer; 20 when absent.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// A text that was read, and what is wanted of it.
#[derive(Debug)]
pub struct Wanted {
    /// The headline.
    pub headline: Option<String>,
    /// The text.
    pub text: String,
    /// Its language.
    pub language: Option<String>,
    /// Which tags.
    pub choice: Choice,
}

impl Wanted {
    /// The parts that are read.
    pub fn story(&self) -> Vec<(Part, &str)> {
        let headline = self.headline.iter();
        let headline = headline.map(|text| (Part::Headline, text.as_str()));
        headline.chain([(Part::Text, self.text.as_str())]).collect()
    }
}

/// Which suggestions are answered.
#[derive(Debug)]
pub struct Choice {
    kinds: Option<Vec<TagKind>>,
    /// How many at most.
    pub limit: usize,
}

impl Choice {
    /// Whether tags of a kind are wanted.
    pub fn takes(&self, kind: TagKind) -> bool {
        self.kinds
            .as_ref()
            .is_none_or(|kinds| kinds.contains(&kind))
    }
}

impl SuggestTags {
    /// Reads the text; every fault is named.
    pub fn parse(self) -> AppResult<Wanted> {
        let mut faults = Faults::default();
        let headline = faults.optional("/headline", self.headline, fits);
        if self.text.is_none() {
            faults.add("/text", "is required");
        }
        let text = faults.optional("/text", self.text, fits);
        let language = faults.optional("/language", self.language, |raw| Language::parse(&raw));
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            faults.add("/limit", format!("must be between 1 and {MAX_LIMIT}"));
        }
        faults.check()?;
        Ok(Wanted {
            headline,
            text: text.unwrap_or_default(),
            language: language.map(Language::into_string),
            choice: Choice {
                kinds: self.kinds,
                limit: usize::try_from(limit).unwrap_or_default(),
            },
        })
    }
}

/// A text as it is, because the places of mentions are counted in it.
fn fits(text: String) -> Result<String, String> {
    match text.len() {
        0..=MAX_TEXT_BYTES => text::refuse_controls(&text, Lines::Many).map(|()| text),
        length => Err(format!(
            "has {length} bytes; at most {MAX_TEXT_BYTES} are allowed"
        )),
    }
}

/// Which suggestions are wanted for an article.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SuggestFilter {
    /// Only tags of these kinds, separated by commas, such as `person,place`.
    kinds: Option<String>,
    /// Most tags to answer.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// The language in which names are wanted, BCP 47; it beats `Accept-Language`.
    #[param(min_length = 2, max_length = 35)]
    pub lang: Option<String>,
}

impl SuggestFilter {
    /// Which suggestions are answered.
    pub fn choice(&self) -> AppResult<Choice> {
        let limit = page::limit(self.limit)?;
        let kinds = self.kinds.as_deref();
        let kinds = words("kinds", kinds, TagKind::from_word, &TagKind::words())?;
        Ok(Choice {
            kinds,
            limit: usize::try_from(limit).unwrap_or_default(),
        })
    }
}

/// The tags that a text suggests.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagSuggestions {
    /// The tags, the surest first.
    pub items: Vec<SuggestionView>,
}

/// A tag that a text suggests.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TagSuggestion)]
pub struct SuggestionView {
    /// The tag.
    tag: TagBriefView,
    /// From 0 to 1: it grows with the place of the best mention (headline, first paragraph), with how
    /// often the tag is named, and with how seldom it is used.
    #[schema(minimum = 0, maximum = 1, example = 0.652)]
    score: f64,
    /// How often the tag is named.
    #[schema(example = 2)]
    count: usize,
    /// Whether the article carries the tag; false for a text that is no article's.
    is_carried: bool,
    /// Where the tag is named; at most 100 places.
    mentions: Vec<MentionView>,
}

impl SuggestionView {
    /// A suggestion of this tag.
    pub fn new(suggestion: Suggestion, tag: Brief, is_carried: bool) -> Self {
        let mentions = suggestion.mentions.into_iter();
        Self {
            tag: tag.into(),
            score: suggestion.score,
            count: suggestion.count,
            is_carried,
            mentions: mentions.map(MentionView::from).collect(),
        }
    }
}

/// A name that stands in a text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TagMention)]
pub struct MentionView {
    /// JSON Pointer to the field in which it stands: `/headline`, `/summary`, `/key_points/0`; `/text`
    /// of a text, `/body` of an article.
    #[schema(example = "/text")]
    pointer: String,
    /// The first character, from 0, counted in Unicode scalar values.
    #[schema(example = 0)]
    start: usize,
    /// The character behind the last.
    #[schema(example = 10)]
    end: usize,
    /// The name as it is written there.
    #[schema(example = "PORT ELARA")]
    text: String,
}

impl From<Mention> for MentionView {
    fn from(mention: Mention) -> Self {
        Self {
            pointer: match mention.part {
                Part::Headline => "/headline".to_owned(),
                Part::Summary => "/summary".to_owned(),
                Part::KeyPoint(index) => format!("/key_points/{index}"),
                Part::Text => "/text".to_owned(),
                Part::Body => "/body".to_owned(),
            },
            start: mention.start,
            end: mention.end,
            text: mention.written,
        }
    }
}

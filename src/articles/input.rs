//! Articles as callers write them.

mod parts;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::parts::{check_tag_count, parse_tags};
use self::parts::{
    clean_body, line, moment, paragraphs, parse_custom, parse_external_ids, parse_headline,
    parse_image, parse_key_points, parse_related, parse_word_count,
};
use super::{
    model::{Content, Current, Wanted},
    state::{ArticleKind, Status},
    view::{ExternalIdView, LeadImageView},
};
use crate::{
    base::{
        context::Context,
        error::{AppResult, Faults},
        extract,
        language::Language,
        patch,
        stored::Stored,
        text, timestamp,
        url::HttpUrl,
    },
    tags::TagKind,
};

/// An article to be made or to replace one.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ArticleInput)]
pub struct WriteArticle {
    /// What editors have decided; `draft` when absent.
    status: Option<Status>,
    /// The form of the story; `article` when absent.
    kind: Option<ArticleKind>,
    /// The headline.
    #[schema(
        required,
        nullable = false,
        min_length = 1,
        max_length = 300,
        example = "Harbour reopens after three weeks"
    )]
    headline: Option<String>,
    /// A headline for narrow places.
    #[schema(min_length = 1, max_length = 120)]
    short_headline: Option<String>,
    /// What the story says, in a sentence or two.
    #[schema(
        min_length = 1,
        max_length = 2000,
        example = "The first container ships are expected on Thursday."
    )]
    summary: Option<String>,
    /// The points that readers should take away; each of 1 to 500 characters.
    #[schema(max_items = 20, example = json!(["Dredging finished two days early"]))]
    key_points: Option<Vec<String>>,
    /// Where the story was written, as it is printed.
    #[schema(min_length = 1, max_length = 100, example = "PORT ELARA")]
    dateline: Option<String>,
    /// Who wrote the story, as it is printed.
    #[schema(min_length = 1, max_length = 300, example = "Jane Doe and agencies")]
    byline: Option<String>,
    /// The story's language, a BCP 47 tag; the deployment's when absent.
    #[schema(min_length = 2, max_length = 35, example = "en")]
    language: Option<String>,
    /// The story's address; unique in its normalised form.
    #[schema(
        format = "iri",
        max_length = 2048,
        example = "https://news.example/2026/11/harbour-reopens"
    )]
    canonical_url: Option<String>,
    /// The ids that other systems gave the article; each is unique.
    #[schema(max_items = 20)]
    external_ids: Option<Vec<ExternalIdView>>,
    /// The picture that stands for the story.
    lead_image: Option<LeadImageView>,
    /// Words of the story; counted in the body instead where there is one.
    #[schema(minimum = 0, example = 412)]
    word_count: Option<i32>,
    /// The tags, the most important first.
    #[schema(max_items = 100)]
    tags: Option<Vec<TagInput>>,
    /// Related stories, in order, by their ids.
    #[schema(max_items = 50)]
    related: Option<Vec<Uuid>>,
    /// When the story is, or was, published; now, when it is published without.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-11-23T09:00:00Z")]
    published_at: Option<String>,
    /// When the editors say that the story was last updated.
    #[schema(value_type = Option<String>, format = DateTime)]
    updated_at: Option<String>,
    /// Until when nobody may see the story.
    #[schema(value_type = Option<String>, format = DateTime)]
    embargoed_until: Option<String>,
    /// From when on nobody may see the story.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
    /// Whatever else the newsroom keeps with the article; at most 16 KiB of JSON.
    #[schema(value_type = Option<Object>)]
    custom: Option<Map<String, Value>>,
    /// The text of the story, plain, at most 512 KiB; answered only with `include=body`.
    #[schema(max_length = 524_288)]
    body: Option<String>,
    /// Whether the tags are those that the article has, of which there may be too many: undoing a merge
    /// gives back whatever there was.
    #[serde(skip)]
    keeps_tags: bool,
}

/// A tag as a caller names it: by key or identifier, or by kind and name, which finds it or makes it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(
    untagged,
    expecting = "must be a key, or an object with a key, or with a kind and a name"
)]
#[schema(as = ArticleTagInput)]
pub enum TagInput {
    /// A key or an identifier.
    #[schema(example = "place:port-elara")]
    Name(String),
    /// A tag as an article shows it, read by its key; or a kind and a name.
    Tag(DescribedTag),
}

/// A tag by its key, or by its kind and name.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DescribedTag {
    /// The tag's key, or an identifier. Where it is there, nothing else counts.
    #[schema(example = "place:port-elara")]
    key: Option<String>,
    /// What the tag stands for.
    kind: Option<TagKind>,
    /// The tag's name; a tag of this kind and name is found, or made with the scope `tags:write`.
    #[schema(min_length = 1, max_length = 200, example = "Port Elara")]
    name: Option<String>,
}

crate::sent_schema! {
    /// An article that replaces one, as it was answered or as it is to be: what is absent is reset,
    /// except `status`, `published_at` and `body`.
    pub struct ArticleReplacement = replacement(WriteArticle, READ_ONLY);
}

crate::sent_schema! {
    /// A merge patch (RFC 7396) of an article: what is absent stays, null resets.
    pub struct ArticlePatch = patch(WriteArticle, READ_ONLY);
}

/// What an article shows and a caller cannot set.
const READ_ONLY: &[&str] = &[
    "id",
    "version",
    "visibility",
    "direction",
    "short_url",
    "created_at",
    "modified_at",
];

/// What a replacement keeps when it says nothing of it: the two that publishing sets, and the text,
/// which an answer shows only when asked.
const KEPT: &[&str] = &["status", "published_at", "body"];

/// Members of an article whose inside is the caller's own.
const FREE: &[&str] = &["custom"];

impl WriteArticle {
    /// Reads an article as it was answered: what cannot be set is ignored.
    pub fn from_document(mut members: Map<String, Value>) -> AppResult<Self> {
        members.retain(|name, _| !READ_ONLY.contains(&name.as_str()));
        extract::from_members(members)
    }

    /// Reads the document that replaces an article.
    pub fn from_replacement(mut members: Map<String, Value>, before: &Current) -> AppResult<Self> {
        let mut present = Self::document(before);
        for name in KEPT {
            if let Some(value) = present.remove(*name) {
                members.entry(*name).or_insert(value);
            }
        }
        Self::from_document(members)
    }

    /// Reads what a merge patch makes of an article.
    pub fn patched(before: &Current, changes: Map<String, Value>) -> AppResult<Self> {
        let keeps_tags = !changes.contains_key("tags");
        let mut document = Self::document(before);
        patch::apply(&mut document, changes, FREE);
        let patched = Self::from_document(document)?;
        Ok(Self {
            keeps_tags,
            ..patched
        })
    }

    /// The article's present document, for a patch to be laid over.
    fn document(before: &Current) -> Map<String, Value> {
        let content = before.article.row.content.clone();
        let moment = |moment: Option<DateTime<Utc>>| moment.map(timestamp::format);
        let external_ids = content.external_ids.0.into_iter();
        let whole = Self {
            status: Some(content.status),
            kind: Some(content.kind),
            headline: Some(content.headline),
            short_headline: content.short_headline,
            summary: content.summary,
            key_points: Some(content.key_points),
            dateline: content.dateline,
            byline: content.byline,
            language: Some(content.language),
            canonical_url: content.canonical_url,
            external_ids: Some(external_ids.map(ExternalIdView::from).collect()),
            lead_image: content.lead_image.map(|image| image.0.into()),
            word_count: content.word_count,
            tags: Some(before.tag_keys().map(TagInput::Name).collect()),
            related: Some(content.related),
            published_at: moment(content.published_at),
            updated_at: moment(content.updated_at),
            embargoed_until: moment(content.embargoed_until),
            expires_at: moment(content.expires_at),
            custom: Some(content.custom.0),
            body: before.body.clone(),
            keeps_tags: true,
        };
        match serde_json::to_value(whole) {
            Ok(Value::Object(members)) => members,
            _ => Map::new(),
        }
    }

    /// The address that the article is to have, or none.
    pub fn canonical_url(&self) -> Option<&str> {
        self.canonical_url.as_deref()
    }

    /// Gives the article this address, unless it names one itself.
    pub fn with_canonical_url(mut self, url: &str) -> Self {
        self.canonical_url.get_or_insert_with(|| url.to_owned());
        self
    }

    /// Gives the article this external id, besides those that it names itself.
    pub fn with_external_id(mut self, source: &str, id: &str) -> Self {
        let ids = self.external_ids.get_or_insert_default();
        if !ids
            .iter()
            .any(|known| known.source == source && known.id == id)
        {
            ids.insert(
                0,
                ExternalIdView {
                    source: source.to_owned(),
                    id: id.to_owned(),
                },
            );
        }
        self
    }

    /// The article to write at `now`; every field that breaks a rule is named.
    pub fn parse(self, context: &Context, now: DateTime<Utc>) -> AppResult<Wanted> {
        let mut faults = Faults::default();
        let read = &mut faults;
        let headline = parse_headline(self.headline, read);
        let language = (self.language.as_ref()).unwrap_or(&context.config.default_language);
        let language = read.take("/language", Language::parse(language));
        let address = |raw: String| context.domains.current().parse_target(&raw);
        let url = read.optional("/canonical_url", self.canonical_url, address);
        let status = self.status.unwrap_or(Status::Draft);
        let published_at = moment(read, "/published_at", self.published_at);
        let body = read.optional("/body", self.body, clean_body);
        let counted = body.as_deref().map(text::count_words);
        let content = Content {
            status,
            kind: self.kind.unwrap_or(ArticleKind::Article),
            headline,
            short_headline: line(read, "/short_headline", self.short_headline, 120),
            summary: paragraphs(read, "/summary", self.summary, 2000),
            key_points: parse_key_points(self.key_points.unwrap_or_default(), read),
            dateline: line(read, "/dateline", self.dateline, 100),
            byline: line(read, "/byline", self.byline, 300),
            language: language.map_or_else(String::new, Language::into_string),
            normalised_url: url.as_ref().map(HttpUrl::normalised),
            canonical_url: url.map(|url| url.as_str().to_owned()),
            external_ids: parse_external_ids(self.external_ids.unwrap_or_default(), read),
            lead_image: parse_image(self.lead_image, read).map(Stored),
            word_count: counted.or(parse_word_count(self.word_count, read)),
            related: parse_related(self.related.unwrap_or_default(), read),
            custom: Stored(parse_custom(self.custom.unwrap_or_default(), read)),
            published_at: published_at.or((status == Status::Published).then_some(now)),
            updated_at: moment(read, "/updated_at", self.updated_at),
            embargoed_until: moment(read, "/embargoed_until", self.embargoed_until),
            expires_at: moment(read, "/expires_at", self.expires_at),
        };
        let tags = parse_tags(self.tags.unwrap_or_default(), self.keeps_tags, &mut faults);
        faults.check()?;
        Ok(Wanted {
            content,
            body,
            tags,
        })
    }
}

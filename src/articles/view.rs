use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    model::{Article, ArticleRow, ExternalId, LeadImage},
    state::{ArticleKind, Include, Status, Visibility},
};
use crate::{
    base::{
        context::Context,
        error::{AppError, AppResult},
        language,
        several::words,
        timestamp,
    },
    tags::TagBriefView,
};

/// The metadata of one published story.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Article)]
pub struct ArticleView {
    /// The article's name for good, a UUID.
    #[schema(example = "0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10")]
    id: Uuid,
    /// Counts the changes of the article.
    #[schema(example = 3)]
    version: i32,
    /// What editors have decided.
    status: Status,
    /// What follows from the status and the dates at the moment of the answer.
    visibility: Visibility,
    /// The form of the story.
    kind: ArticleKind,
    /// The headline.
    #[schema(example = "Harbour reopens after three weeks")]
    headline: String,
    /// A headline for narrow places.
    short_headline: Option<String>,
    /// What the story says, in a sentence or two.
    #[schema(example = "The first container ships are expected on Thursday.")]
    summary: Option<String>,
    /// The points that readers should take away.
    #[schema(example = json!(["Dredging finished two days early", "Ferries resume at noon"]))]
    key_points: Vec<String>,
    /// Where the story was written, as it is printed.
    #[schema(example = "PORT ELARA")]
    dateline: Option<String>,
    /// Who wrote the story, as it is printed.
    #[schema(example = "Jane Doe and agencies")]
    byline: Option<String>,
    /// The story's language, a BCP 47 tag in canonical case.
    #[schema(example = "en")]
    language: String,
    /// The direction in which the language is written, `ltr` or `rtl`.
    #[schema(pattern = "^(ltr|rtl)$", example = "ltr")]
    direction: &'static str,
    /// The story's address, as it was given.
    #[schema(
        format = "iri",
        example = "https://news.example/2026/11/harbour-reopens"
    )]
    canonical_url: Option<String>,
    /// The ids that other systems gave the article.
    external_ids: Vec<ExternalIdView>,
    /// The picture that stands for the story.
    lead_image: Option<LeadImageView>,
    /// Words of the story: counted in the body where there is one, else as it was given.
    #[schema(example = 412)]
    word_count: Option<i32>,
    /// The tags, the most important first.
    tags: Vec<TagBriefView>,
    /// Related stories that editors chose, in their order; the public sees those that are live.
    #[schema(example = json!(["0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10"]))]
    related: Vec<Uuid>,
    /// The short address that is printed under the story.
    #[schema(format = "uri", example = "https://exmp.news/7kq3m2")]
    short_url: Option<String>,
    /// When the story is, or was, published.
    #[serde(serialize_with = "timestamp::serialize_option")]
    #[schema(example = "2026-11-23T09:00:00Z")]
    published_at: Option<DateTime<Utc>>,
    /// When the editors say that the story was last updated.
    #[serde(serialize_with = "timestamp::serialize_option")]
    updated_at: Option<DateTime<Utc>>,
    /// Until when nobody may see the story.
    #[serde(serialize_with = "timestamp::serialize_option")]
    embargoed_until: Option<DateTime<Utc>>,
    /// From when on nobody may see the story.
    #[serde(serialize_with = "timestamp::serialize_option")]
    expires_at: Option<DateTime<Utc>>,
    /// When the article was made.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(example = "2026-11-23T08:41:12.120334Z")]
    created_at: DateTime<Utc>,
    /// When the article was last written.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(example = "2026-11-23T09:03:55.004412Z")]
    modified_at: DateTime<Utc>,
    /// Whatever else the newsroom keeps with the article.
    #[schema(value_type = Object)]
    custom: Map<String, Value>,
    /// The text of the story; only there with `include=body`.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Option<String>>,
}

/// The id that another system gave an article.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ArticleExternalId)]
pub struct ExternalIdView {
    /// Which system.
    #[schema(min_length = 1, max_length = 50, example = "cms")]
    pub source: String,
    /// The id there.
    #[schema(min_length = 1, max_length = 255, example = "884211")]
    pub id: String,
}

/// The picture that stands for a story.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LeadImage)]
pub struct LeadImageView {
    /// Address of the picture.
    #[serde(default)]
    #[schema(
        required,
        nullable = false,
        format = "iri",
        max_length = 2048,
        example = "https://img.example/884211.jpg"
    )]
    pub url: Option<String>,
    /// What the picture shows, for who cannot see it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 500, example = "A crane over the quay")]
    pub alt: Option<String>,
    /// What stands under the picture.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1000)]
    pub caption: Option<String>,
    /// Whose picture it is.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200, example = "Example Photo")]
    pub credit: Option<String>,
    /// Width in pixels.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000, example = 1600)]
    pub width: Option<i32>,
    /// Height in pixels.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000, example = 900)]
    pub height: Option<i32>,
}

impl From<ExternalId> for ExternalIdView {
    fn from(ExternalId { source, id }: ExternalId) -> Self {
        Self { source, id }
    }
}

impl From<LeadImage> for LeadImageView {
    fn from(
        LeadImage {
            url,
            alt,
            caption,
            credit,
            width,
            height,
        }: LeadImage,
    ) -> Self {
        Self {
            url: Some(url),
            alt,
            caption,
            credit,
            width,
            height,
        }
    }
}

/// Names of all fields that `fields` can choose.
pub const FIELDS: &[&str] = &[
    "id",
    "version",
    "status",
    "visibility",
    "kind",
    "headline",
    "short_headline",
    "summary",
    "key_points",
    "dateline",
    "byline",
    "language",
    "direction",
    "canonical_url",
    "external_ids",
    "lead_image",
    "word_count",
    "tags",
    "related",
    "short_url",
    "published_at",
    "updated_at",
    "embargoed_until",
    "expires_at",
    "created_at",
    "modified_at",
    "custom",
];

/// What callers see of articles besides the articles: whose eyes, and the settings.
pub struct Lens<'a> {
    /// The settings, for the addresses of short links.
    pub context: &'a Context,
    /// The related articles that may be shown; `None` shows all.
    pub shown_related: Option<HashSet<Uuid>>,
    /// When time alone next changes which related articles may be shown.
    pub changes_at: Option<DateTime<Utc>>,
}

impl<'a> Lens<'a> {
    /// The eyes of those who see everything.
    pub fn of_editors(context: &'a Context) -> Self {
        Self {
            context,
            shown_related: None,
            changes_at: None,
        }
    }

    fn related(&self, mut related: Vec<Uuid>) -> Vec<Uuid> {
        if let Some(shown) = &self.shown_related {
            related.retain(|id| shown.contains(id));
        }
        related
    }

    fn short_url(&self, domain: Option<String>, code: Option<String>) -> Option<String> {
        let domains = self.context.domains.current();
        Some(domains.short_url(&domain?, &code?))
    }
}

impl ArticleView {
    /// The article as a caller sees it.
    pub fn new(article: Article, lens: &Lens<'_>) -> Self {
        let ArticleRow { content, .. } = article.row;
        let tags = article.tags.into_iter().map(TagBriefView::from);
        let external_ids = content.external_ids.0.into_iter();
        Self {
            short_url: lens.short_url(article.row.short_domain, article.row.short_code),
            related: lens.related(content.related),
            id: article.row.id,
            version: article.row.version,
            status: content.status,
            visibility: article.visibility,
            kind: content.kind,
            headline: content.headline,
            short_headline: content.short_headline,
            summary: content.summary,
            key_points: content.key_points,
            dateline: content.dateline,
            byline: content.byline,
            direction: language::direction(&content.language),
            language: content.language,
            canonical_url: content.canonical_url,
            external_ids: external_ids.map(ExternalIdView::from).collect(),
            lead_image: content.lead_image.map(|image| image.0.into()),
            word_count: content.word_count,
            tags: tags.collect(),
            published_at: content.published_at,
            updated_at: content.updated_at,
            embargoed_until: content.embargoed_until,
            expires_at: content.expires_at,
            created_at: article.row.created_at,
            modified_at: article.row.modified_at,
            custom: content.custom.0,
            body: None,
        }
    }

    /// The view with the text of the story.
    pub fn with_body(self, body: Option<String>) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }
}

/// Which fields of an article are answered.
#[derive(Debug, Default)]
pub struct Projection(Option<Vec<&'static str>>);

impl Projection {
    /// Reads the parameter `fields`.
    pub fn parse(raw: Option<&str>) -> AppResult<Self> {
        let known = |name: &str| FIELDS.iter().copied().find(|field| *field == name);
        words("fields", raw, known, &FIELDS.join(", ")).map(Self)
    }

    /// The chosen fields of a view.
    pub fn of(&self, view: ArticleView) -> AppResult<Shown> {
        let Some(fields) = &self.0 else {
            return Ok(Shown::Whole(Box::new(view)));
        };
        match serde_json::to_value(view) {
            Ok(Value::Object(mut members)) => {
                members.retain(|name, _| fields.contains(&name.as_str()) || name == "body");
                Ok(Shown::Part(members))
            }
            _ => Err(AppError::internal(&"an article is no object")),
        }
    }
}

/// An article as it is answered.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Shown {
    /// With all its fields.
    Whole(Box<ArticleView>),
    /// With those that the caller chose.
    Part(Map<String, Value>),
}

/// What of an article is answered.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReadArticle {
    /// Only these fields, separated by commas, such as `id,headline,short_url`. The others are then
    /// not there, though the schema says that they always are.
    pub fields: Option<String>,
    /// What is answered besides: `body`, the text of the story.
    #[param(inline)]
    pub include: Option<Include>,
    /// The language in which names of tags are wanted, BCP 47; it beats `Accept-Language`.
    #[param(min_length = 2, max_length = 35)]
    pub lang: Option<String>,
}

/// A page of articles.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArticleList {
    /// The articles.
    items: Vec<ArticleView>,
    /// What to send as `cursor` for the next page; null on the last.
    next_cursor: Option<String>,
    /// How many articles the whole list has, if `count` asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 128)]
    total: Option<i64>,
}

/// The tags of an article.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArticleTags {
    /// The tags, the most important first.
    pub items: Vec<TagBriefView>,
}

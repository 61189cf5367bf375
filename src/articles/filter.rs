//! Which articles a list shows.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::state::{ArticleKind, Has, Sort, StatusFilter, Visibility};
use crate::{
    base::{
        error::{AppError, AppResult},
        language::Language,
        page::{self, CountMode},
        several::{MAX_NAMES, names, words},
        timestamp,
    },
    tags::TagRef,
};

/// Which articles are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ArticleFilter {
    /// Only articles that carry this tag, by key or identifier, such as `place:port-elara`;
    /// repeated, all of them.
    #[serde(default)]
    #[param(max_items = 100)]
    pub tag: Vec<String>,
    /// Only articles that carry at least one of these tags, separated by commas, such as
    /// `topic:shipping,topic:ferries`. An identifier with a comma in it can only be named by `tag`.
    pub tag_any: Option<String>,
    /// Only articles that carry none of these tags, separated by commas.
    pub tag_none: Option<String>,
    /// Whether each of these tags stands for all tags below it too, so that `place:qatar` finds
    /// stories of `place:doha`.
    #[serde(default)]
    #[param(default = false)]
    pub tag_descendants: bool,
    /// Only articles in this language or one of its regions: `en` finds `en-GB`.
    #[param(min_length = 2, max_length = 35)]
    pub language: Option<String>,
    /// Only articles of this form.
    #[param(inline)]
    pub kind: Option<ArticleKind>,
    /// Only articles in this status, whatever their dates; needs `articles:read_unpublished`.
    #[param(inline)]
    pub status: Option<StatusFilter>,
    /// Only articles of these visibilities, separated by commas; all but `live` need
    /// `articles:read_unpublished`. Without `visibility` and `status`, live articles are listed.
    pub visibility: Option<String>,
    /// Only articles published at or after this moment, such as `2026-11-01T00:00:00Z`.
    #[param(format = DateTime)]
    pub published_from: Option<String>,
    /// Only articles published at or before this moment.
    #[param(format = DateTime)]
    pub published_to: Option<String>,
    /// Only articles that changed at or after this moment; going live is a change.
    #[param(format = DateTime)]
    pub modified_since: Option<String>,
    /// Only articles that have all of these, separated by commas: `lead_image`, `summary`,
    /// `key_points`, `canonical_url`, `related`.
    pub has: Option<String>,
    /// Only these articles, by their ids, separated by commas.
    pub ids: Option<String>,
    /// The order; `-published_at`, newest first, when absent.
    #[param(inline)]
    pub sort: Option<Sort>,
    /// Items on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Adds `total`, how many articles the whole list has.
    #[param(inline)]
    pub count: Option<CountMode>,
    /// Only these fields of each article, separated by commas, such as `id,headline,short_url`.
    /// The others are then not there, though the schema says that they always are.
    pub fields: Option<String>,
    /// The language in which names of tags are wanted, BCP 47; it beats `Accept-Language`.
    #[param(min_length = 2, max_length = 35)]
    pub lang: Option<String>,
}

/// In which states the articles of a list are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Surface {
    /// What the public sees.
    Live,
    /// Any of these visibilities.
    Visibilities(Vec<Visibility>),
    /// This status, whatever the dates.
    Status(StatusFilter),
}

/// A filter that was read, its tags resolved to numbers.
#[derive(Clone, Debug)]
pub struct Selection {
    pub list_id: u64,
    /// Of each of these sets an article carries at least one tag.
    pub tags: Vec<Vec<i32>>,
    /// Of these an article carries none.
    pub no_tags: Vec<i32>,
    pub language: Option<String>,
    pub kind: Option<ArticleKind>,
    pub surface: Surface,
    pub published_from: Option<DateTime<Utc>>,
    pub published_to: Option<DateTime<Utc>>,
    pub modified_since: Option<DateTime<Utc>>,
    pub has: Vec<Has>,
    pub ids: Option<Vec<Uuid>>,
    pub sort: Sort,
    pub limit: i64,
    pub cursor: Option<String>,
    pub count: Option<CountMode>,
}

/// The tags that a filter names, before they are resolved.
#[derive(Clone, Debug, Default)]
pub struct NamedTags {
    /// All of these.
    pub all: Vec<String>,
    /// At least one of these.
    pub any: Vec<String>,
    /// None of these.
    pub none: Vec<String>,
}

impl NamedTags {
    /// Every name, with the parameter that it stands in.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let named = [
            ("tag", &self.all),
            ("tag_any", &self.any),
            ("tag_none", &self.none),
        ];
        named
            .into_iter()
            .flat_map(|(parameter, names)| names.iter().map(move |name| (parameter, name.as_str())))
    }

    /// Every name as far as it can name a tag.
    pub fn refs(&self) -> Vec<Option<TagRef>> {
        self.iter().map(|(_, name)| TagRef::parse(name)).collect()
    }
}

impl ArticleFilter {
    /// Whether an index gives the page at once, whatever the database holds: live articles by date, all of them or those
    /// of one tag.
    pub fn is_quick(&self) -> bool {
        matches!(self, Self {
            tag, tag_any: None, tag_none: None, tag_descendants: false, language: None, kind: None, status: None,
            visibility: None, published_from: None, published_to: None, modified_since: None, has: None, ids: None,
            sort: None | Some(Sort::Published | Sort::PublishedDesc), limit: _, cursor: _, count: None, fields: _, lang: _,
        } if tag.len() <= 1)
    }

    /// The filter's tags.
    pub fn named_tags(&self) -> AppResult<NamedTags> {
        if self.tag.len() > MAX_NAMES {
            return Err(AppError::parameter(
                "tag",
                format!("is repeated more than {MAX_NAMES} times"),
            ));
        }
        Ok(NamedTags {
            all: self.tag.clone(),
            any: names("tag_any", self.tag_any.as_deref())?.unwrap_or_default(),
            none: names("tag_none", self.tag_none.as_deref())?.unwrap_or_default(),
        })
    }

    /// Reads the filter; `numbers` are the tags that each of [`Self::named_tags`] stands for, in their
    /// order.
    pub fn select(&self, tags: &NamedTags, numbers: &[Vec<i32>]) -> AppResult<Selection> {
        let surface = self.surface()?;
        let (all, rest) = numbers.split_at(tags.all.len().min(numbers.len()));
        let (any, none) = rest.split_at(tags.any.len().min(rest.len()));
        let mut sets: Vec<Vec<i32>> = all.iter().map(|set| distinct(set)).collect();
        sets.extend((!any.is_empty()).then(|| distinct(&any.concat())));
        sets.sort();
        sets.dedup();
        let sort = self.sort.unwrap_or(Sort::PublishedDesc);
        let selection = Selection {
            list_id: 0,
            tags: sets,
            no_tags: distinct(&none.concat()),
            language: self.language.as_deref().map(language).transpose()?,
            kind: self.kind,
            surface,
            published_from: moment("published_from", self.published_from.as_deref())?,
            published_to: moment("published_to", self.published_to.as_deref())?,
            modified_since: moment("modified_since", self.modified_since.as_deref())?,
            has: words("has", self.has.as_deref(), Has::from_word, &Has::words())?
                .unwrap_or_default(),
            ids: ids(self.ids.as_deref())?,
            sort,
            limit: page::limit(self.limit)?,
            cursor: None,
            count: None,
        };
        // The limit may change from page to page; whatever else decides what is listed may not.
        let list_id = page::list_id(&format!(
            "articles {:?}",
            Selection {
                limit: 0,
                ..selection.clone()
            }
        ));
        Ok(Selection {
            list_id,
            cursor: self.cursor.clone(),
            count: self.count,
            ..selection
        })
    }

    fn surface(&self) -> AppResult<Surface> {
        let visibilities = words(
            "visibility",
            self.visibility.as_deref(),
            Visibility::from_word,
            &Visibility::words(),
        )?;
        match (visibilities, self.status) {
            (Some(_), Some(_)) => Err(AppError::parameter(
                "status",
                "cannot be joined with visibility",
            )),
            (Some(set), None) if set.iter().all(|visibility| *visibility == Visibility::Live) => {
                Ok(Surface::Live)
            }
            (Some(set), None) => Ok(Surface::Visibilities(set)),
            (None, Some(status)) => Ok(Surface::Status(status)),
            (None, None) => Ok(Surface::Live),
        }
    }
}

fn distinct(numbers: &[i32]) -> Vec<i32> {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn moment(parameter: &str, raw: Option<&str>) -> AppResult<Option<DateTime<Utc>>> {
    raw.map(|raw| timestamp::parse(raw).map_err(|fault| AppError::parameter(parameter, fault)))
        .transpose()
}

fn language(raw: &str) -> AppResult<String> {
    Language::parse(raw)
        .map(Language::into_string)
        .map_err(|fault| AppError::parameter("language", fault))
}

fn ids(raw: Option<&str>) -> AppResult<Option<Vec<Uuid>>> {
    let Some(names) = names("ids", raw)? else {
        return Ok(None);
    };
    let read = |name: &String| {
        name.parse()
            .map_err(|_| AppError::parameter("ids", format!("has {name}, which is no UUID")))
    };
    names
        .iter()
        .map(read)
        .collect::<AppResult<Vec<Uuid>>>()
        .map(Some)
}

//! Which tags a list shows.

use serde::Deserialize;
use utoipa::IntoParams;

use super::{key::MAX_NAME, kind::TagKind};
use crate::base::{
    error::AppResult,
    page::{self, CountMode},
    text,
};

crate::text_enum! {
    /// How tags are sorted.
    pub enum TagSort {
        /// By name, from A to Z.
        Name = "name",
        /// By live articles, most first.
        ArticleCount = "-article_count",
        /// By last use, latest first.
        LastUsedAt = "-last_used_at",
    }
}

/// Which tags are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TagFilter {
    /// Only tags of this kind.
    #[param(inline)]
    pub kind: Option<TagKind>,
    /// Only tags of which a name, in any language, contains this, such as `elara`; case and accents do
    /// not count.
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// `true`: only tags that no article carries, whatever its state; `false`: only those that some article
    /// carries. Needs the scope `tags:write`.
    pub unused: Option<bool>,
    /// The order; `name` when absent.
    #[param(inline)]
    pub sort: Option<TagSort>,
    /// Items on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Adds `total`, how many tags the whole list has.
    #[param(inline)]
    pub count: Option<CountMode>,
    /// The language in which names are wanted, BCP 47; it beats `Accept-Language`.
    #[param(min_length = 2, max_length = 35)]
    pub lang: Option<String>,
}

/// How a tag is shown.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReadTag {
    /// The language in which names are wanted, BCP 47; it beats `Accept-Language`.
    #[param(min_length = 2, max_length = 35)]
    pub lang: Option<String>,
}

/// How a tag is written.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WriteTagMode {
    /// Writes the tag even if another tag of its kind has one of its preferred names.
    #[serde(default)]
    #[param(default = false)]
    pub allow_duplicate_name: bool,
}

/// What is being typed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AutocompleteFilter {
    /// The beginning of a name, or a name with a slip of the pen.
    #[param(min_length = 1, max_length = 200, example = "port el")]
    pub q: String,
    /// Only tags of this kind.
    #[param(inline)]
    pub kind: Option<TagKind>,
    /// Most tags to answer.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// The language in which names are wanted, BCP 47; it beats `Accept-Language`.
    #[param(min_length = 2, max_length = 35)]
    pub lang: Option<String>,
}

/// The beginning of a name that somebody types.
#[derive(Debug)]
pub struct Typed {
    /// What was typed.
    pub text: String,
    /// The kind of the tags that are wanted, or all kinds.
    pub kind: Option<TagKind>,
    /// Most tags that are wanted.
    pub limit: i64,
}

impl AutocompleteFilter {
    /// What is being typed, checked.
    pub fn typed(self) -> AppResult<Typed> {
        Ok(Typed {
            text: text::clean_parameter("q", &self.q, MAX_NAME)?,
            kind: self.kind,
            limit: page::limit(self.limit)?,
        })
    }
}

/// How a tag is deleted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeleteTag {
    /// Deletes the tag even if articles are filed under it.
    #[serde(default)]
    #[param(default = false)]
    pub force: bool,
}

crate::text_enum! {
    /// Why two tags may mean the same.
    pub enum DuplicateReason {
        /// A name of one is a name of the other, in any language; case, accents and the like do not count.
        SameName = "same_name",
        /// Two names differ in vowels, doubled letters, punctuation or the order of their words.
        NearName = "near_name",
        /// Two identifiers of one authority differ in case.
        NearIdentifier = "near_identifier",
    }
}

/// Which pairs of tags are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DuplicateFilter {
    /// Only pairs of which the older tag is of this kind.
    #[param(inline)]
    pub kind: Option<TagKind>,
    /// Only pairs for this reason.
    #[param(inline)]
    pub reason: Option<DuplicateReason>,
    /// Most items on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// The language in which names are wanted, BCP 47; it beats `Accept-Language`.
    #[param(min_length = 2, max_length = 35)]
    pub lang: Option<String>,
}

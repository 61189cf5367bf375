//! The operations of a batch as callers write them.

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};
use uuid::Uuid;

use super::operation::{Named, TagName, Verb};
use crate::{
    articles::{input::ArticlePatch, name::NameInput, view::ExternalIdView},
    base::{batch, error::AppResult, etag::Precondition, extract, members::Members, openapi},
    tags::TagRef,
};

/// Most operations of a batch.
const MAX_OPERATIONS: usize = 500;

/// Writes of articles, made in their order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteArticles {
    /// The operations.
    #[schema(value_type = Vec<ArticleOperation>, max_items = 500)]
    operations: Vec<Members>,
}

crate::text_enum! {
    /// What an operation does.
    pub enum ArticleVerb {
        /// Makes an article, as `POST /v1/articles` does.
        Create = "create",
        /// Replaces an article or makes it, as the PUTs do.
        Upsert = "upsert",
        /// Changes an article, as PATCH does.
        Patch = "patch",
        /// Deletes an article, as DELETE does.
        Delete = "delete",
        /// Undoes a deletion.
        Restore = "restore",
        /// Files an article under a tag, or moves the tag.
        Tag = "tag",
        /// Files an article under a tag no more.
        Untag = "untag",
    }
}

/// One write: the fields beside these are those of the single endpoint. All but `create` name the article by
/// one of `id`, `url` and `external_id`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "here for its documentation")]
struct Head {
    /// What to do.
    op: ArticleVerb,
    /// The article's id.
    id: Option<Uuid>,
    /// The article's address.
    #[schema(format = "iri", max_length = 2048)]
    url: Option<String>,
    /// The id that another system gave the article.
    external_id: Option<ExternalIdView>,
    /// The version that the article must have; not for `create`.
    if_match: Option<i32>,
    /// The tag, by key or identifier; for `tag` and `untag` alone.
    #[schema(max_length = 300)]
    tag: Option<String>,
    /// Where the tag goes among the article's tags, from 0; for `tag` alone.
    #[schema(minimum = 0)]
    position: Option<u32>,
}

/// A write, as the document shows it; what is read depends on `op`.
struct ArticleOperation;

impl PartialSchema for ArticleOperation {
    fn schema() -> RefOr<Schema> {
        openapi::operation(Head::schema(), ArticlePatch::schema())
    }
}

impl ToSchema for ArticleOperation {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Head::schemas(schemas);
        ArticlePatch::schemas(schemas);
    }
}

impl WriteArticles {
    /// The operations, each read or refused by itself; faults name their place within the operation.
    /// `needs_version` is whether the deployment refuses writes that name no version.
    pub fn parse(self, needs_version: bool) -> AppResult<Vec<AppResult<Verb>>> {
        batch::read_each(self.operations, MAX_OPERATIONS, |members| {
            read(members, needs_version)
        })
    }
}

fn read(mut members: Map<String, Value>, needs_version: bool) -> AppResult<Verb> {
    #[derive(Deserialize)]
    struct What {
        op: ArticleVerb,
    }
    let What { op } = batch::take(&mut members, &["op"])?;
    if op == ArticleVerb::Create {
        return Ok(Verb::Create(Box::new(extract::from_members(members)?)));
    }
    let named = named(&mut members, needs_version)?;
    match op {
        ArticleVerb::Create | ArticleVerb::Upsert => Ok(Verb::Upsert(named, members)),
        ArticleVerb::Patch => Ok(Verb::Patch(named, members)),
        ArticleVerb::Delete => nothing_more(members).map(|()| Verb::Delete(named)),
        ArticleVerb::Restore => nothing_more(members).map(|()| Verb::Restore(named)),
        ArticleVerb::Tag => {
            let Placed { tag, position } = extract::from_members(members)?;
            Ok(Verb::Tag(named, tag_name(tag), position))
        }
        ArticleVerb::Untag => {
            let Taken { tag } = extract::from_members(members)?;
            Ok(Verb::Untag(named, tag_name(tag)))
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Placed {
    tag: String,
    position: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Taken {
    tag: String,
}

fn nothing_more(members: Map<String, Value>) -> AppResult<()> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    let Nothing {} = extract::from_members(members)?;
    Ok(())
}

fn named(members: &mut Map<String, Value>, needs_version: bool) -> AppResult<Named> {
    #[derive(Deserialize)]
    struct Expected {
        if_match: Option<i32>,
    }
    let Expected { if_match } = batch::take(members, &["if_match"])?;
    let name: NameInput = batch::take(members, &["id", "url", "external_id"])?;
    Ok(Named {
        name: name.parse()?,
        condition: Precondition::of_version(if_match, needs_version),
    })
}

fn tag_name(raw: String) -> TagName {
    let name = TagRef::parse(&raw);
    TagName { raw, name }
}

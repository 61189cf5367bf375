//! The operations of a batch as callers write them.

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    base::{
        batch,
        config::Config,
        error::{AppError, AppResult},
        etag::Precondition,
        extract,
        members::Members,
        openapi,
    },
    tags::{
        input::{TagPatch, WriteTag},
        key::{Slug, TagRef},
        kind::TagKind,
        model::{Named, NewTag, Tag, Verb},
    },
};

/// How a batch is made.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WriteTagsMode {
    /// `true` makes all operations or none.
    #[serde(default)]
    #[param(default = false)]
    pub atomic: bool,
    /// Writes tags even if another tag of their kind has one of their preferred names.
    #[serde(default)]
    #[param(default = false)]
    pub allow_duplicate_name: bool,
}

/// Most operations of a batch.
const MAX_OPERATIONS: usize = 1000;

/// Writes of tags, made in their order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WriteTags)]
pub struct WriteTagsInput {
    /// The operations.
    #[schema(value_type = Vec<TagOperation>, max_items = 1000)]
    operations: Vec<Members>,
}

crate::text_enum! {
    /// What an operation does.
    pub enum TagVerb {
        /// Makes a tag, as `POST /v1/tags` does.
        Create = "create",
        /// Makes or replaces a tag, as PUT does.
        Replace = "replace",
        /// Changes a tag, as PATCH does.
        Update = "update",
        /// Deletes a tag, as DELETE does.
        Delete = "delete",
    }
}

/// One write: the fields beside these are those of the single endpoint.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "here for its documentation")]
struct Head {
    /// What to do.
    op: TagVerb,
    /// The tag, by key or identifier; not for `create`.
    #[schema(max_length = 200)]
    tag: Option<String>,
    /// The version that the tag must have; not for `create`.
    if_match: Option<i32>,
    /// `true` deletes the tag even if articles are filed under it; for `delete` alone.
    force: Option<bool>,
}

/// A write, as the document shows it; what is read depends on `op`.
struct TagOperation;

impl PartialSchema for TagOperation {
    fn schema() -> RefOr<Schema> {
        openapi::operation(Head::schema(), TagPatch::schema())
    }
}

impl ToSchema for TagOperation {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Head::schemas(schemas);
        TagPatch::schemas(schemas);
    }
}

/// What names a tag that is there.
#[derive(Deserialize)]
struct Name {
    tag: String,
    #[serde(default)]
    if_match: Option<i32>,
}

/// What an operation is read against.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// The deployment's language.
    default_language: &'a str,
    /// Whether the deployment refuses writes that name no version.
    needs_version: bool,
    /// Whether tags may have preferred names that others have.
    may_share_name: bool,
}

impl<'a> Rules<'a> {
    /// Those of the deployment and of a request.
    pub fn new(config: &'a Config, mode: &WriteTagsMode) -> Self {
        Self {
            default_language: &config.default_language,
            needs_version: config.require_if_match,
            may_share_name: mode.allow_duplicate_name,
        }
    }
}

impl WriteTagsInput {
    /// The operations, each read or refused by itself; faults name their place within the operation.
    pub fn parse(self, rules: Rules<'_>) -> AppResult<Vec<AppResult<Verb<'_>>>> {
        batch::read_each(self.operations, MAX_OPERATIONS, |members| {
            read(members, rules)
        })
    }
}

fn read(mut members: Map<String, Value>, rules: Rules<'_>) -> AppResult<Verb<'_>> {
    #[derive(Deserialize)]
    struct What {
        op: TagVerb,
    }
    let What { op } = batch::take(&mut members, &["op"])?;
    if op == TagVerb::Create {
        let new: WriteTag = extract::from_members(members)?;
        return Ok(Verb::Create(Box::new(wanted(new, None, rules)?)));
    }
    let named = named(batch::take(&mut members, &["tag", "if_match"])?, rules)?;
    match op {
        TagVerb::Delete => {
            #[derive(Deserialize)]
            #[serde(deny_unknown_fields)]
            struct How {
                #[serde(default)]
                force: bool,
            }
            let How { force } = extract::from_members(members)?;
            Ok(Verb::Delete(named, force))
        }
        TagVerb::Update => {
            let change = move |before: &Tag| {
                let input = WriteTag::patched(before, members)?;
                wanted(input, Some((before.row.kind, None)), rules)
            };
            Ok(Verb::Update(named, Box::new(change)))
        }
        TagVerb::Replace | TagVerb::Create => {
            let input = WriteTag::from_document(members)?;
            let wanted = move |path| wanted(input.clone(), Some(path), rules);
            Ok(Verb::Replace(named, Box::new(wanted)))
        }
    }
}

fn wanted(
    input: WriteTag,
    path: Option<(TagKind, Option<Slug>)>,
    rules: Rules<'_>,
) -> AppResult<NewTag> {
    let new = input.parse(path, rules.default_language)?;
    Ok(NewTag {
        may_share_name: rules.may_share_name,
        ..new
    })
}

fn named(Name { tag, if_match }: Name, rules: Rules<'_>) -> AppResult<Named> {
    Ok(Named {
        name: TagRef::parse(&tag).ok_or_else(AppError::not_found)?,
        condition: Precondition::of_version(if_match, rules.needs_version),
    })
}

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web::Data};

use super::{
    filter::{AutocompleteFilter, DeleteTag, ReadTag, TagFilter, WriteTagMode},
    input::{TagPatch, TagReplacement, WriteTag},
    key::TagRef,
    model::{self, Found, NewTag, Tag},
    reading::{Reading, elsewhere, parse},
    view::{TagList, TagMatches, TagView},
};
use crate::{
    base::{
        answer::Answer,
        context::Context,
        db::Connection,
        db::Writing,
        error::AppResult,
        etag::Precondition,
        extract::{Body, Path, Query},
        members::Members,
    },
    changes::Writer,
    keys::{Caller, Reader, Scope, WriteTags},
    retries::{Attempt, RetryHeader},
};

/// List tags
///
/// The vocabulary, page by page.
#[utoipa::path(
    tag = "tags",
    params(TagFilter),
    responses((status = 200, description = "A page of tags", body = TagList)),
    security((), ("key" = [])),
)]
#[get("/v1/tags")]
pub async fn list_tags(
    caller: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    filter: Query<TagFilter>,
) -> AppResult<HttpResponse> {
    let answer = match filter.0.unused {
        None => Answer::public(&context),
        // It tells of articles that the public does not see.
        Some(_) => caller
            .require(Scope::WriteTags)
            .map(|()| Answer::private())?,
    };
    let reading = Reading::new(&context, &request, filter.0.lang.as_deref())?;
    let listed = context.lagging(&request, async |connection| {
        model::list(connection, &filter.0, &reading.preferred).await
    });
    Ok(listed
        .await?
        .map(|tag| reading.view(tag))
        .respond(&request, answer.builder()))
}

/// Create a tag
///
/// The slug is made from the name, in the name's own script, unless the caller chooses one.
#[utoipa::path(
    tag = "tags",
    request_body(content = WriteTag, example = json!({"kind": "place",
        "labels": {"en": {"pref": "Gull Island", "hidden": ["Gul Island"]}, "ar": {"pref": "جزيرة النورس"}},
        "external_ids": [{"authority": "wikidata", "id": "Q900000001"}], "broader": ["place:port-elara"]})),
    params(WriteTagMode, RetryHeader),
    responses(
        (status = 201, description = "The tag", body = TagView),
        (status = 409, description = "The key, a preferred name or an identifier is another tag's (`tag-key-taken`, `tag-name-taken`, `external-id-taken`)"),
        (status = 422, description = "Fields of the body break rules, or a broader tag does not exist (`invalid`, `unknown-tag`)"),
    ),
    security(("key" = [])),
)]
#[post("/v1/tags")]
pub async fn create_tag(
    caller: Caller<WriteTags>,
    context: Data<Context>,
    request: HttpRequest,
    mode: Query<WriteTagMode>,
    body: Body<WriteTag>,
) -> AppResult<HttpResponse> {
    let (new, attempt) = Attempt::read(&caller, &request, body).await?;
    let reading = Reading::new(&context, &request, None)?;
    let make = async |connection: &mut Connection| {
        let new = wanted(new.parse(None, &context.config.default_language)?, &mode.0);
        let tag = model::create(connection, &caller.writer(&context), &new).await?;
        reading.created(connection, tag).await
    };
    attempt.once(&context, make).await
}

/// Autocomplete tags
///
/// The tags that a beginning of a name, or a name with a slip of the pen, may stand for, by all their
/// names in all languages: those that are called so first, then names that begin so, then names with a
/// later word that does; where these are too few, the same for spellings with one word put right.
/// What stands between words does not count, and points and apostrophes may be left out. What matches equally is ranked by use. `label` is the name that matched.
#[utoipa::path(
    tag = "tags",
    params(AutocompleteFilter),
    responses((status = 200, description = "The tags, the likeliest first", body = TagMatches)),
    security((), ("key" = [])),
)]
#[get("/v1/tags/autocomplete")]
pub async fn autocomplete_tags(
    _: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    filter: Query<AutocompleteFilter>,
) -> AppResult<HttpResponse> {
    let reading = Reading::new(&context, &request, filter.0.lang.as_deref())?;
    let typed = filter.0.typed()?;
    let matches = context.lagging(&request, async |connection| {
        model::autocomplete(connection, &typed, &reading.preferred).await
    });
    let items = reading.matches(matches.await?);
    Ok(Answer::public(&context)
        .builder()
        .json(TagMatches { items }))
}

/// Find a tag
///
/// By its key, or by an identifier that somebody else gave it. A former key redirects to the
/// present one.
#[utoipa::path(
    tag = "tags",
    params(("tag" = String, Path, description = "A key `kind:slug` or an identifier `authority:id`", example = "place:port-elara"), ReadTag),
    responses(
        (status = 200, description = "The tag", body = TagView),
        (status = 304, description = "The caller has it already (`If-None-Match`)"),
        (status = 308, description = "The tag has another key now"),
        (status = 410, description = "The tag was deleted (`gone`)"),
    ),
    security((), ("key" = [])),
)]
#[get("/v1/tags/{tag}")]
pub async fn find_tag(
    _: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    tag: Path<String>,
    how: Query<ReadTag>,
) -> AppResult<HttpResponse> {
    let reading = Reading::new(&context, &request, how.0.lang.as_deref())?;
    let since = context.coherence.moment();
    let connection = context.db.read().await?;
    match model::find(&connection, &parse(&tag.0)?).await? {
        Found::Tag(tag) => reading.share(&context, &connection, (since, *tag)).await,
        other => reading.elsewhere(other, ""),
    }
}

/// Replace a tag
///
/// Creates or replaces the tag of this key. Takes the document as it was answered; what cannot be
/// set is ignored. Another slug renames the tag, and the former key goes on answering.
#[utoipa::path(
    tag = "tags",
    params(("tag" = String, Path, description = "A key `kind:slug` or an identifier `authority:id`", example = "place:port-elara"),
           ("If-Match" = Option<String>, Header, description = "ETag of the version that is replaced"),
           ("If-None-Match" = Option<String>, Header, description = "`*` creates only"), WriteTagMode),
    request_body(content = TagReplacement, example = json!({"name": "Port Elara", "description": "The harbour town."})),
    responses(
        (status = 200, description = "The tag, replaced", body = TagView),
        (status = 201, description = "The tag, created", body = TagView),
        (status = 308, description = "The tag has another key now"),
        (status = 409, description = "The key, a preferred name or an identifier is another tag's, or the tag would be part of itself (`tag-key-taken`, `tag-name-taken`, `external-id-taken`, `tag-cycle`)"),
        (status = 422, description = "Fields of the body break rules, or a broader tag does not exist (`invalid`, `unknown-tag`)"),
        (status = 410, description = "The tag was deleted (`gone`)"),
    ),
    security(("key" = [])),
)]
#[put("/v1/tags/{tag}")]
pub async fn replace_tag(
    caller: Caller<WriteTags>,
    context: Data<Context>,
    request: HttpRequest,
    tag: Path<String>,
    mode: Query<WriteTagMode>,
    body: Body<Members>,
) -> AppResult<HttpResponse> {
    let name = parse(&tag.0)?;
    let condition = Precondition::read(&request, context.config.require_if_match)?;
    let input = WriteTag::from_document(body.read().await?.0)?;
    let default = &context.config.default_language;
    let wanted = |path| Ok(wanted(input.clone().parse(Some(path), default)?, &mode.0));
    let (writer, mut connection) = (caller.writer(&context), context.db.write().await?);
    let reading = Reading::new(&context, &request, None)?;
    let name = (&name, &condition);
    let replaced = model::replace(&mut connection, &writer, name, wanted).await?;
    reading.replaced(&connection, replaced).await
}

/// Update a tag
///
/// JSON merge patch (RFC 7396): what is absent stays, null resets.
#[utoipa::path(
    tag = "tags",
    params(("tag" = String, Path, description = "A key `kind:slug` or an identifier `authority:id`", example = "place:port-elara"),
           ("If-Match" = Option<String>, Header, description = "ETag of the version that is changed"), WriteTagMode),
    request_body(content((TagPatch = "application/merge-patch+json", example = json!({"description": "The harbour town."})),
                         (TagPatch = "application/json", example = json!({"description": "The harbour town."})))),
    responses(
        (status = 200, description = "The tag, changed", body = TagView),
        (status = 308, description = "The tag has another key now"),
        (status = 409, description = "The key, a preferred name or an identifier is another tag's, or the tag would be part of itself (`tag-key-taken`, `tag-name-taken`, `external-id-taken`, `tag-cycle`)"),
        (status = 422, description = "Fields of the body break rules, or a broader tag does not exist (`invalid`, `unknown-tag`)"),
        (status = 410, description = "The tag was deleted (`gone`)"),
    ),
    security(("key" = [])),
)]
#[patch("/v1/tags/{tag}")]
pub async fn update_tag(
    caller: Caller<WriteTags>,
    context: Data<Context>,
    request: HttpRequest,
    tag: Path<String>,
    mode: Query<WriteTagMode>,
    body: Body<Members>,
) -> AppResult<HttpResponse> {
    let name = parse(&tag.0)?;
    let condition = Precondition::read(&request, context.config.require_if_match)?;
    let Members(changes) = body.read().await?;
    let default = &context.config.default_language;
    let change = |before: &Tag| {
        let input = WriteTag::patched(before, changes)?;
        Ok(wanted(
            input.parse(Some((before.row.kind, None)), default)?,
            &mode.0,
        ))
    };
    let (writer, connection) = (caller.writer(&context), context.db.write().await?);
    let reading = Reading::new(&context, &request, None)?;
    update(connection, &reading, &writer, (&name, &condition), change).await
}

/// Delete a tag
///
/// Its key answers 410 from then on and is never given to another tag.
#[utoipa::path(
    tag = "tags",
    params(("tag" = String, Path, description = "A key `kind:slug` or an identifier `authority:id`", example = "place:port-elara"),
           ("If-Match" = Option<String>, Header, description = "ETag of the version that is deleted"), DeleteTag),
    responses(
        (status = 204, description = "The tag is deleted"),
        (status = 308, description = "The tag has another key now"),
        (status = 409, description = "Articles are filed under the tag (`tag-in-use`)"),
        (status = 410, description = "The tag was deleted before (`gone`)"),
    ),
    security(("key" = [])),
)]
#[delete("/v1/tags/{tag}")]
pub async fn delete_tag(
    caller: Caller<WriteTags>,
    context: Data<Context>,
    request: HttpRequest,
    tag: Path<String>,
    how: Query<DeleteTag>,
) -> AppResult<HttpResponse> {
    let condition = Precondition::read(&request, context.config.require_if_match)?;
    let (writer, mut connection) = (caller.writer(&context), context.db.write().await?);
    let id = match model::find(&connection, &parse(&tag.0)?).await? {
        Found::Tag(tag) => tag.row.id,
        other => return elsewhere(other, "", &request),
    };
    model::delete(&mut connection, &writer, id, &condition, how.0.force).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What is to be written, as the query allows it.
fn wanted(new: NewTag, mode: &WriteTagMode) -> NewTag {
    NewTag {
        may_share_name: mode.allow_duplicate_name,
        ..new
    }
}

/// Brings the tag of this name into the shape that `change` makes of its present one.
async fn update(
    mut connection: Writing,
    reading: &Reading<'_>,
    writer: &Writer,
    (name, condition): (&TagRef, &Precondition),
    change: impl FnOnce(&Tag) -> AppResult<NewTag> + Send,
) -> AppResult<HttpResponse> {
    let id = match model::find(&connection, name).await? {
        Found::Tag(tag) => tag.row.id,
        other => return reading.elsewhere(other, ""),
    };
    let tag = model::update(&mut connection, writer, id, condition, change).await?;
    reading.show(&connection, Answer::private(), tag).await
}

use actix_web::{
    HttpRequest, HttpResponse, delete, get, http::header, patch, post, put, web::Data,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    filter::{AutocompleteFilter, DeleteTag, TagFilter},
    input::{TagPatch, TagReplacement, WriteTag},
    key::{MAX_NAME, TagKey, TagRef},
    model::{self, Found, Tag},
    view::{TagList, TagMatchView, TagMatches, TagView},
};
use crate::{
    base::{
        answer::Answer,
        context::Context,
        error::{AppError, AppResult, Code},
        etag::Precondition,
        extract::{Body, NoParameters, Path, Query},
        members::Members,
        page, patch, text,
    },
    keys::{Caller, Reader, WriteTags},
};

/// What a key shows as it is in a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b':');

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
    _: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    filter: Query<TagFilter>,
) -> AppResult<HttpResponse> {
    let page = model::list(&mut *context.db.pool().await?, &filter.0).await?;
    let answer = Answer::public(&context);
    Ok(page.map(TagView::from).respond(&request, answer.builder()))
}

/// Create a tag
///
/// The slug is made from the name, in the name's own script, unless the caller chooses one.
#[utoipa::path(
    tag = "tags",
    request_body(content = WriteTag, example = json!({"kind": "place", "name": "Gull Island",
        "external_ids": [{"authority": "wikidata", "id": "Q900000001"}]})),
    responses(
        (status = 201, description = "The tag", body = TagView),
        (status = 409, description = "The key or an identifier is another tag's (`tag-key-taken`, `external-id-taken`)"),
    ),
    security(("key" = [])),
)]
#[post("/v1/tags")]
pub async fn create_tag(
    caller: Caller<WriteTags>,
    context: Data<Context>,
    _: Query<NoParameters>,
    body: Body<WriteTag>,
) -> AppResult<HttpResponse> {
    let new = body.read().await?.parse(None)?;
    let tag = model::create(
        &mut *context.db.pool().await?,
        &caller.writer(&context),
        &new,
    )
    .await?;
    Ok(created(tag))
}

/// Autocomplete tags
///
/// The tags that a beginning of a name, or a name with a slip of the pen, may stand for: names that
/// begin with it first, then names with a word that does, then similar names; the most used first.
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
    filter: Query<AutocompleteFilter>,
) -> AppResult<HttpResponse> {
    let AutocompleteFilter { q, kind, limit } = filter.0;
    let limit = page::limit(limit)?;
    let q = text::clean_parameter("q", &q, MAX_NAME)?;
    let matches = model::autocomplete(&mut *context.db.pool().await?, &q, kind, limit).await?;
    let items = matches.into_iter().map(TagMatchView::from).collect();
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
    params(("tag" = String, Path, description = "A key `kind:slug` or an identifier `authority:id`", example = "place:port-elara")),
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
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    match model::find(&*context.db.read().await?, &parse(&tag.0)?).await? {
        Found::Tag(tag) => {
            let version = tag.row.version;
            Answer::public(&context).resource(&request, version, &TagView::from(*tag))
        }
        other => elsewhere(other),
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
           ("If-None-Match" = Option<String>, Header, description = "`*` creates only")),
    request_body(content = TagReplacement, example = json!({"name": "Port Elara", "description": "The harbour town."})),
    responses(
        (status = 200, description = "The tag, replaced", body = TagView),
        (status = 201, description = "The tag, created", body = TagView),
        (status = 308, description = "The tag has another key now"),
        (status = 409, description = "The key or an identifier is another tag's (`tag-key-taken`, `external-id-taken`)"),
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
    _: Query<NoParameters>,
    body: Body<Members>,
) -> AppResult<HttpResponse> {
    let name = parse(&tag.0)?;
    let condition = Precondition::read(&request, context.config.require_if_match)?;
    let input = WriteTag::from_document(body.read().await?.0)?;
    let (writer, mut connection) = (caller.writer(&context), context.db.pool().await?);
    let mut found = model::find(&connection, &name).await?;
    if let (Found::Nothing, TagRef::Key(TagKey { kind, slug })) = (&found, &name) {
        condition.check_absent()?;
        let new = input.clone().parse(Some((*kind, Some(slug.clone()))))?;
        match model::create(&mut connection, &writer, &new).await {
            // Somebody was faster, so there is something to replace.
            Err(fault) if fault.code() == Code::TagKeyTaken => {
                found = model::find(&connection, &name).await?;
            }
            made => return made.map(created),
        }
    }
    let Found::Tag(before) = found else {
        return elsewhere(found);
    };
    let new = input.parse(Some((before.row.kind, None)))?;
    let id = before.row.id;
    let tag = model::update(&mut connection, &writer, id, &condition, |_| Ok(new)).await?;
    Answer::private().resource(&request, tag.row.version, &TagView::from(tag))
}

/// Update a tag
///
/// JSON merge patch (RFC 7396): what is absent stays, null resets.
#[utoipa::path(
    tag = "tags",
    params(("tag" = String, Path, description = "A key `kind:slug` or an identifier `authority:id`", example = "place:port-elara"),
           ("If-Match" = Option<String>, Header, description = "ETag of the version that is changed")),
    request_body(content((TagPatch = "application/merge-patch+json", example = json!({"description": "The harbour town."})),
                         (TagPatch = "application/json", example = json!({"description": "The harbour town."})))),
    responses(
        (status = 200, description = "The tag, changed", body = TagView),
        (status = 308, description = "The tag has another key now"),
        (status = 409, description = "The key or an identifier is another tag's (`tag-key-taken`, `external-id-taken`)"),
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
    _: Query<NoParameters>,
    body: Body<Members>,
) -> AppResult<HttpResponse> {
    let name = parse(&tag.0)?;
    let condition = Precondition::read(&request, context.config.require_if_match)?;
    let Members(changes) = body.read().await?;
    let mut connection = context.db.pool().await?;
    let id = match model::find(&connection, &name).await? {
        Found::Tag(tag) => tag.row.id,
        other => return elsewhere(other),
    };
    let change = |before: &Tag| {
        let mut document = WriteTag::document(before);
        patch::apply(&mut document, changes, &[]);
        WriteTag::from_document(document)?.parse(Some((before.row.kind, None)))
    };
    let tag = model::update(
        &mut connection,
        &caller.writer(&context),
        id,
        &condition,
        change,
    )
    .await?;
    Answer::private().resource(&request, tag.row.version, &TagView::from(tag))
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
    let mut connection = context.db.pool().await?;
    match model::find(&connection, &parse(&tag.0)?).await? {
        Found::Tag(tag) => {
            model::delete(
                &mut connection,
                &caller.writer(&context),
                tag.row.id,
                &condition,
                how.0.force,
            )
            .await?;
            Ok(HttpResponse::NoContent().finish())
        }
        other => elsewhere(other),
    }
}

fn parse(tag: &str) -> AppResult<TagRef> {
    TagRef::parse(tag).ok_or_else(AppError::not_found)
}

fn location(key: &str) -> String {
    format!("/v1/tags/{}", utf8_percent_encode(key, SEGMENT))
}

fn created(tag: Tag) -> HttpResponse {
    let (location, version) = (location(&tag.row.key()), tag.row.version);
    Answer::private().created(&location, version, &TagView::from(tag))
}

/// The answer for a name that leads to no present tag under it.
fn elsewhere(found: Found) -> AppResult<HttpResponse> {
    match found {
        Found::Moved(key) => Ok(HttpResponse::PermanentRedirect()
            .insert_header((header::LOCATION, location(&key)))
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .finish()),
        Found::Deleted => Err(AppError::new(Code::Gone, "The tag was deleted.")),
        Found::Tag(_) | Found::Nothing => Err(AppError::not_found()),
    }
}

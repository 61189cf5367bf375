use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web::Data};
use uuid::Uuid;

use super::{
    author::Author,
    filter::ArticleFilter,
    input::{ArticlePatch, ArticleReplacement, WriteArticle},
    model::{self, Current},
    name::Name,
    reading::{changed, created, lens, name_tags, related_of, show, written},
    selecting::select,
    upsert::Upsert,
    view::{ArticleList, ArticleView, Projection, ReadArticle},
};
use crate::{
    base::{
        answer::Answer,
        context::Context,
        db::Connection,
        error::AppResult,
        etag::Precondition,
        extract::{Body, NoParameters, Path, Query},
        members::Members,
    },
    codes::Minter,
    keys::{Caller, Reader, WriteArticles},
    retries::{Attempt, RetryHeader},
};

/// List articles
///
/// Live articles, the newest first, unless the parameters say otherwise. Deep pages cost what the
/// first page costs; nothing is counted unless `count` asks.
#[utoipa::path(
    tag = "articles",
    params(ArticleFilter),
    responses(
        (status = 200, description = "A page of articles", body = ArticleList),
        (status = 403, description = "Other articles than live ones need a key with the scope `articles:read_unpublished` (`forbidden`)"),
        (status = 422, description = "The filter names tags that do not exist; every one is named (`unknown-tag`)"),
    ),
    security((), ("key" = [])),
)]
#[get("/v1/articles")]
pub async fn list_articles(
    caller: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    filter: Query<ArticleFilter>,
) -> AppResult<HttpResponse> {
    let listing = Listing {
        caller: &caller,
        context: &context,
        request: &request,
        filter: &filter.0,
        projection: Projection::parse(filter.0.fields.as_deref())?,
    };
    if filter.0.is_quick() {
        let list = async |connection: &Connection| listing.page(connection).await;
        return context.lagging_look_up(&request, list).await;
    }
    let list = async |connection: &mut Connection| listing.page(connection).await;
    context.lagging(&request, list).await
}

/// A caller who lists articles.
struct Listing<'a> {
    caller: &'a Caller<Reader>,
    context: &'a Context,
    request: &'a HttpRequest,
    filter: &'a ArticleFilter,
    projection: Projection,
}

impl Listing<'_> {
    async fn page(&self, connection: &Connection) -> AppResult<HttpResponse> {
        let (caller, context) = (self.caller, self.context);
        let selection = select(connection, caller, self.filter).await?;
        let listed = model::list(connection, &selection, context.clock.now()).await?;
        let (mut page, settles_at) = listed;
        let lang = self.filter.lang.as_deref();
        name_tags(connection, self.request, lang, page.items.iter_mut()).await?;
        let lens = lens(connection, caller, context, &related_of(&page.items)).await?;
        let answer = match caller.sees_unpublished() {
            false => Answer::public_until(context, settles_at),
            true => Answer::private(),
        };
        let view = |article| self.projection.of(ArticleView::new(article, &lens));
        let page = page.try_map(view)?;
        Ok(page.respond(self.request, answer.builder()))
    }
}

/// Create an article
///
/// Its short link is made with it, and shown as `short_url`. Tags that are given by kind and name
/// are found or, with the scope `tags:write`, made.
#[utoipa::path(
    tag = "articles",
    params(RetryHeader),
    request_body(content = WriteArticle, example = json!({
        "headline": "The old lighthouse shines again", "status": "published", "dateline": "PORT ELARA",
        "summary": "After forty years in the dark, the lamp was lit on Sunday.",
        "key_points": ["The lens was ground anew", "The lamp is lit every evening at six"],
        "canonical_url": "https://news.example/2026/12/old-lighthouse",
        "tags": [{"kind": "place", "name": "Port Elara"}, {"kind": "contributor", "name": "Jane Doe"}]})),
    responses(
        (status = 201, description = "The article", body = ArticleView),
        (status = 409, description = "The address or an external id is another article's (`canonical-url-taken`, `external-id-taken`, `article-deleted`)"),
        (status = 422, description = "Fields of the body break rules, or tags are named that do not exist; every one is named (`invalid`, `unknown-tag`)"),
    ),
    security(("key" = [])),
)]
#[post("/v1/articles")]
pub async fn create_article(
    caller: Caller<WriteArticles>,
    context: Data<Context>,
    minter: Data<Minter>,
    request: HttpRequest,
    _: Query<NoParameters>,
    body: Body<WriteArticle>,
) -> AppResult<HttpResponse> {
    let author = Author::new(&caller, &context);
    let (new, attempt) = Attempt::read(&caller, &request, body).await?;
    let make = async |connection: &mut Connection| {
        let wanted = new.parse(&context, author.writer.at)?;
        let place = (Uuid::now_v7(), &**minter);
        let article = author.create(connection, place, &wanted, &context).await?;
        created(connection, article, &context, &request).await
    };
    attempt.once(&context, make).await
}

/// Find an article
///
/// The public finds live articles; one that was withdrawn or deleted after it had been public
/// answers 410, and any other 404.
#[utoipa::path(
    tag = "articles",
    params(("id" = Uuid, Path, description = "The article's id"), ReadArticle),
    responses(
        (status = 200, description = "The article", body = ArticleView),
        (status = 304, description = "The caller has it already (`If-None-Match`)"),
        (status = 410, description = "The article was public and is withdrawn or deleted (`gone`)"),
    ),
    security((), ("key" = [])),
)]
#[get("/v1/articles/{id}")]
pub async fn find_article(
    caller: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    id: Path<Uuid>,
    read: Query<ReadArticle>,
) -> AppResult<HttpResponse> {
    show(&caller, &context, &request, &read.0, async |_| {
        Ok(Some(id.0))
    })
    .await
}

/// Replace an article
///
/// Creates or replaces the article of this id. Takes the document as it was answered: what cannot be
/// set is ignored, tags are read by their keys, and what is absent is reset, except `status`,
/// `published_at` and `body`.
#[utoipa::path(
    tag = "articles",
    params(("id" = Uuid, Path, description = "The article's id, chosen by the caller if it is new"),
           ("If-Match" = Option<String>, Header, description = "ETag of the version that is replaced"),
           ("If-None-Match" = Option<String>, Header, description = "`*` creates only")),
    request_body(content = ArticleReplacement, example = json!({
        "headline": "The old lighthouse shines again", "status": "published", "summary": "The lamp was lit on Sunday."})),
    responses(
        (status = 200, description = "The article, replaced", body = ArticleView),
        (status = 201, description = "The article, created", body = ArticleView),
        (status = 409, description = "The address or an external id is another article's, or this one is deleted (`canonical-url-taken`, `external-id-taken`, `article-deleted`)"),
        (status = 422, description = "Fields of the body break rules, or tags are named that do not exist; every one is named (`invalid`, `unknown-tag`)"),
    ),
    security(("key" = [])),
)]
#[put("/v1/articles/{id}")]
pub async fn replace_article(
    caller: Caller<WriteArticles>,
    context: Data<Context>,
    minter: Data<Minter>,
    request: HttpRequest,
    id: Path<Uuid>,
    _: Query<NoParameters>,
    body: Body<Members>,
) -> AppResult<HttpResponse> {
    let condition = Precondition::read(&request, context.config.require_if_match)?;
    let Members(members) = body.read().await?;
    let author = Author::new(&caller, &context);
    let upsert = Upsert::new(&author, &context, &minter, condition);
    let mut connection = context.db.write().await?;
    let done = upsert
        .run(&mut connection, &members, &Name::Id(id.0))
        .await?;
    written(&connection, done, &context, &request).await
}

/// Update an article
///
/// JSON merge patch (RFC 7396): what is absent stays, null resets; `custom` is merged to any depth.
#[utoipa::path(
    tag = "articles",
    params(("id" = Uuid, Path, description = "The article's id"),
           ("If-Match" = Option<String>, Header, description = "ETag of the version that is changed")),
    request_body(content((ArticlePatch = "application/merge-patch+json", example = json!({"summary": "The lamp was lit on Sunday.", "byline": null})),
                         (ArticlePatch = "application/json", example = json!({"summary": "The lamp was lit on Sunday.", "byline": null})))),
    responses(
        (status = 200, description = "The article, changed", body = ArticleView),
        (status = 409, description = "The address or an external id is another article's, or this one is deleted (`canonical-url-taken`, `external-id-taken`, `article-deleted`)"),
        (status = 422, description = "Fields of the body break rules, or tags are named that do not exist; every one is named (`invalid`, `unknown-tag`)"),
    ),
    security(("key" = [])),
)]
#[patch("/v1/articles/{id}")]
pub async fn update_article(
    caller: Caller<WriteArticles>,
    context: Data<Context>,
    request: HttpRequest,
    id: Path<Uuid>,
    _: Query<NoParameters>,
    body: Body<Members>,
) -> AppResult<HttpResponse> {
    let condition = Precondition::read(&request, context.config.require_if_match)?;
    let Members(changes) = body.read().await?;
    let author = Author::new(&caller, &context);
    let at = author.writer.at;
    let change = |before: &Current| WriteArticle::patched(before, changes)?.parse(&context, at);
    let mut connection = context.db.write().await?;
    let article = author
        .update(&mut connection, id.0, &condition, change)
        .await?;
    changed(&connection, article, &context, &request).await
}

/// Delete an article
///
/// The article keeps its id, its addresses and its short codes, and can be restored.
#[utoipa::path(
    tag = "articles",
    params(("id" = Uuid, Path, description = "The article's id"),
           ("If-Match" = Option<String>, Header, description = "ETag of the version that is deleted")),
    responses((status = 204, description = "The article is deleted")),
    security(("key" = [])),
)]
#[delete("/v1/articles/{id}")]
pub async fn delete_article(
    caller: Caller<WriteArticles>,
    context: Data<Context>,
    request: HttpRequest,
    id: Path<Uuid>,
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    let condition = Precondition::read(&request, context.config.require_if_match)?;
    let mut connection = context.db.write().await?;
    model::delete(
        &mut connection,
        &caller.writer(&context),
        (id.0, &condition),
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Restore an article
///
/// Undoes a deletion. An article that is not deleted stays as it is.
#[utoipa::path(
    tag = "articles",
    params(("id" = Uuid, Path, description = "The article's id"),
           ("If-Match" = Option<String>, Header, description = "ETag of the version that is restored")),
    responses((status = 200, description = "The article", body = ArticleView)),
    security(("key" = [])),
)]
#[post("/v1/articles/{id}/restore")]
pub async fn restore_article(
    caller: Caller<WriteArticles>,
    context: Data<Context>,
    request: HttpRequest,
    id: Path<Uuid>,
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    let condition = Precondition::read(&request, context.config.require_if_match)?;
    let mut connection = context.db.write().await?;
    let article = model::restore(
        &mut connection,
        &caller.writer(&context),
        (id.0, &condition),
    )
    .await?;
    changed(&connection, article, &context, &request).await
}

use super::{
    finding::{find, in_order},
    input::LookupArticles,
    view::FoundArticles,
};
use actix_web::{HttpRequest, HttpResponse, get, post, put, web::Data};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    articles::{
        author::Author,
        input::ArticleReplacement,
        model,
        name::Name,
        reading::{lens, name_tags, related_of, show, shown, written},
        state::Include,
        upsert::Upsert,
        view::{ArticleView, ReadArticle},
    },
    base::{
        answer::Answer,
        context::Context,
        db::Connection,
        error::{AppError, AppResult},
        etag::Precondition,
        extract::{Body, NoParameters, Path, Query},
        members::Members,
        url::HttpUrl,
    },
    codes::Minter,
    keys::{Caller, Reader, WriteArticles},
};

/// The address by which an article is looked up.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ByUrl {
    /// The article's address, in any form that leads to the same page.
    #[param(
        format = "iri",
        max_length = 2048,
        example = "https://news.example/2026/12/lantern-parade"
    )]
    url: String,
}

/// How articles that are looked up are shown.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LookupMode {
    /// The language in which names of tags are wanted, BCP 47; it beats `Accept-Language`.
    #[param(min_length = 2, max_length = 35)]
    lang: Option<String>,
}

/// The address by which an article is looked up, and what of it is answered.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReadByUrl {
    /// The article's address, in any form that leads to the same page.
    #[param(
        format = "iri",
        max_length = 2048,
        example = "https://news.example/2026/11/harbour-reopens"
    )]
    url: String,
    /// Only these fields, separated by commas, such as `id,headline,short_url`. The others are then
    /// not there, though the schema says that they always are.
    fields: Option<String>,
    /// What is answered besides: `body`, the text of the story.
    #[param(inline)]
    include: Option<Include>,
    /// The language in which names of tags are wanted, BCP 47; it beats `Accept-Language`.
    #[param(min_length = 2, max_length = 35)]
    lang: Option<String>,
}

/// Find an article by its address
///
/// Any form of the address finds it: tracking parameters, order of the query, case of the host,
/// fragment and a slash at the end do not count.
#[utoipa::path(
    tag = "articles",
    params(ReadByUrl),
    responses(
        (status = 200, description = "The article", body = ArticleView),
        (status = 304, description = "The caller has it already (`If-None-Match`)"),
        (status = 404, description = "No article that this caller may see has the address (`not-found`)"),
        (status = 410, description = "The article was public and is withdrawn or deleted (`gone`)"),
    ),
    security((), ("key" = [])),
)]
#[get("/v1/articles/by-url")]
pub async fn find_article_by_url(
    caller: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    query: Query<ReadByUrl>,
) -> AppResult<HttpResponse> {
    let ReadByUrl {
        url,
        fields,
        include,
        lang,
    } = query.0;
    let url = read_url(&url)?.normalised();
    let read = ReadArticle {
        fields,
        include,
        lang,
    };
    let find = async |connection: &Connection| Ok(model::find_id_by_url(connection, &url).await?);
    show(&caller, &context, &request, &read, find).await
}

/// Upsert an article by its address
///
/// Replaces the article that has the address, or creates one with it.
#[utoipa::path(
    tag = "articles",
    params(ByUrl, ("If-Match" = Option<String>, Header, description = "ETag of the version that is replaced"),
           ("If-None-Match" = Option<String>, Header, description = "`*` creates only")),
    request_body(content = ArticleReplacement, example = json!({"headline": "Lantern parade draws thousands", "status": "published"})),
    responses(
        (status = 200, description = "The article, replaced", body = ArticleView),
        (status = 201, description = "The article, created", body = ArticleView),
        (status = 409, description = "Another address of the body or an external id is another article's, or the article is deleted (`canonical-url-taken`, `external-id-taken`, `article-deleted`)"),
        (status = 422, description = "Fields of the body break rules, or tags are named that do not exist; every one is named (`invalid`, `unknown-tag`)"),
    ),
    security(("key" = [])),
)]
#[put("/v1/articles/by-url")]
pub async fn upsert_article_by_url(
    caller: Caller<WriteArticles>,
    context: Data<Context>,
    minter: Data<Minter>,
    request: HttpRequest,
    query: Query<ByUrl>,
    body: Body<Members>,
) -> AppResult<HttpResponse> {
    let url = read_url(&query.0.url)?;
    let condition = Precondition::read(&request, context.config.require_if_match)?;
    let Members(members) = body.read().await?;
    let author = Author::new(&caller, &context);
    let upsert = Upsert::new(&author, &context, &minter, condition);
    let mut connection = context.db.write().await?;
    let done = upsert
        .run(&mut connection, &members, &Name::Url(url))
        .await?;
    written(&connection, done, &context, &request).await
}

/// Find an article by an external id
///
/// By the id that another system gave it.
#[utoipa::path(
    tag = "articles",
    params(("source" = String, Path, description = "Which system", example = "cms"),
           ("external_id" = String, Path, description = "The id there", example = "884211"), ReadArticle),
    responses(
        (status = 200, description = "The article", body = ArticleView),
        (status = 304, description = "The caller has it already (`If-None-Match`)"),
        (status = 410, description = "The article was public and is withdrawn or deleted (`gone`)"),
    ),
    security((), ("key" = [])),
)]
#[get("/v1/articles/by-external-id/{source}/{external_id}")]
pub async fn find_article_by_external_id(
    caller: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    name: Path<(String, String)>,
    read: Query<ReadArticle>,
) -> AppResult<HttpResponse> {
    let name = external(&name.0)?;
    let find = async |connection: &Connection| name.find(connection).await;
    show(&caller, &context, &request, &read.0, find).await
}

/// Upsert an article by an external id
///
/// Replaces the article that another system knows by this id, or creates one with it.
#[utoipa::path(
    tag = "articles",
    params(("source" = String, Path, description = "Which system", example = "cms"),
           ("external_id" = String, Path, description = "The id there", example = "884211"),
           ("If-Match" = Option<String>, Header, description = "ETag of the version that is replaced"),
           ("If-None-Match" = Option<String>, Header, description = "`*` creates only")),
    request_body(content = ArticleReplacement, example = json!({"headline": "Lantern parade draws thousands", "status": "published"})),
    responses(
        (status = 200, description = "The article, replaced", body = ArticleView),
        (status = 201, description = "The article, created", body = ArticleView),
        (status = 409, description = "The address or another external id is another article's, or the article is deleted (`canonical-url-taken`, `external-id-taken`, `article-deleted`)"),
        (status = 422, description = "Fields of the body break rules, or tags are named that do not exist; every one is named (`invalid`, `unknown-tag`)"),
    ),
    security(("key" = [])),
)]
#[put("/v1/articles/by-external-id/{source}/{external_id}")]
pub async fn upsert_article_by_external_id(
    caller: Caller<WriteArticles>,
    context: Data<Context>,
    minter: Data<Minter>,
    request: HttpRequest,
    name: Path<(String, String)>,
    _: Query<NoParameters>,
    body: Body<Members>,
) -> AppResult<HttpResponse> {
    let name = external(&name.0)?;
    let condition = Precondition::read(&request, context.config.require_if_match)?;
    let Members(members) = body.read().await?;
    let author = Author::new(&caller, &context);
    let upsert = Upsert::new(&author, &context, &minter, condition);
    let mut connection = context.db.write().await?;
    let done = upsert.run(&mut connection, &members, &name).await?;
    written(&connection, done, &context, &request).await
}

fn read_url(raw: &str) -> AppResult<HttpUrl> {
    HttpUrl::parse(raw).map_err(|fault| AppError::parameter("url", fault))
}

/// A name that no article can have is a name that none has.
fn external(name: &(String, String)) -> AppResult<Name> {
    Name::external(&name.0, &name.1).ok_or_else(AppError::not_found)
}

/// Look up many articles
///
/// At most 1,000, each by its id, its address, the id that another system gave it, or a short link that
/// leads to it. What is not there, or not for this caller to see, is answered as a single look-up would
/// answer it, at its place.
#[utoipa::path(
    tag = "articles",
    params(LookupMode),
    request_body(content = LookupArticles, example = json!({"articles": [
        {"url": "https://news.example/2026/12/lantern-parade"}, {"short_link": "exmp.news/7kq3m2"},
        {"external_id": {"source": "cms", "id": "884211"}}]})),
    responses((status = 200, description = "What was found, in the order asked", body = FoundArticles)),
    security((), ("key" = [])),
)]
#[post("/v1/articles/lookup")]
pub async fn look_up_articles(
    caller: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    mode: Query<LookupMode>,
    body: Body<LookupArticles>,
) -> AppResult<HttpResponse> {
    let asked = body.read().await?.parse(&context.domains.current())?;
    let (lang, now) = (mode.0.lang.as_deref(), context.clock.now());
    let looked_up = context.lagging(&request, async |connection| {
        let (ids, mut found) = find(connection, &asked, now).await?;
        name_tags(connection, &request, lang, found.iter_mut()).await?;
        let lens = lens(connection, &caller, &context, &related_of(&found)).await?;
        AppResult::Ok((in_order(&ids, found), lens))
    });
    let (articles, lens) = looked_up.await?;
    let items = articles.into_iter().map(|article| {
        let shown = shown(&caller, article);
        shown.map(|article| ArticleView::new(article, &lens)).into()
    });
    let items = items.collect();
    Ok(Answer::private().builder().json(FoundArticles { items }))
}

use actix_web::{HttpRequest, HttpResponse, get, put, web::Data};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    articles::{
        author::Author,
        input::{ArticleReplacement, WriteArticle},
        model::{self, Current},
        reading::{changed, created, show},
        state::Include,
        view::{ArticleView, ReadArticle},
    },
    base::{
        context::Context,
        error::{AppError, AppResult, Code},
        etag::Precondition,
        extract::{Body, NoParameters, Path, Query},
        members::Members,
        text::{self, Lines},
        url::HttpUrl,
    },
    codes::Minter,
    keys::{Caller, Reader, WriteArticles},
};

/// How often an upsert begins anew when another writer makes or takes the article under its hands.
const MAX_ATTEMPTS: usize = 3;

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
    } = query.0;
    let url = read_url(&url)?.normalised();
    let id = model::find_id_by_url(&*context.db.read().await?, &url).await?;
    show(
        &caller,
        &context,
        &request,
        id,
        &ReadArticle { fields, include },
    )
    .await
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
    let upsert = Upsert::new(&caller, &context, &minter, &request)?;
    let Members(members) = body.read().await?;
    upsert.run(&members, &Name::Url(url)).await
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
    let (source, external_id) = clean_name(name.0)?;
    let id =
        model::find_id_by_external_id(&*context.db.read().await?, &source, &external_id).await?;
    show(&caller, &context, &request, id, &read.0).await
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
    let (source, external_id) = clean_name(name.0)?;
    let upsert = Upsert::new(&caller, &context, &minter, &request)?;
    let Members(members) = body.read().await?;
    upsert
        .run(&members, &Name::External(source, external_id))
        .await
}

fn read_url(raw: &str) -> AppResult<HttpUrl> {
    HttpUrl::parse(raw).map_err(|fault| AppError::parameter("url", fault))
}

/// A name that no article can have is a name that none has.
fn clean_name((source, id): (String, String)) -> AppResult<(String, String)> {
    let source = text::clean(&source, 50, Lines::One).map_err(|_| AppError::not_found())?;
    let id = text::clean(&id, 255, Lines::One).map_err(|_| AppError::not_found())?;
    Ok((source, id))
}

/// What the path names the article by.
enum Name {
    Url(HttpUrl),
    External(String, String),
}

struct Upsert<'a> {
    author: Author,
    condition: Precondition,
    context: &'a Context,
    minter: &'a Minter,
    request: &'a HttpRequest,
}

impl<'a> Upsert<'a> {
    fn new(
        caller: &Caller<WriteArticles>,
        context: &'a Context,
        minter: &'a Minter,
        request: &'a HttpRequest,
    ) -> AppResult<Self> {
        let condition = Precondition::read(request, context.config.require_if_match)?;
        Ok(Self {
            author: Author::new(caller, context),
            condition,
            context,
            minter,
            request,
        })
    }

    /// Replaces or creates. Whether there is something to replace may change between the look and
    /// the write; the constraint then decides, and the upsert begins anew.
    async fn run(&self, members: &Map<String, Value>, name: &Name) -> AppResult<HttpResponse> {
        let mut attempt = 1;
        loop {
            match self.try_once(members.clone(), name).await {
                Err(fault)
                    if attempt < MAX_ATTEMPTS && self.was_overtaken(&fault, name).await? =>
                {
                    attempt += 1
                }
                result => return result,
            }
        }
    }

    async fn try_once(&self, members: Map<String, Value>, name: &Name) -> AppResult<HttpResponse> {
        let (config, at) = (&self.context.config, self.author.writer.at);
        if let Some(id) = self.find(name).await? {
            let change = |before: &Current| {
                named(WriteArticle::from_replacement(members, before)?, name)?.parse(config, at)
            };
            let article = self
                .author
                .update(self.context, id, &self.condition, change)
                .await?;
            return changed(article, self.context, self.request);
        }
        self.condition.check_absent()?;
        let wanted = named(WriteArticle::from_document(members)?, name)?.parse(config, at)?;
        let article = self
            .author
            .create(self.context, self.minter, Uuid::now_v7(), &wanted)
            .await?;
        Ok(created(article, self.context))
    }

    async fn find(&self, name: &Name) -> AppResult<Option<Uuid>> {
        let connection = self.context.db.read().await?;
        Ok(match name {
            Name::Url(url) => model::find_id_by_url(&connection, &url.normalised()).await?,
            Name::External(source, id) => {
                model::find_id_by_external_id(&connection, source, id).await?
            }
        })
    }

    /// Whether a refusal says that somebody has just made the article that was to be created.
    async fn was_overtaken(&self, fault: &AppError, name: &Name) -> AppResult<bool> {
        let is_conflict = matches!(
            fault.code(),
            Code::CanonicalUrlTaken | Code::ExternalIdTaken
        );
        let owner = self.find(name).await?.map(|id| id.to_string());
        Ok(is_conflict && owner.is_some() && owner.as_deref() == fault.member("article_id"))
    }
}

/// The article with the name that the path gives it; a body that contradicts the path is refused.
fn named(article: WriteArticle, name: &Name) -> AppResult<WriteArticle> {
    match name {
        Name::External(source, id) => Ok(article.with_external_id(source, id)),
        Name::Url(url) => {
            let inside = article
                .canonical_url()
                .and_then(|raw| HttpUrl::parse(raw).ok());
            if inside.is_some_and(|inside| inside.normalised() != url.normalised()) {
                let error = AppError::new(
                    Code::Invalid,
                    "The body names another address than the path.",
                );
                return Err(error.at("/canonical_url", "differs from the parameter url"));
            }
            Ok(article.with_canonical_url(url.as_str()))
        }
    }
}

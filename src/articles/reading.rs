//! Showing articles to a caller.

use std::iter::once;

use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use super::{
    ARTICLE,
    model::{self, Article, Exposure},
    state::Include,
    view::{ArticleView, Lens, Projection, ReadArticle},
};
use crate::{
    base::{
        accept_language,
        answer::Answer,
        answer_cache::share,
        basis::{Basis, EVERYTHING, Moment},
        batch::Done,
        context::Context,
        db::Connection,
        error::{AppError, AppResult, Code},
    },
    domains,
    keys::{Caller, Permission},
    tags,
};

/// What a caller may see of articles: of related stories the public sees those that are live.
pub async fn lens<'a, P: Permission>(
    connection: &Connection,
    caller: &Caller<P>,
    context: &'a Context,
    related: &[Uuid],
) -> AppResult<Lens<'a>> {
    let mut lens = Lens::of_editors(context);
    if !caller.sees_unpublished() {
        let (live, changes_at) = model::live_of(connection, related, context.clock.now()).await?;
        (lens.shown_related, lens.changes_at) = (Some(live), changes_at);
    }
    Ok(lens)
}

/// The related articles that these name.
pub fn related_of(articles: &[Article]) -> Vec<Uuid> {
    let related = articles.iter().map(|article| &article.row.content.related);
    related.flatten().copied().collect()
}

/// The article of this id, if the caller may see it.
pub async fn find_shown<P: Permission>(
    connection: &Connection,
    caller: &Caller<P>,
    context: &Context,
    id: Option<Uuid>,
) -> AppResult<Article> {
    let id = id.ok_or_else(AppError::not_found)?;
    let article = model::find(connection, id, context.clock.now()).await?;
    shown(caller, article)
}

/// An article that was looked up, if it is there and the caller may see it.
pub fn shown<P: Permission>(caller: &Caller<P>, article: Option<Article>) -> AppResult<Article> {
    let article = article.ok_or_else(AppError::not_found)?;
    if caller.sees_unpublished() {
        return Ok(article);
    }
    match model::exposure(article.visibility, article.row.was_public) {
        Exposure::Live => Ok(article),
        Exposure::Gone => Err(AppError::new(
            Code::Gone,
            "The article was withdrawn or deleted.",
        )),
        Exposure::Hidden => Err(AppError::not_found()),
    }
}

/// What of an article is text.
#[derive(Debug)]
pub struct Texts {
    /// The language.
    pub language: String,
    /// The headline.
    pub headline: String,
    /// The summary.
    pub summary: Option<String>,
    /// The key points.
    pub key_points: Vec<String>,
    /// The text of the story.
    pub body: Option<String>,
    /// The numbers of the tags that it carries.
    pub tags: Vec<i32>,
}

/// The texts of an article, if the caller may see it.
pub async fn find_texts<P: Permission>(
    caller: &Caller<P>,
    context: &Context,
    id: Uuid,
) -> AppResult<Texts> {
    let connection = context.db.read().await?;
    let article = find_shown(&connection, caller, context, Some(id)).await?;
    let body = model::find_body(&connection, id).await?;
    let content = article.row.content;
    Ok(Texts {
        language: content.language,
        headline: content.headline,
        summary: content.summary,
        key_points: content.key_points,
        body,
        tags: article.tags.iter().map(|tag| tag.id).collect(),
    })
}

/// Answers an article that is looked up by `find`, if the caller may see it; what everybody gets is kept in memory.
pub async fn show<P: Permission>(
    caller: &Caller<P>,
    context: &Context,
    request: &HttpRequest,
    read: &ReadArticle,
    find: impl AsyncFnOnce(&Connection) -> AppResult<Option<Uuid>>,
) -> AppResult<HttpResponse> {
    let projection = Projection::parse(read.fields.as_deref())?;
    let since = context.coherence.moment();
    let connection = context.db.read().await?;
    let id = find(&connection).await?;
    let mut article = find_shown(&connection, caller, context, id).await?;
    let lang = read.lang.as_deref();
    name_tags(&connection, request, lang, once(&mut article)).await?;
    let lens = lens(&connection, caller, context, &article.row.content.related).await?;
    let basis = basis(since, &article);
    let (id, version, settles_at) = (article.row.id, article.row.version, article.row.settles_at);
    let mut view = ArticleView::new(article, &lens);
    if read.include == Some(Include::Body) {
        view = view.with_body(model::find_body(&connection, id).await?);
    }
    let view = projection.of(view)?;
    if caller.sees_unpublished() {
        return Answer::private().resource(request, version, &view);
    }
    let until = settles_at.into_iter().chain(lens.changes_at).min();
    let finished = Answer::public_until(context, until).finish(version, &view)?;
    Ok(share(request, finished, until, basis))
}

/// What the answer of an article rests on that was read after a moment: itself, the names of its tags, the stories that
/// are related to it, and where its short address leads.
fn basis(since: Moment, article: &Article) -> Basis {
    let related = &article.row.content.related;
    let articles = related.iter().chain([&article.row.id]);
    let articles: Vec<String> = articles.map(Uuid::to_string).collect();
    let tags: Vec<String> = article.tags.iter().map(|tag| tag.id.to_string()).collect();
    let articles = articles.iter().map(|id| (ARTICLE, id.as_str()));
    let tags = tags.iter().map(|id| (tags::TAG, id.as_str()));
    let domains = [(domains::DOMAIN, EVERYTHING)];
    Basis::new(since, articles.chain(tags).chain(domains))
}

/// Shows the tags of these articles by the names that the caller would like.
pub async fn name_tags(
    connection: &Connection,
    request: &HttpRequest,
    lang: Option<&str>,
    articles: impl Iterator<Item = &mut Article>,
) -> AppResult<()> {
    let preferred = accept_language::preferred(request, lang)?;
    let tags = articles.flat_map(|article| &mut article.tags);
    Ok(tags::translate(connection, &preferred, tags).await?)
}

/// Answers an article that has just been made.
pub async fn created(
    connection: &Connection,
    mut article: Article,
    context: &Context,
    request: &HttpRequest,
) -> AppResult<HttpResponse> {
    name_tags(connection, request, None, once(&mut article)).await?;
    let location = format!("/v1/articles/{}", article.row.id);
    let version = article.row.version;
    let view = ArticleView::new(article, &Lens::of_editors(context));
    Ok(Answer::private().created(&location, version, &view))
}

/// Answers an article that has just been written.
pub async fn changed(
    connection: &Connection,
    mut article: Article,
    context: &Context,
    request: &HttpRequest,
) -> AppResult<HttpResponse> {
    name_tags(connection, request, None, once(&mut article)).await?;
    let version = article.row.version;
    let view = ArticleView::new(article, &Lens::of_editors(context));
    Answer::private().resource(request, version, &view)
}

/// Answers what a write came to.
pub async fn written(
    connection: &Connection,
    done: Done<Article>,
    context: &Context,
    request: &HttpRequest,
) -> AppResult<HttpResponse> {
    match done {
        Done::Created(article) => created(connection, article, context, request).await,
        Done::Written(article) => changed(connection, article, context, request).await,
        Done::Deleted => Ok(HttpResponse::NoContent().finish()),
    }
}

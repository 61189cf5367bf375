use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Bytes, Data},
};
use futures_util::{Stream, StreamExt, stream};

use super::{filter::ExportFilter, view::LineView};
use crate::{
    articles::{
        filter::Selection,
        model::{self, Article},
        reading::{lens, name_tags, related_of},
        selecting::select,
        view::{ArticleView, Lens, Projection},
    },
    base::{
        answer::Answer,
        context::Context,
        error::{AppError, AppResult},
        extract::Query,
    },
    keys::{Caller, Reader},
};

/// Articles that are read at once: what an export holds in memory.
const PAGE: i64 = 200;

/// Export articles
///
/// One article a line, in the order of the list, as many as the filter selects. Each line has the `cursor`
/// with which an export goes on that broke off behind it; one that breaks off ends without the end that HTTP
/// gives to a whole answer. An article that is changed meanwhile may move, and be told of twice or not at all.
/// Texts are not exported: `include=body` on an article answers the text of one.
#[utoipa::path(
    tag = "articles",
    params(ExportFilter),
    responses(
        (status = 200, description = "The articles, one a line", body = LineView, content_type = "application/x-ndjson"),
        (status = 403, description = "Other articles than live ones need a key with the scope `articles:read_unpublished` (`forbidden`)"),
        (status = 422, description = "The filter names tags that do not exist; every one is named (`unknown-tag`)"),
    ),
    security((), ("key" = [])),
)]
#[get("/v1/articles/export")]
pub async fn export_articles(
    caller: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    filter: Query<ExportFilter>,
) -> AppResult<HttpResponse> {
    let filter = filter.0.into_list()?;
    let projection = Projection::parse(filter.fields.as_deref())?;
    let selection = context.lagging(&request, async |connection| {
        select(connection, &caller, &filter).await
    });
    let selection = selection.await?;
    let asked = (selection, projection, filter.lang);
    let export = Export::new(caller, context, request, asked);
    // The first page comes before the answer begins, so that its failure is an answer of its own.
    let first = export.page().await?;
    Ok(Answer::private()
        .builder()
        .content_type("application/x-ndjson")
        .streaming(lines(export, first)))
}

/// An export that is being sent.
struct Export {
    caller: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    selection: Selection,
    projection: Projection,
    lang: Option<String>,
}

/// Some lines, and the cursor behind the last of them; none behind the last page.
type Lines = (Bytes, Option<String>);

impl Export {
    fn new(
        caller: Caller<Reader>,
        context: Data<Context>,
        request: HttpRequest,
        (selection, projection, lang): (Selection, Projection, Option<String>),
    ) -> Self {
        Self {
            caller,
            context,
            request,
            selection: Selection {
                limit: PAGE,
                ..selection
            },
            projection,
            lang,
        }
    }

    async fn page(&self) -> AppResult<Lines> {
        let Self {
            caller,
            context,
            request,
            selection,
            lang,
            ..
        } = self;
        let (lang, now) = (lang.as_deref(), context.clock.now());
        let page = context.lagging(request, async |connection| {
            let (items, next) = model::list_with_cursors(connection, selection, now).await?;
            let (mut articles, cursors): (Vec<Article>, Vec<String>) = items.into_iter().unzip();
            name_tags(connection, request, lang, articles.iter_mut()).await?;
            let lens = lens(connection, caller, context, &related_of(&articles)).await?;
            let lines = articles.into_iter().zip(cursors);
            AppResult::Ok((self.write(lines, &lens)?.into(), next))
        });
        page.await
    }

    fn write(
        &self,
        lines: impl Iterator<Item = (Article, String)>,
        lens: &Lens<'_>,
    ) -> AppResult<Vec<u8>> {
        let mut bytes = Vec::new();
        for (article, cursor) in lines {
            let article = self.projection.of(ArticleView::new(article, lens))?;
            serde_json::to_writer(&mut bytes, &LineView { article, cursor })
                .map_err(|fault| AppError::internal(&fault))?;
            bytes.push(b'\n');
        }
        Ok(bytes)
    }
}

/// The pages one by one. A connection is lent for the time of a page, never while the caller reads.
/// A failure ends the stream with an error, which breaks the connection off.
fn lines(export: Export, (first, next): Lines) -> impl Stream<Item = AppResult<Bytes>> {
    let rest = stream::try_unfold((export, next), async |(mut export, next)| {
        let Some(cursor) = next else { return Ok(None) };
        export.selection.cursor = Some(cursor);
        let (lines, next) = export.page().await?;
        Ok(Some((lines, (export, next))))
    });
    stream::once(std::future::ready(Ok(first))).chain(rest)
}

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Bytes, Data},
};
use futures_util::{Stream, StreamExt, stream};

use super::filter::ExportFilter;
use crate::{
    base::{
        answer::Answer,
        context::Context,
        error::{AppError, AppResult},
        extract::Query,
    },
    keys::{Caller, WriteLinks},
    links::{filter::LinkFilter, model, view::LinkView},
};

/// Links that are read at once: what an export holds in memory.
const PAGE: i64 = 500;

/// Export short links
///
/// One link a line, the newest first, as many as there are. Links that are made meanwhile are not
/// among them. An answer that breaks off, without the end that HTTP gives to a whole one, is not
/// complete.
#[utoipa::path(
    tag = "short_links",
    params(ExportFilter),
    responses((status = 200, description = "The links, one a line", body = LinkView, content_type = "application/x-ndjson")),
    security(("key" = [])),
)]
#[get("/v1/short-links/export")]
pub async fn export_short_links(
    _: Caller<WriteLinks>,
    context: Data<Context>,
    request: HttpRequest,
    filter: Query<ExportFilter>,
) -> AppResult<HttpResponse> {
    let filter = LinkFilter::from(filter.0);
    // The first page comes before the answer begins, so that its failure is an answer of its own.
    let first = page(&context, &request, &filter, None).await?;
    Ok(Answer::private()
        .builder()
        .content_type("application/x-ndjson")
        .streaming(lines((context, request, filter), first)))
}

/// Some lines, and the place behind the last of them; no place behind the last page.
type Lines = (Bytes, Option<i64>);

/// The pages one by one. A connection is lent for the time of a page, never while the caller reads.
/// A failure ends the stream with an error, which breaks the connection off.
fn lines(
    export: (Data<Context>, HttpRequest, LinkFilter),
    (first, after): Lines,
) -> impl Stream<Item = AppResult<Bytes>> {
    let rest = stream::try_unfold((export, after), async |(export, after)| {
        let Some(after) = after else { return Ok(None) };
        let (context, request, filter) = &export;
        let (lines, after) = page(context, request, filter, Some(after)).await?;
        Ok(Some((lines, (export, after))))
    });
    stream::once(std::future::ready(Ok(first))).chain(rest)
}

async fn page(
    context: &Context,
    request: &HttpRequest,
    filter: &LinkFilter,
    after: Option<i64>,
) -> AppResult<Lines> {
    let links = context.lagging(request, async |connection| {
        model::page(connection, filter, (after, PAGE)).await
    });
    let links = links.await?;
    let is_full = i64::try_from(links.len()).is_ok_and(|count| count == PAGE);
    let after = links.last().map(|link| link.row.id).filter(|_| is_full);
    let (mut lines, domains) = (Vec::new(), context.domains.current());
    for link in links {
        let line = serde_json::to_writer(&mut lines, &LinkView::new(link, &domains));
        line.map_err(|fault| AppError::internal(&fault))?;
        lines.push(b'\n');
    }
    Ok((lines.into(), after))
}

use actix_web::{
    HttpResponse, get,
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
    filter: Query<ExportFilter>,
) -> AppResult<HttpResponse> {
    let filter = LinkFilter::from(filter.0);
    // The first page comes before the answer begins, so that its failure is an answer of its own.
    let first = page(&context, &filter, None).await?;
    Ok(Answer::private()
        .builder()
        .content_type("application/x-ndjson")
        .streaming(lines(context, filter, first)))
}

/// Some lines, and the place behind the last of them; no place behind the last page.
type Lines = (Bytes, Option<i64>);

/// The pages one by one. A connection is lent for the time of a page, never while the caller reads.
/// A failure ends the stream with an error, which breaks the connection off.
fn lines(
    context: Data<Context>,
    filter: LinkFilter,
    (first, after): Lines,
) -> impl Stream<Item = AppResult<Bytes>> {
    let rest = stream::try_unfold(
        (context, filter, after),
        async |(context, filter, after)| {
            let Some(after) = after else { return Ok(None) };
            let (lines, after) = page(&context, &filter, Some(after)).await?;
            Ok(Some((lines, (context, filter, after))))
        },
    );
    stream::once(std::future::ready(Ok(first))).chain(rest)
}

async fn page(context: &Context, filter: &LinkFilter, after: Option<i64>) -> AppResult<Lines> {
    let links = model::page(&mut *context.db.pool().await?, filter, (after, PAGE)).await?;
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

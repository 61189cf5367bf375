use std::sync::atomic::AtomicBool;

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Bytes, Data, block},
};
use futures_util::{Stream, StreamExt, stream};

use super::{
    export::Document,
    filter::{ExportFilter, ImportMode},
    format::{Format, MEDIA_TYPES},
    model,
    report::Report,
    run::{Import, run},
    source::{Source, Text},
    view::ImportView,
};
use crate::{
    base::{
        answer::Answer,
        context::Context,
        db::Connection,
        deadline::LongRunning,
        error::{AppError, AppResult},
        extract::{Body, Query},
    },
    keys::{Caller, Reader, WriteTags},
    tags::{TagKind, TagView},
};

/// Largest file over HTTP, in bytes: 16 MiB. The command line takes larger ones.
const MAX_FILE: usize = 16 * 1024 * 1024;

/// Most problems that are answered.
const MAX_PROBLEMS: usize = 1000;

/// Tags that are read at once: what an export holds in memory.
const PAGE: i64 = 500;

/// Import tags
///
/// Reads a file of tags: SKOS in JSON-LD or Turtle, CSV, or lines of JSON as the export writes them. An
/// entry is about the tag of its key, else of its own identifier, such as `medtop:01000000`, else of
/// another of its identifiers, else, where it has none, of its kind and name; if there is no such tag it
/// makes one. What it says replaces, language by language and role by role; identifiers come together;
/// what it does not say stays. So a file that is imported again changes nothing.
///
/// Tags that share a name are all imported. An identifier that several entries claim goes to the active
/// one of the lowest code; one that another tag has stays there. The answer names each. What is refused
/// does not keep the rest from being imported: the answer is 200 all the same.
///
/// A file has at most 16 MiB; `dateline import tags` takes larger ones. Nothing is fetched from elsewhere: a
/// context of JSON-LD has to stand in the document. Tags are written some hundreds at a time, so a request
/// that breaks off leaves a part of them, and can be repeated.
#[utoipa::path(
    tag = "tags",
    params(ImportMode),
    request_body(content(
        (serde_json::Value = "application/ld+json", example = json!({
            "@context": {"skos": "http://www.w3.org/2004/02/skos/core#", "uri": "@id", "type": "@type", "conceptSet": "@graph",
                "prefLabel": {"@id": "skos:prefLabel", "@container": "@language"}},
            "conceptSet": [{"uri": "https://terms.example/ferries", "type": "skos:Concept",
                "prefLabel": {"en": "Ferries", "ar": "عبّارات"}}]})),
        (String = "text/turtle", example = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n<https://terms.example/quays> a skos:Concept ; skos:prefLabel \"Quays\"@en ."),
        (String = "text/csv", example = "kind,name\ntopic,Lighthouses\n"),
        (serde_json::Value = "application/x-ndjson", example = json!({"kind": "topic", "labels": {"en": {"pref": "Buoys"}}})),
    )),
    responses(
        (status = 200, description = "What became of the file", body = ImportView),
        (status = 400, description = "The document, a parameter or a header cannot be read (`malformed-document`, `invalid-parameter`, `invalid-header`)"),
        (status = 413, description = "The file has more than 16 MiB (`body-too-large`)"),
        (status = 415, description = "The file is of a type that is not read here (`unsupported-media-type`)"),
    ),
    security(("key" = [])),
)]
#[post("/v1/tags/import")]
pub async fn import_tags(
    caller: Caller<WriteTags>,
    _: LongRunning,
    context: Data<Context>,
    mode: Query<ImportMode>,
    body: Body<Bytes>,
) -> AppResult<HttpResponse> {
    let (media_type, bytes) = body.read_file(&MEDIA_TYPES, MAX_FILE).await?;
    let source = parsed(&context, media_type, bytes).await?;
    let import = Import {
        kind: mode.0.kind.unwrap_or(TagKind::Topic),
        language: &context.config.default_language,
        writer: caller.writer(&context),
        is_try: mode.0.dry_run,
        stop: &AtomicBool::new(false),
        tell: &|_| {},
    };
    let mut report = Report::keeping(MAX_PROBLEMS);
    let mut connection = context.db.pool().await?;
    run(&mut connection, &import, &source, &mut report).await?;
    Ok(Answer::private().builder().json(ImportView::from(report)))
}

/// Reads what has to be read as a whole, where it holds up nobody.
async fn parsed(context: &Context, media_type: &str, bytes: Bytes) -> AppResult<Source> {
    let format = Format::of_media_type(media_type).unwrap_or(Format::Ndjson);
    let language = context.config.default_language.clone();
    let source = block(move || Source::open(Text::Held(bytes), format, &language)).await;
    source.map_err(|fault| AppError::internal(&fault))?
}

/// Export tags
///
/// All tags but deleted ones, in the order in which they were made, as lines of JSON, CSV, or SKOS in JSON-LD
/// or Turtle, as `Accept` or `format` says. What is exported can be imported, here or elsewhere; merged and
/// former keys are not among it. An answer that breaks off, without the end that HTTP gives to a whole one,
/// is not complete.
///
/// In CSV, several values of a cell are parted by `|`, which is written `\|` inside one. In SKOS, a tag's
/// address is `urn:dateline:tag:` and its key, the same on every deployment.
#[utoipa::path(
    tag = "tags",
    params(ExportFilter),
    responses(
        (status = 200, description = "The tags", content(
            (TagView = "application/x-ndjson"), (String = "text/csv"),
            (serde_json::Value = "application/ld+json"), (String = "text/turtle"))),
        (status = 406, description = "The caller accepts none of the formats (`not-acceptable`)"),
    ),
    security((), ("key" = [])),
)]
#[get("/v1/tags/export")]
pub async fn export_tags(
    _: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    filter: Query<ExportFilter>,
) -> AppResult<HttpResponse> {
    let ExportFilter { kind, format } = filter.0;
    let format = format.map_or_else(|| Format::wanted(&request), Ok)?;
    let document = empty(&context, &request, format, kind).await?;
    let begin = document.begin()?;
    let mut export = Export {
        context: context.clone(),
        request,
        kind,
        document,
    };
    // The first page comes before the answer begins, so that its failure is an answer of its own.
    let (first, after) = export.page(0).await?;
    Ok(Answer::public(&context)
        .builder()
        .content_type(format.media_type())
        .streaming(pages(export, [begin, first].concat(), after)))
}

/// The document before the first tag. A table has to know all its columns by then.
async fn empty(
    context: &Context,
    request: &HttpRequest,
    format: Format,
    kind: Option<TagKind>,
) -> AppResult<Document> {
    let listed = async |connection: &mut Connection| model::languages(connection, kind).await;
    let languages = match format {
        Format::Csv => context.lagging(request, listed).await?,
        _ => Vec::new(),
    };
    Document::new(format, languages, context.clock.now())
}

/// An export that is being sent.
struct Export {
    context: Data<Context>,
    request: HttpRequest,
    kind: Option<TagKind>,
    document: Document,
}

impl Export {
    /// The tags behind one, and the place behind the last of them; no place behind the last page.
    async fn page(&mut self, after: i32) -> AppResult<(Vec<u8>, Option<i32>)> {
        let kind = self.kind;
        let tags = self.context.lagging(&self.request, async |connection| {
            model::page(connection, kind, (after, PAGE)).await
        });
        let tags = tags.await?;
        let is_full = i64::try_from(tags.len()).is_ok_and(|count| count == PAGE);
        let after = tags.last().map(|tag| tag.row.id).filter(|_| is_full);
        let mut bytes = self.document.page(tags)?;
        if after.is_none() {
            bytes.extend(self.document.end()?);
        }
        Ok((bytes, after))
    }
}

/// The pages one by one. A connection is lent for the time of a page, never while the caller reads.
/// A failure ends the stream with an error, which breaks the connection off.
fn pages(
    export: Export,
    first: Vec<u8>,
    after: Option<i32>,
) -> impl Stream<Item = AppResult<Bytes>> {
    let rest = stream::try_unfold((export, after), async |(mut export, after)| {
        let Some(after) = after else { return Ok(None) };
        let (bytes, after) = export.page(after).await?;
        Ok(Some((Bytes::from(bytes), (export, after))))
    });
    stream::once(std::future::ready(Ok(first.into()))).chain(rest)
}

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    base::{
        answer::Answer,
        context::Context,
        error::AppResult,
        extract::{Path, Query},
        page::{self, CountMode},
    },
    keys::{Caller, Reader},
    tags::{
        model::{self, Found, Turn, Way},
        reading::{Reading, parse},
        view::TagList,
    },
};

/// What is listed of the tags above or below one.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RelativesFilter {
    /// Items on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Adds `total`, how many tags the whole list has.
    #[param(inline)]
    pub count: Option<CountMode>,
    /// The language in which names are wanted, BCP 47; it beats `Accept-Language`.
    #[param(min_length = 2, max_length = 35)]
    pub lang: Option<String>,
}

/// List what a tag is part of
///
/// The tags above it at any distance, the nearest first: of Doha, Qatar and then the Gulf.
#[utoipa::path(
    tag = "tags",
    params(("tag" = String, Path, description = "A key `kind:slug` or an identifier `authority:id`", example = "place:port-elara"), RelativesFilter),
    responses(
        (status = 200, description = "A page of tags", body = TagList),
        (status = 308, description = "The tag has another key now"),
        (status = 410, description = "The tag was deleted (`gone`)"),
    ),
    security((), ("key" = [])),
)]
#[get("/v1/tags/{tag}/ancestors")]
pub async fn list_tag_ancestors(
    _: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    tag: Path<String>,
    filter: Query<RelativesFilter>,
) -> AppResult<HttpResponse> {
    list(&context, &request, &tag.0, Way::Up, filter.0).await
}

/// List what is part of a tag
///
/// The tags below it at any distance, the nearest first.
#[utoipa::path(
    tag = "tags",
    params(("tag" = String, Path, description = "A key `kind:slug` or an identifier `authority:id`", example = "place:port-elara"), RelativesFilter),
    responses(
        (status = 200, description = "A page of tags", body = TagList),
        (status = 308, description = "The tag has another key now"),
        (status = 410, description = "The tag was deleted (`gone`)"),
    ),
    security((), ("key" = [])),
)]
#[get("/v1/tags/{tag}/descendants")]
pub async fn list_tag_descendants(
    _: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    tag: Path<String>,
    filter: Query<RelativesFilter>,
) -> AppResult<HttpResponse> {
    list(&context, &request, &tag.0, Way::Down, filter.0).await
}

async fn list(
    context: &Context,
    request: &HttpRequest,
    tag: &str,
    way: Way,
    filter: RelativesFilter,
) -> AppResult<HttpResponse> {
    let RelativesFilter {
        limit,
        cursor,
        count,
        lang,
    } = filter;
    let reading = Reading::new(context, request, lang.as_deref())?;
    let turn = Turn {
        limit: page::limit(limit)?,
        cursor: cursor.as_deref(),
        count,
    };
    let name = parse(tag)?;
    let listed = context.lagging(request, async |connection| {
        let id = match model::find(connection, &name).await? {
            Found::Tag(tag) => tag.row.id,
            other => return Ok(Err(other)),
        };
        let page = model::relatives(connection, (id, way), &turn, &reading.preferred).await;
        page.map(Ok)
    });
    match listed.await? {
        Ok(page) => Ok(page
            .map(|tag| reading.view(tag))
            .respond(request, Answer::public(context).builder())),
        Err(other) => {
            let below = match way {
                Way::Up => "/ancestors",
                Way::Down => "/descendants",
            };
            reading.elsewhere(other, below)
        }
    }
}

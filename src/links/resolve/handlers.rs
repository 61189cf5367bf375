use actix_web::{HttpRequest, HttpResponse, post, web::Data};

use super::{
    input::ResolveShortLinks,
    view::{ResolvedShortLinks, ResolvedView},
};
use crate::{
    base::{
        answer::Answer,
        context::Context,
        error::AppResult,
        extract::{Body, NoParameters, Query},
    },
    keys::{Caller, Reader, Scope},
    links::model,
};

/// Resolve short links
///
/// Where at most 500 short links lead, without counting a visit. Everybody is told what following
/// the link would tell; callers with the scope `links:write` see the link itself too.
#[utoipa::path(
    tag = "short_links",
    request_body(content = ResolveShortLinks, example = json!({"codes": ["exmp.news/7kq3m2", "https://exmp.news/style"]})),
    responses((status = 200, description = "Where they lead, in the order asked", body = ResolvedShortLinks)),
    security((), ("key" = [])),
)]
#[post("/v1/short-links/resolve")]
pub async fn resolve_short_links(
    caller: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    _: Query<NoParameters>,
    body: Body<ResolveShortLinks>,
) -> AppResult<HttpResponse> {
    let domains = context.domains.current();
    let (asked, names) = body.read().await?.parse(&domains)?;
    let (sees_links, now) = (caller.may(Scope::WriteLinks), context.clock.now());
    let found = context.lagging(&request, async |connection| {
        model::resolve(connection, &names, now).await
    });
    let found = found.await?;
    let items = asked.into_iter().zip(names).map(|(asked, name)| {
        let name = name.map(|(domain, code)| (domain, code.as_str().to_owned()));
        let found = name.and_then(|name| found.get(&name));
        ResolvedView::new(asked, found, &domains, sees_links)
    });
    Ok(Answer::private().builder().json(ResolvedShortLinks {
        items: items.collect(),
    }))
}

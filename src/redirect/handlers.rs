use actix_web::{HttpRequest, HttpResponse, get, head, web::Data};

use super::{preview::Preview, redirector::Redirector};

/// Follow a short link
///
/// Leads a reader to the story behind a code, in any case and with whatever punctuation came along.
/// The host chooses the short domain; an unknown host gets the default one. Articles that are not
/// public, and links before their time, answer exactly as an unknown code. Of the reader's query
/// `utm_*` is passed on, or what the link says.
///
/// Readers' addresses stand apart from the API, and a browser shows their answers to no page of
/// another origin: open the address itself instead of trying it out here.
#[utoipa::path(
    tag = "redirect",
    params(("code" = String, Path, description = "The code", example = "7kq3m2")),
    responses(
        (status = 302, description = "The story's address; 307 where the deployment chose that", content_type = "text/html", body = String,
         headers(("Location" = String, description = "Absolute address of the story"),
                 ("Link" = String, description = "The story's own address, as `rel=\"canonical\"`"),
                 ("Cache-Control" = String, description = "`private, no-store`"),
                 ("X-Robots-Tag" = String, description = "`noindex`"))),
        (status = 404, description = "The code leads nowhere, or nowhere that is public. Where no link can have such a code, up to three that may have been meant are named", content_type = "text/html", body = String,
         headers(("Cache-Control" = String, description = "`no-store`, or `public, max-age=10` where no link can have such a code"),
                 ("X-Robots-Tag" = String, description = "`noindex`"))),
        (status = 410, description = "The code led somewhere and does no more; a replacement may be named", content_type = "text/html", body = String,
         headers(("Cache-Control" = String, description = "`public, max-age=60`"),
                 ("X-Robots-Tag" = String, description = "`noindex`"))),
        (status = 451, description = "What the code led to may not be shown for legal reasons", content_type = "text/html", body = String,
         headers(("Cache-Control" = String, description = "`public, max-age=60`"),
                 ("X-Robots-Tag" = String, description = "`noindex`"))),
        (status = 503, description = "The database cannot be reached", content_type = "text/html", body = String,
         headers(("Retry-After" = String, description = "Seconds"))),
    ),
)]
#[get("/{code}")]
pub async fn follow_short_link(redirector: Data<Redirector>, request: HttpRequest) -> HttpResponse {
    redirector.answer(&request).await
}

/// Probe a short link
///
/// Answers as GET does, without a body, and is never counted as a visit.
#[utoipa::path(
    tag = "redirect",
    params(("code" = String, Path, description = "The code", example = "7kq3m2")),
    responses(
        (status = 302, description = "The story's address",
         headers(("Location" = String, description = "Absolute address of the story"))),
        (status = 404, description = "The code leads nowhere, or nowhere that is public"),
        (status = 410, description = "The code led somewhere and does no more"),
        (status = 451, description = "What the code led to may not be shown for legal reasons"),
        (status = 503, description = "The database cannot be reached"),
    ),
)]
#[head("/{code}")]
pub async fn probe_short_link(redirector: Data<Redirector>, request: HttpRequest) -> HttpResponse {
    redirector.answer(&request).await
}

/// Follow a short link through a channel
///
/// As without the channel; the visit is counted under it.
#[utoipa::path(
    tag = "redirect",
    params(("code" = String, Path, description = "The code", example = "7kq3m2"),
           ("channel" = String, Path, description = "How the reader came, 1 to 12 letters", example = "print")),
    responses(
        (status = 302, description = "The story's address", content_type = "text/html", body = String,
         headers(("Location" = String, description = "Absolute address of the story"))),
        (status = 404, description = "The code leads nowhere, or nowhere that is public", content_type = "text/html", body = String),
        (status = 410, description = "The code led somewhere and does no more", content_type = "text/html", body = String),
        (status = 451, description = "What the code led to may not be shown for legal reasons", content_type = "text/html", body = String),
        (status = 503, description = "The database cannot be reached", content_type = "text/html", body = String),
    ),
)]
#[get("/{code}/{channel}")]
pub async fn follow_through_channel(
    redirector: Data<Redirector>,
    request: HttpRequest,
) -> HttpResponse {
    redirector.answer(&request).await
}

/// Preview a short link
///
/// Shows what is behind a code instead of going there: a page, or JSON for who prefers that. Not
/// counted as a visit.
#[utoipa::path(
    tag = "redirect",
    params(("code" = String, Path, description = "The code", example = "7kq3m2")),
    responses(
        (status = 200, description = "What is behind the code", content(
            (String = "text/html"), (Preview = "application/json")),
         headers(("Vary" = String, description = "`Accept`"))),
        (status = 404, description = "The code leads nowhere, or nowhere that is public", content_type = "text/html", body = String),
        (status = 410, description = "The code led somewhere and does no more", content_type = "text/html", body = String),
        (status = 451, description = "What the code led to may not be shown for legal reasons", content_type = "text/html", body = String),
        (status = 503, description = "The database cannot be reached", content_type = "text/html", body = String),
    ),
)]
#[get("/{code}+")]
pub async fn preview_short_link(
    redirector: Data<Redirector>,
    request: HttpRequest,
) -> HttpResponse {
    redirector.answer(&request).await
}

/// Draw a short link's QR code as SVG
///
/// The address in upper case, so that the code has as few modules as it can. Not counted as a visit.
#[utoipa::path(
    tag = "redirect",
    params(("code" = String, Path, description = "The code", example = "7kq3m2"),
           ("size" = Option<u32>, Query, description = "Side in pixels", minimum = 32, maximum = 2048),
           ("margin" = Option<u32>, Query, description = "Quiet zone in modules", minimum = 0, maximum = 16)),
    responses(
        (status = 200, description = "The QR code", content_type = "image/svg+xml", body = String),
        (status = 400, description = "A parameter is wrong; the page names it", content_type = "text/html", body = String),
        (status = 404, description = "The code leads nowhere, or nowhere that is public", content_type = "text/html", body = String),
        (status = 410, description = "The code led somewhere and does no more", content_type = "text/html", body = String),
        (status = 451, description = "What the code led to may not be shown for legal reasons", content_type = "text/html", body = String),
        (status = 503, description = "The database cannot be reached", content_type = "text/html", body = String),
    ),
)]
#[get("/{code}.svg")]
pub async fn draw_svg(redirector: Data<Redirector>, request: HttpRequest) -> HttpResponse {
    redirector.answer(&request).await
}

/// Draw a short link's QR code as PNG
///
/// In black and white, with sharp edges: the side is rounded down to a whole number of pixels for
/// each module. Not counted as a visit.
#[utoipa::path(
    tag = "redirect",
    params(("code" = String, Path, description = "The code", example = "7kq3m2"),
           ("size" = Option<u32>, Query, description = "Side in pixels", minimum = 32, maximum = 2048),
           ("margin" = Option<u32>, Query, description = "Quiet zone in modules", minimum = 0, maximum = 16)),
    responses(
        (status = 200, description = "The QR code", content_type = "image/png", body = Vec<u8>),
        (status = 400, description = "A parameter is wrong; the page names it", content_type = "text/html", body = String),
        (status = 404, description = "The code leads nowhere, or nowhere that is public", content_type = "text/html", body = String),
        (status = 410, description = "The code led somewhere and does no more", content_type = "text/html", body = String),
        (status = 451, description = "What the code led to may not be shown for legal reasons", content_type = "text/html", body = String),
        (status = 503, description = "The database cannot be reached", content_type = "text/html", body = String),
    ),
)]
#[get("/{code}.png")]
pub async fn draw_png(redirector: Data<Redirector>, request: HttpRequest) -> HttpResponse {
    redirector.answer(&request).await
}

/// Answers what no route of the public listener answers.
pub async fn answer_others(redirector: Data<Redirector>, request: HttpRequest) -> HttpResponse {
    redirector.answer(&request).await
}

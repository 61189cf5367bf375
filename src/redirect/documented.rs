//! What the public listener answers, as the document tells it.
//!
//! One handler answers all of it, because what people type is more than routes can say: the functions
//! of this file stand for the forms of an address, and are called by nobody.

#![expect(dead_code, reason = "the document is made of what stands above them")]

use utoipa::{IntoResponses, OpenApi};

use super::preview::Preview;

/// The paths of the public listener.
#[derive(OpenApi)]
#[openapi(paths(
    follow_short_link,
    probe_short_link,
    follow_through_channel,
    preview_short_link,
    draw_svg,
    draw_png
))]
pub struct Documented;

/// What every form of an address may be answered with instead.
#[derive(IntoResponses)]
enum Refusal {
    /// The code leads nowhere, or nowhere that is public. Where no link can have such a code, up to three that may have been meant are named
    #[response(
        status = 404, content_type = "text/html",
        headers(("Cache-Control" = String, description = "`no-store`, or `public, max-age=10` where no link can have such a code"),
                ("X-Robots-Tag" = String, description = "`noindex`")),
    )]
    Unknown(String),
    /// The code led somewhere and does no more; a replacement may be named
    #[response(
        status = 410, content_type = "text/html",
        headers(("Cache-Control" = String, description = "`public, max-age=60`"),
                ("X-Robots-Tag" = String, description = "`noindex`")),
    )]
    Gone(String),
    /// What the code led to may not be shown for legal reasons
    #[response(
        status = 451, content_type = "text/html",
        headers(("Cache-Control" = String, description = "`public, max-age=60`"),
                ("X-Robots-Tag" = String, description = "`noindex`")),
    )]
    Blocked(String),
    /// The database cannot be reached
    #[response(status = 503, content_type = "text/html", headers(("Retry-After" = String, description = "Seconds")))]
    Unavailable(String),
}

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
    get,
    path = "/{code}",
    tag = "redirect",
    params(("code" = String, Path, description = "The code", example = "7kq3m2")),
    responses(
        (status = 302, description = "The story's address; 307 where the deployment chose that", content_type = "text/html", body = String,
         headers(("Location" = String, description = "Absolute address of the story"),
                 ("Link" = String, description = "The story's own address, as `rel=\"canonical\"`"),
                 ("Cache-Control" = String, description = "`private, no-store`"),
                 ("X-Robots-Tag" = String, description = "`noindex`"))),
        Refusal,
    ),
)]
fn follow_short_link() {}

/// Probe a short link
///
/// Answers as GET does, without a body, and is never counted as a visit.
#[utoipa::path(
    head,
    path = "/{code}",
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
fn probe_short_link() {}

/// Follow a short link through a channel
///
/// As without the channel; the visit is counted under it.
#[utoipa::path(
    get,
    path = "/{code}/{channel}",
    tag = "redirect",
    params(("code" = String, Path, description = "The code", example = "7kq3m2"),
           ("channel" = String, Path, description = "How the reader came, 1 to 12 letters", example = "print")),
    responses(
        (status = 302, description = "The story's address", content_type = "text/html", body = String,
         headers(("Location" = String, description = "Absolute address of the story"))),
        Refusal,
    ),
)]
fn follow_through_channel() {}

/// Preview a short link
///
/// Shows what is behind a code instead of going there: a page, or JSON for who prefers that. Not
/// counted as a visit.
#[utoipa::path(
    get,
    path = "/{code}+",
    tag = "redirect",
    params(("code" = String, Path, description = "The code", example = "7kq3m2")),
    responses(
        (status = 200, description = "What is behind the code", content(
            (String = "text/html"), (Preview = "application/json")),
         headers(("Vary" = String, description = "`Accept`"))),
        Refusal,
    ),
)]
fn preview_short_link() {}

/// Draw a short link's QR code as SVG
///
/// The address in upper case, so that the code has as few modules as it can. Not counted as a visit.
#[utoipa::path(
    get,
    path = "/{code}.svg",
    tag = "redirect",
    params(("code" = String, Path, description = "The code", example = "7kq3m2"),
           ("size" = Option<u32>, Query, description = "Side in pixels", minimum = 32, maximum = 2048),
           ("margin" = Option<u32>, Query, description = "Quiet zone in modules", minimum = 0, maximum = 16)),
    responses(
        (status = 200, description = "The QR code", content_type = "image/svg+xml", body = String),
        (status = 400, description = "A parameter is wrong; the page names it", content_type = "text/html", body = String),
        Refusal,
    ),
)]
fn draw_svg() {}

/// Draw a short link's QR code as PNG
///
/// In black and white, with sharp edges: the side is rounded down to a whole number of pixels for
/// each module. Not counted as a visit.
#[utoipa::path(
    get,
    path = "/{code}.png",
    tag = "redirect",
    params(("code" = String, Path, description = "The code", example = "7kq3m2"),
           ("size" = Option<u32>, Query, description = "Side in pixels", minimum = 32, maximum = 2048),
           ("margin" = Option<u32>, Query, description = "Quiet zone in modules", minimum = 0, maximum = 16)),
    responses(
        (status = 200, description = "The QR code", content_type = "image/png", body = Vec<u8>),
        (status = 400, description = "A parameter is wrong; the page names it", content_type = "text/html", body = String),
        Refusal,
    ),
)]
fn draw_png() {}

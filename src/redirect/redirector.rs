//! From a request to its answer.

use std::borrow::Cow;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName},
    },
};
use chrono::{DateTime, Utc};

use super::{
    answer,
    entry::{Entry, Ready},
    forwarding::forward,
    loader::Loader,
    lookup::{Links, Wanted},
    page,
    preview::Preview,
    qr::{QrOptions, Symbol},
    typed::{Kind, Typed, TypedLink},
};
use crate::{
    base::{
        context::Context,
        logging,
        metrics::WorkerMetrics,
        short_domains::{DomainSet, ShortDomain},
    },
    codes,
    links::Standing,
    visits::{Recorder, Visitor},
};

/// Answers readers of short links: one for each worker, because each reads through a connection of
/// its own.
pub struct Redirector {
    context: Context,
    links: Links,
    loader: Loader,
    recorder: Recorder,
    metrics: WorkerMetrics,
    status: StatusCode,
    country_header: Option<HeaderName>,
}

/// A code as it was asked for.
struct Asked<'a> {
    request: &'a HttpRequest,
    domains: &'a DomainSet,
    domain: &'a ShortDomain,
    link: TypedLink<'a>,
    qr: QrOptions,
    now: DateTime<Utc>,
}

impl Redirector {
    /// A worker's own.
    pub fn new(context: Context, links: Links, recorder: Recorder, metrics: WorkerMetrics) -> Self {
        let status = StatusCode::from_u16(context.config.redirect_status);
        Self {
            status: status.unwrap_or(StatusCode::FOUND),
            country_header: context.config.country_header.clone(),
            loader: Loader::new(context.clone(), recorder.clone()),
            context,
            links,
            recorder,
            metrics,
        }
    }

    /// Answers a request of any method to any path, counts it and writes its line.
    pub async fn answer(&self, request: &HttpRequest) -> HttpResponse {
        logging::trace_reader(request, &self.metrics, self.judge(request)).await
    }

    async fn judge(&self, request: &HttpRequest) -> HttpResponse {
        match *request.method() {
            Method::GET | Method::HEAD => {}
            Method::OPTIONS => return answer::options(),
            _ => return answer::not_allowed(),
        }
        let domains = self.context.domains.current();
        let domain = named_by(&domains, request.headers());
        let link = match Typed::read(request.uri().path()) {
            Some(Typed::Link(link)) => link,
            Some(Typed::Root) => {
                let root = domain.root_url.as_deref();
                return root.map_or_else(|| answer::no_code(&[]), answer::sent_elsewhere);
            }
            None => return answer::no_code(&[]),
        };
        // Faults of the request are told before the link is looked at, whatever becomes of that.
        let qr = match link.kind {
            Kind::Svg | Kind::Png => match QrOptions::parse(request.query_string()) {
                Ok(qr) => qr,
                Err(sentence) => return answer::bad_request(&sentence),
            },
            Kind::Follow | Kind::Preview => QrOptions::default(),
        };
        let asked = Asked {
            request,
            domains: &domains,
            domain,
            link,
            qr,
            now: self.context.clock.now(),
        };
        self.answer_link(&asked).await
    }

    async fn answer_link(&self, asked: &Asked<'_>) -> HttpResponse {
        let (domain, code) = (&asked.domain.name, &*asked.link.code);
        let name = [domain, "/", code].concat();
        if let Some(entry) = self.links.hit(&name) {
            return self.answer_entry(asked, &entry);
        }
        if !codes::can_exist(code, &asked.domain.legacy_lengths) {
            return self.answer_mistyped(asked);
        }
        let wanted = Wanted {
            loader: &self.loader,
            domain,
            code,
            name: &name,
            now: asked.now,
        };
        // In a box, so that the answers out of memory need no room for it.
        match Box::pin(self.links.find(&wanted)).await {
            Ok(entry) => self.answer_entry(asked, &entry),
            Err(_) => answer::unavailable(),
        }
    }

    fn answer_entry(&self, asked: &Asked<'_>, entry: &Entry) -> HttpResponse {
        match (entry.standing(asked.now), &entry.target) {
            (Standing::Live, Some(ready)) => self.answer_found(asked, entry, ready),
            (Standing::Gone, _) => answer::gone(entry.replacement.as_deref()),
            (Standing::Blocked, _) => answer::blocked(),
            _ => answer::unknown(asked.domain.unknown_url.as_deref()),
        }
    }

    fn answer_found(&self, asked: &Asked<'_>, entry: &Entry, ready: &Ready) -> HttpResponse {
        let short_url = || {
            asked
                .domains
                .short_url(&asked.domain.name, &asked.link.code)
        };
        match asked.link.kind {
            Kind::Follow => self.follow(asked, entry, ready),
            Kind::Preview => {
                let short_url = short_url();
                let preview = Preview {
                    qr_url: format!("{short_url}.svg"),
                    target_url: ready.address.clone(),
                    short_url,
                };
                answer::preview(&preview, answer::accepts_json(asked.request))
            }
            Kind::Svg => match Symbol::of(&short_url()) {
                Ok(symbol) => answer::image("image/svg+xml", symbol.svg(asked.qr).into_bytes()),
                Err(fault) => answer::bad_request(&fault.to_string()),
            },
            Kind::Png => match Symbol::of(&short_url()).map(|symbol| symbol.png(asked.qr)) {
                Ok(Ok(image)) => answer::image("image/png", image),
                Ok(Err(fault)) => answer::bad_request(&fault.to_string()),
                Err(fault) => answer::bad_request(&fault.to_string()),
            },
        }
    }

    /// Sends the reader on, and counts the visit. Probes are no visits.
    fn follow(&self, asked: &Asked<'_>, entry: &Entry, ready: &Ready) -> HttpResponse {
        if let Some(tally) = entry
            .tally
            .as_ref()
            .filter(|_| asked.request.method() == Method::GET)
        {
            let headers = asked.request.headers();
            let visitor = Visitor::read(headers, asked.domains, self.country_header.as_ref());
            let visit = visitor.visit(asked.link.channel.as_deref(), asked.now);
            self.recorder.record(tally, visit);
        }
        let query = asked.request.query_string();
        let target = ready.location.to_str().unwrap_or_default();
        match forward(target, query, entry.forward_query) {
            Cow::Borrowed(_) => answer::found(self.status, ready, &ready.link),
            Cow::Owned(address) => {
                let longer = Ready::new(address);
                let sent = longer.as_ref().unwrap_or(ready);
                answer::found(self.status, sent, &ready.link)
            }
        }
    }

    /// A code that no link can have: names those that may have been meant, out of memory alone, and
    /// never leads there.
    fn answer_mistyped(&self, asked: &Asked<'_>) -> HttpResponse {
        let (domain, now) = (&asked.domain.name, asked.now);
        let near = codes::one_edit_away(&asked.link.code);
        let mut name = [domain, "/"].concat();
        let live = near.filter(|near| {
            name.truncate(domain.len() + 1);
            name.push_str(near.as_str());
            self.links.is_live(&name, now)
        });
        let suggestions: Vec<String> = live
            .take(page::MAX_SUGGESTIONS)
            .map(|near| asked.domains.short_url(domain, near.as_str()))
            .collect();
        match &asked.domain.unknown_url {
            Some(elsewhere) if suggestions.is_empty() => answer::sent_elsewhere(elsewhere),
            _ => answer::no_code(&suggestions),
        }
    }
}

/// The short domain that a request names by its host; the default one for a host that is none.
fn named_by<'a>(domains: &'a DomainSet, headers: &HeaderMap) -> &'a ShortDomain {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.unwrap_or_default();
    if let Some(domain) = domains.named(host) {
        return domain;
    }
    let host = host.to_ascii_lowercase();
    let host = host
        .strip_suffix(":80")
        .or_else(|| host.strip_suffix(":443"))
        .unwrap_or(&host);
    let host = host.strip_suffix('.').unwrap_or(host);
    domains
        .named(host)
        .unwrap_or_else(|| domains.default_domain())
}

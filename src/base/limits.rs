//! Who is let in, and what every answer of the API carries.
//!
//! The limits hold for what is under `/v1/`. Health, metrics and the document are answered whatever else is the case,
//! and readers of short links are not counted: thousands of them may stand behind one address.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use actix_web::{
    HttpMessage, HttpRequest, ResponseError,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap},
    middleware::Next,
    web::Data,
};
use chrono::{DateTime, Utc};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use super::{
    clock::Clock,
    config::LimitSettings,
    cors::{self, Consent},
    cut_off,
    error::{AppError, AppResult, Code},
    fallback,
    proxies::Address,
    quota::{Quota, Standing},
    security_headers,
};

/// Where the pages of the documentation are.
const DOCS: &str = "/docs/";

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct LimitLabels {
    limit: &'static str,
}

/// What can end a request, as it is counted.
const NAMES: [&str; 5] = ["header", "address", "key", "requests", "time"];

/// The limits of one instance; clones share them.
#[derive(Clone)]
pub struct Limits {
    /// Requests that are worked on.
    pub active: Gauge,
    /// Requests whose callers went away before the answer.
    pub abandoned: Counter,
    refused: Family<LimitLabels, Counter>,
    keys: Option<Arc<Quota>>,
    addresses: Option<Arc<Quota>>,
    clock: Clock,
    /// How much is allowed.
    pub settings: LimitSettings,
}

impl Limits {
    /// The limits that hold for a request, if any do.
    pub fn of(request: &ServiceRequest) -> Option<Data<Self>> {
        let is_limited = fallback::is_of_api(request.request());
        let limits = is_limited.then(|| request.app_data::<Data<Self>>());
        limits.flatten().cloned()
    }

    /// The limits that the settings name.
    pub fn new(settings: LimitSettings, clock: Clock) -> Self {
        Self {
            active: Gauge::default(),
            abandoned: Counter::default(),
            refused: Family::default(),
            keys: Quota::new("key", settings.key_requests_per_minute).map(Arc::new),
            addresses: Quota::new("address", settings.address_requests_per_minute).map(Arc::new),
            clock,
            settings,
        }
    }

    /// Adds what is counted here to the metrics.
    pub fn register(&self, registry: &mut Registry) {
        let active = "Requests of the API that are worked on";
        registry.register("http_requests_active", active, self.active.clone());
        let abandoned = "Requests whose callers went away before they were answered";
        registry.register("http_requests_abandoned", abandoned, self.abandoned.clone());
        // From the beginning, so that the first of each is seen as one more.
        for limit in NAMES {
            drop(self.refused.get_or_create(&LimitLabels { limit }));
        }
        let refused = "Requests that a limit ended";
        registry.register("http_requests_limited", refused, self.refused.clone());
    }

    /// Counts a request that a limit ended.
    pub fn count(&self, limit: &'static str) {
        self.refused.get_or_create(&LimitLabels { limit }).inc();
    }

    /// Takes one request of a key's quota. The key must have been shown to be the caller's: else anybody could use up
    /// another's.
    pub fn take_of_key(&self, request: &HttpRequest, id: &str) -> AppResult<()> {
        let Some(keys) = &self.keys else {
            return Ok(());
        };
        let taken = keys.take(id, self.clock.now());
        let standing = taken.inspect_err(|_| self.count("key"))?;
        request.extensions_mut().insert(standing);
        Ok(())
    }

    /// Takes one request of the quota of an address for a key that is not valid, so that guessing is slow. Callers without
    /// a key have a quota of their own there: they do not lock out who shows a valid one.
    pub fn take_of_guesses(&self, request: &HttpRequest) {
        if let Some(addresses) = &self.addresses {
            let address = self.address(request.peer_addr(), request.headers());
            // Whether it was the last is asked before the next.
            addresses.take((address, true), self.clock.now()).ok();
        }
    }

    fn address(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> Address {
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        self.settings.trusted_proxies.address_of(peer, headers)
    }

    /// Whether a request is let in; and how its address stands, if that is counted.
    fn admit(&self, request: &ServiceRequest) -> AppResult<Option<Standing>> {
        let most = self.settings.max_header_bytes;
        if size_of_head(request) > most {
            self.count("header");
            let detail = format!("The head of a request has at most {most} bytes here.");
            return Err(AppError::new(Code::HeaderTooLarge, detail));
        }
        let Some(addresses) = &self.addresses else {
            return Ok(None);
        };
        let address = self.address(request.peer_addr(), request.headers());
        let now: DateTime<Utc> = self.clock.now();
        let shows_key = request.headers().contains_key(header::AUTHORIZATION);
        let admitted = match shows_key {
            true => addresses.check((address, true), now).map(|()| None),
            false => addresses.take((address, false), now).map(Some),
        };
        admitted.inspect_err(|_| self.count("address"))
    }

    /// What the answer to a request says to the page that sends it, where pages of other sites may call.
    fn consent(&self, request: &ServiceRequest) -> Option<Consent> {
        let origins = self.settings.cors_origins.as_ref()?;
        Some(origins.consent(request.headers()))
    }
}

/// The bytes of the first line and of all headers, nearly as they were sent.
fn size_of_head(request: &ServiceRequest) -> usize {
    let headers = request.headers().iter();
    let sizes = headers.map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    let target = request.head().uri.path_and_query();
    target.map_or(0, |target| target.as_str().len()) + sizes.sum::<usize>()
}

/// Lets a request in or refuses it, and adds to its answer what all carry.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let Some(limits) = Limits::of(&request) else {
        let is_docs = fallback::path(request.request()).starts_with(DOCS);
        let answered = next.call(request).await;
        let answered = answered.map(ServiceResponse::map_into_left_body);
        return cut_off::amend(answered, |_, headers| {
            security_headers::write(headers, is_docs, false);
        });
    };
    let consent = limits.consent(&request);
    let (early, mut standing) = match &consent {
        // Browsers send it, not pages: it is of no quota.
        Some(consent) if cors::is_preflight(&request) => (Some(consent.preflight()), None),
        _ => match limits.admit(&request) {
            Ok(standing) => (None, standing),
            Err(refusal) => (Some(refusal.error_response()), None),
        },
    };
    let answered = match early {
        Some(early) => Ok(request.into_response(early).map_into_right_body()),
        None => (next.call(request).await).map(ServiceResponse::map_into_left_body),
    };
    cut_off::amend(answered, |request, headers| {
        security_headers::write(headers, false, consent.is_some());
        if let Some(request) = request.filter(|_| limits.keys.is_some()) {
            standing = request.extensions_mut().remove().or(standing);
        }
        if let Some(standing) = &standing {
            standing.write(headers);
        }
        if let Some(consent) = consent {
            consent.write(headers);
        }
    })
}

//! What one caller can take of the service, and for how long.

use std::time::Duration;

use super::Source;
use crate::base::{cors::Origins, proxies::Proxies};

/// The limits of requests and connections. That of bodies, `MAX_BODY_BYTES`, is beside the other settings.
#[derive(Clone, Debug)]
pub struct LimitSettings {
    /// The sites whose pages may call from a browser.
    pub cors_origins: Option<Origins>,
    /// Largest head of a request, in bytes.
    pub max_header_bytes: usize,
    /// How long the head of a connection's first request may take to arrive.
    pub header_timeout: Duration,
    /// How long `max_body_bytes` of a body may take to arrive.
    pub body_timeout: Duration,
    /// How long a caller may leave what is sent to it unread.
    pub send_timeout: Duration,
    /// How long a request may take until its answer begins.
    pub request_timeout: Duration,
    /// The same for operations that work on much at once.
    pub long_request_timeout: Duration,
    /// How many requests of the API are worked on at once.
    pub max_requests: u32,
    /// How many connections each listener keeps open.
    pub max_connections: usize,
    /// How many connections of each listener may wait to be accepted.
    pub listen_backlog: u16,
    /// How long a connection without a request stays open.
    pub keep_alive: Duration,
    /// How many requests a key may send in a minute; 0 is any number.
    pub key_requests_per_minute: u32,
    /// How many requests without a valid key an address may send in a minute; 0 is any number.
    pub address_requests_per_minute: u32,
    /// Who is believed about the address of a caller.
    pub trusted_proxies: Proxies,
}

impl LimitSettings {
    pub(super) fn read<L: Fn(&str) -> Option<String>>(source: &mut Source<L>) -> Self {
        Self {
            cors_origins: source.parsed("CORS_ORIGINS"),
            max_header_bytes: source.at_least("MAX_HEADER_BYTES", 1024),
            header_timeout: Duration::from_millis(source.at_least("HEADER_TIMEOUT_MS", 1)),
            body_timeout: Duration::from_millis(source.at_least("BODY_TIMEOUT_MS", 1)),
            send_timeout: Duration::from_millis(source.at_least("SEND_TIMEOUT_MS", 1)),
            request_timeout: Duration::from_millis(source.at_least("REQUEST_TIMEOUT_MS", 1)),
            long_request_timeout: Duration::from_millis(
                source.at_least("LONG_REQUEST_TIMEOUT_MS", 1),
            ),
            max_requests: source.at_least("MAX_REQUESTS", 1),
            max_connections: source.at_least("MAX_CONNECTIONS", 1),
            listen_backlog: source.at_least("LISTEN_BACKLOG", 1),
            keep_alive: Duration::from_secs(source.at_least("KEEP_ALIVE_S", 1)),
            key_requests_per_minute: source.required("KEY_REQUESTS_PER_MINUTE"),
            address_requests_per_minute: source.required("ADDRESS_REQUESTS_PER_MINUTE"),
            trusted_proxies: source.parsed("TRUSTED_PROXIES").unwrap_or_default(),
        }
    }
}

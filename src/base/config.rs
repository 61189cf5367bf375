//! Settings, read once from variables.

mod limits;

use std::{fmt, net::SocketAddr, path::PathBuf, str::FromStr, time::Duration};

use actix_web::http::header::HeaderName;

pub use limits::LimitSettings;

use super::{
    language::Language,
    short_domains::{DomainSet, ShortDomain, ShortDomains},
    url::HttpUrl,
};

/// One setting: its variable, its default and what it does. The README's table and `.env.sample`
/// are held against this list by `tests/house.rs`.
pub struct Variable {
    /// Name of the environment variable.
    pub name: &'static str,
    /// Value that holds when the variable is absent or empty; `None` where absence has a meaning of its own.
    pub default: Option<&'static str>,
}

const fn variable(name: &'static str, default: &'static str) -> Variable {
    Variable {
        name,
        default: Some(default),
    }
}

/// Every variable that the service reads.
pub const VARIABLES: &[Variable] = &[
    Variable {
        name: "DATABASE_URL",
        default: None,
    },
    Variable {
        name: "DATABASE_READ_URL",
        default: None,
    },
    variable("STANDBY_MAX_LAG_S", "10"),
    variable("DATA_DIR", "data"),
    Variable {
        name: "POSTGRES_BIN",
        default: None,
    },
    variable("API_LISTEN", "127.0.0.1:8080"),
    variable("PUBLIC_LISTEN", "127.0.0.1:8081"),
    variable("SHORT_BASE_URLS", "http://localhost:8081"),
    variable("PUBLIC_READ", "true"),
    variable("REQUIRE_IF_MATCH", "false"),
    variable("DEFAULT_LANGUAGE", "en"),
    variable("CACHE_MAX_AGE_S", "15"),
    variable("CACHE_STALE_S", "60"),
    Variable {
        name: "CORS_ORIGINS",
        default: None,
    },
    variable("MAX_BODY_BYTES", "2097152"),
    variable("MAX_HEADER_BYTES", "16384"),
    variable("HEADER_TIMEOUT_MS", "5000"),
    variable("BODY_TIMEOUT_MS", "15000"),
    variable("SEND_TIMEOUT_MS", "30000"),
    variable("REQUEST_TIMEOUT_MS", "30000"),
    variable("LONG_REQUEST_TIMEOUT_MS", "300000"),
    variable("MAX_REQUESTS", "1024"),
    variable("MAX_CONNECTIONS", "10000"),
    variable("LISTEN_BACKLOG", "1024"),
    variable("KEEP_ALIVE_S", "75"),
    variable("KEY_REQUESTS_PER_MINUTE", "0"),
    variable("ADDRESS_REQUESTS_PER_MINUTE", "0"),
    Variable {
        name: "TRUSTED_PROXIES",
        default: None,
    },
    variable("DATABASE_POOL_SIZE", "8"),
    variable("DATABASE_WAIT_MS", "2000"),
    variable("STATEMENT_TIMEOUT_MS", "5000"),
    variable("MIGRATE_ON_START", "true"),
    variable("SETTLE_INTERVAL_MS", "1000"),
    variable("IDEMPOTENCY_KEEP_S", "86400"),
    variable("REDIRECT_STATUS", "302"),
    variable("ANSWER_CACHE_BYTES", "33554432"),
    variable("LINK_CACHE_BYTES", "67108864"),
    variable("LINK_ABSENT_S", "10"),
    variable("CACHE_GRACE_S", "300"),
    variable("LOOKUP_TIMEOUT_MS", "1000"),
    variable("VISIT_FLUSH_MS", "1000"),
    variable("VISIT_QUEUE_SIZE", "65536"),
    variable("VISIT_DETAIL_DAYS", "30"),
    Variable {
        name: "COUNTRY_HEADER",
        default: None,
    },
    variable("WORKERS", "0"),
    variable("SHUTDOWN_TIMEOUT_S", "20"),
    variable("RUST_LOG", "info,actix_server=warn,tokio_postgres=warn"),
];

/// The service's settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// The Postgres to use; `None` starts a private one.
    pub database_url: Option<Secret>,
    /// Its hot standbys, for reads that may lag.
    pub database_read_urls: Vec<Secret>,
    /// How old what is read from a standby may be.
    pub standby_max_lag: Duration,
    /// Folder of the private Postgres.
    pub data_dir: PathBuf,
    /// Folder of `initdb` and `postgres`, when it is not found by itself.
    pub postgres_bin: Option<PathBuf>,
    /// Where the API listens.
    pub api_listen: SocketAddr,
    /// Where short links are followed.
    pub public_listen: SocketAddr,
    /// Base addresses of the short domains that a database without any gets; the first is the default.
    pub short_base_urls: Vec<ShortBase>,
    /// Whether live content is readable without a key.
    pub public_read: bool,
    /// Whether a write of something that exists must carry `If-Match`.
    pub require_if_match: bool,
    /// Language of an article that names none.
    pub default_language: String,
    /// How long a public answer may be reused, in seconds.
    pub cache_max_age_s: u32,
    /// How long a public answer may be reused while a fresh one is fetched, in seconds.
    pub cache_stale_s: u32,
    /// Largest request body, in bytes.
    pub max_body_bytes: usize,
    /// What one caller can take of the service, and for how long.
    pub limits: LimitSettings,
    /// Connections for transactions and for lists.
    pub database_pool_size: usize,
    /// How long a request waits for a connection.
    pub database_wait: Duration,
    /// How long Postgres works on one statement before it gives up.
    pub statement_timeout: Duration,
    /// Whether `serve` migrates the database before it answers.
    pub migrate_on_start: bool,
    /// How often schedules, embargoes and expiries are settled in the kept counts.
    pub settle_interval: Duration,
    /// For how long it is known what was answered to a request with an `Idempotency-Key`.
    pub idempotency_keep: Duration,
    /// Status of a redirect: 302 or 307.
    pub redirect_status: u16,
    /// Memory for finished answers, in bytes.
    pub answer_cache_bytes: u64,
    /// Memory for short links, in bytes.
    pub link_cache_bytes: u64,
    /// How long an unknown code is remembered.
    pub link_absent: Duration,
    /// For how long short links are followed out of memory while the database cannot be reached.
    pub cache_grace: Duration,
    /// How long a reader waits for the database.
    pub lookup_timeout: Duration,
    /// How often visits are written.
    pub visit_flush: Duration,
    /// How many single visits may wait to be written.
    pub visit_queue_size: usize,
    /// For how many days single visits are kept.
    pub visit_detail_days: u32,
    /// The header in which a trusted proxy names the reader's country.
    pub country_header: Option<HeaderName>,
    /// Threads that answer requests on each listener; 0 is one per core.
    pub workers: usize,
    /// How long requests in flight may take to finish when the service stops, in seconds.
    pub shutdown_timeout_s: u64,
}

/// A value that is never printed.
#[derive(Clone)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// A short domain: its base address as it is printed, and the host that requests name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortBase {
    /// Host, with its port where that is not the default: the domain's name in the API.
    pub domain: String,
    /// Base address without a slash at the end.
    pub base_url: String,
}

/// Everything that is wrong with the settings, each fault naming its variable.
#[derive(Debug, thiserror::Error)]
#[error("the settings are wrong:\n{}", .0.join("\n"))]
pub struct ConfigFaults(pub Vec<String>);

impl Config {
    /// Reads the settings from the process's environment.
    pub fn from_env() -> Result<Self, ConfigFaults> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads the settings from a look-up, reporting all faults together.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigFaults> {
        let mut source = Source {
            lookup,
            faults: Vec::new(),
        };
        let config = Self {
            database_url: source.optional("DATABASE_URL").map(Secret),
            database_read_urls: source.addresses("DATABASE_READ_URL"),
            standby_max_lag: Duration::from_secs(source.at_least("STANDBY_MAX_LAG_S", 1)),
            data_dir: source.required("DATA_DIR"),
            postgres_bin: source.optional("POSTGRES_BIN").map(PathBuf::from),
            api_listen: source.required("API_LISTEN"),
            public_listen: source.required("PUBLIC_LISTEN"),
            short_base_urls: source.short_bases("SHORT_BASE_URLS"),
            public_read: source.required("PUBLIC_READ"),
            require_if_match: source.required("REQUIRE_IF_MATCH"),
            default_language: source.language("DEFAULT_LANGUAGE"),
            cache_max_age_s: source.required("CACHE_MAX_AGE_S"),
            cache_stale_s: source.required("CACHE_STALE_S"),
            max_body_bytes: source.at_least("MAX_BODY_BYTES", 1024),
            limits: LimitSettings::read(&mut source),
            database_pool_size: source.at_least("DATABASE_POOL_SIZE", 1),
            database_wait: Duration::from_millis(source.at_least("DATABASE_WAIT_MS", 1)),
            statement_timeout: Duration::from_millis(source.at_least("STATEMENT_TIMEOUT_MS", 1)),
            migrate_on_start: source.required("MIGRATE_ON_START"),
            settle_interval: Duration::from_millis(source.at_least("SETTLE_INTERVAL_MS", 10)),
            idempotency_keep: Duration::from_secs(source.at_least("IDEMPOTENCY_KEEP_S", 1)),
            redirect_status: source.redirect_status("REDIRECT_STATUS"),
            answer_cache_bytes: source.at_least("ANSWER_CACHE_BYTES", 0),
            link_cache_bytes: source.at_least("LINK_CACHE_BYTES", 0),
            link_absent: Duration::from_secs(source.required("LINK_ABSENT_S")),
            cache_grace: Duration::from_secs(source.required("CACHE_GRACE_S")),
            lookup_timeout: Duration::from_millis(source.at_least("LOOKUP_TIMEOUT_MS", 1)),
            visit_flush: Duration::from_millis(source.at_least("VISIT_FLUSH_MS", 10)),
            visit_queue_size: source.at_least("VISIT_QUEUE_SIZE", 1),
            visit_detail_days: source.at_least("VISIT_DETAIL_DAYS", 1),
            country_header: source.parsed("COUNTRY_HEADER"),
            workers: source.required("WORKERS"),
            shutdown_timeout_s: source.required("SHUTDOWN_TIMEOUT_S"),
        };
        source.check().map(|()| config)
    }

    /// Threads that answer requests on each listener.
    pub fn threads(&self) -> std::io::Result<usize> {
        match self.workers {
            0 => std::thread::available_parallelism().map(usize::from),
            threads => Ok(threads),
        }
    }

    /// The short domains that the settings name.
    pub fn short_domains(&self) -> ShortDomains {
        let bases = self.short_base_urls.iter();
        let mut domains = bases.map(|base| ShortDomain::new(&base.domain, &base.base_url));
        let default = domains.next().unwrap_or_else(|| ShortDomain::new("", ""));
        ShortDomains::new(DomainSet::new(default, domains.collect()))
    }
}

struct Source<L> {
    lookup: L,
    faults: Vec<String>,
}

impl<L: Fn(&str) -> Option<String>> Source<L> {
    fn check(self) -> Result<(), ConfigFaults> {
        match self.faults.as_slice() {
            [] => Ok(()),
            _ => Err(ConfigFaults(self.faults)),
        }
    }

    fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.trim().is_empty())
    }

    fn raw(&self, name: &str) -> String {
        let default = VARIABLES
            .iter()
            .find(|variable| variable.name == name)
            .and_then(|variable| variable.default);
        self.optional(name)
            .unwrap_or_else(|| default.unwrap_or_default().to_owned())
    }

    fn required<T: FromStr + FallBack>(&mut self, name: &str) -> T
    where
        T::Err: fmt::Display,
    {
        let raw = self.raw(name);
        raw.trim().parse().unwrap_or_else(|fault| {
            self.faults.push(format!("{name}={raw}: {fault}"));
            T::fall_back()
        })
    }

    fn at_least<T: FromStr + FallBack + PartialOrd + fmt::Display + Copy>(
        &mut self,
        name: &str,
        least: T,
    ) -> T
    where
        T::Err: fmt::Display,
    {
        let before = self.faults.len();
        let value = self.required(name);
        if value < least && self.faults.len() == before {
            self.faults
                .push(format!("{name}={value}: must be at least {least}"));
        }
        value
    }

    /// Addresses of Postgres, separated by commas; one may name several hosts, with commas of its own.
    fn addresses(&self, name: &str) -> Vec<Secret> {
        let raw = self.optional(name).unwrap_or_default();
        let mut addresses: Vec<String> = Vec::new();
        for part in raw.split(',') {
            match addresses.last_mut() {
                Some(last) if !part.contains("://") => last.extend([",", part]),
                _ => addresses.push(part.trim().to_owned()),
            }
        }
        addresses.retain(|address| !address.is_empty());
        addresses.into_iter().map(Secret).collect()
    }

    /// The value of a variable whose absence has a meaning of its own.
    fn parsed<T: FromStr>(&mut self, name: &str) -> Option<T>
    where
        T::Err: fmt::Display,
    {
        let raw = self.optional(name)?;
        let parsed = raw.trim().parse();
        parsed
            .map_err(|fault| self.faults.push(format!("{name}={raw}: {fault}")))
            .ok()
    }

    fn redirect_status(&mut self, name: &str) -> u16 {
        match self.required(name) {
            status @ (302 | 307) => status,
            // Browsers keep the permanent ones for good: they lose visits and freeze targets.
            other => {
                self.faults
                    .push(format!("{name}={other}: must be 302 or 307"));
                302
            }
        }
    }

    fn language(&mut self, name: &str) -> String {
        let raw = self.raw(name);
        match Language::parse(&raw) {
            Ok(language) => language.into_string(),
            Err(fault) => {
                self.faults.push(format!("{name}={raw}: {fault}"));
                raw
            }
        }
    }

    fn short_bases(&mut self, name: &str) -> Vec<ShortBase> {
        let raw = self.raw(name);
        let mut bases: Vec<ShortBase> = Vec::new();
        for address in raw
            .split(',')
            .map(str::trim)
            .filter(|address| !address.is_empty())
        {
            match ShortBase::parse(address) {
                Ok(base) if bases.iter().any(|other| other.domain == base.domain) => {
                    self.faults
                        .push(format!("{name}: {} is named twice", base.domain));
                }
                Ok(base) => bases.push(base),
                Err(fault) => self.faults.push(format!("{name}: {address} {fault}")),
            }
        }
        if bases.is_empty() && self.faults.is_empty() {
            self.faults
                .push(format!("{name}: must name at least one address"));
        }
        bases
    }
}

impl ShortBase {
    /// Reads the base address of a short domain: a scheme and a host.
    pub fn parse(address: &str) -> Result<Self, String> {
        let url = HttpUrl::parse(address)?;
        let base_url = url.encoded().trim_end_matches('/').to_owned();
        let domain = url.authority();
        match base_url.split_once("://") {
            Some((_, rest)) if rest == domain => Ok(Self { domain, base_url }),
            _ => Err("must be a scheme and a host, without a path".to_owned()),
        }
    }
}

/// What stands in for a value that could not be read, until all faults are reported.
trait FallBack {
    fn fall_back() -> Self;
}

macro_rules! fall_back_to_default {
    ($($type:ty),+) => { $(impl FallBack for $type { fn fall_back() -> Self { Self::default() } })+ };
}
fall_back_to_default!(bool, u16, u32, u64, usize, PathBuf);

impl FallBack for SocketAddr {
    fn fall_back() -> Self {
        Self::from(([127, 0, 0, 1], 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_are_reported_together() {
        let faults = Config::read(|name| match name {
            "API_LISTEN" => Some("nowhere".to_owned()),
            "PUBLIC_READ" => Some("perhaps".to_owned()),
            "DATABASE_POOL_SIZE" => Some("0".to_owned()),
            "SHORT_BASE_URLS" => Some("https://a.example/path".to_owned()),
            _ => None,
        })
        .unwrap_err();

        let named = [
            "API_LISTEN",
            "PUBLIC_READ",
            "DATABASE_POOL_SIZE",
            "SHORT_BASE_URLS",
        ];
        assert_eq!(faults.0.len(), named.len(), "{faults}");
        assert!(
            named.iter().all(|name| faults.to_string().contains(name)),
            "{faults}"
        );
    }

    #[test]
    fn the_defaults_are_sound() {
        let config = Config::read(|_| None).unwrap();
        let domains = config.short_domains();
        assert_eq!(domains.current().default_domain().name, "localhost:8081");
    }
}

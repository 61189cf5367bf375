//! Counters for Prometheus. Labels are route templates, methods and statuses: never an id, a code
//! or anything else that a caller chooses.

use std::{cell::RefCell, collections::HashSet};

use actix_web::{http::Method, web::Data};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

use super::db::PoolState;

/// Upper bounds of the latency histogram, in seconds.
const BUCKETS: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabels {
    method: String,
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

/// What the service counts about itself.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    latency: Family<RouteLabels, Histogram>,
    pool_size: Gauge,
    pool_idle: Gauge,
    pool_waiting: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::with(|_| {})
    }
}

impl Metrics {
    /// The service's metrics, and those that slices add to them.
    pub fn with(register: impl FnOnce(&mut Registry)) -> Self {
        let mut registry = Registry::with_prefix("dateline");
        register(&mut registry);
        let requests = Family::default();
        let latency =
            Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        let (pool_size, pool_idle, pool_waiting) =
            (Gauge::default(), Gauge::default(), Gauge::default());
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "Time from the request's headers to the answer's",
            Unit::Seconds,
            latency.clone(),
        );
        registry.register(
            "database_pool_connections",
            "Open connections of the pool",
            pool_size.clone(),
        );
        registry.register(
            "database_pool_idle_connections",
            "Connections that nobody uses",
            pool_idle.clone(),
        );
        registry.register(
            "database_pool_waiting_requests",
            "Requests that wait for a connection",
            pool_waiting.clone(),
        );
        Self {
            registry,
            requests,
            latency,
            pool_size,
            pool_idle,
            pool_waiting,
        }
    }
}

impl Metrics {
    /// Counts an answered request.
    pub fn observe(&self, method: &str, route: &str, status: u16, seconds: f64) {
        self.series(method, route, status).observe(seconds);
    }

    /// The counters of the answers of one kind, for who counts them often.
    fn series(&self, method: &str, route: &str, status: u16) -> Series {
        let (method, route) = (known(method).to_owned(), route.to_owned());
        Series {
            requests: self.requests.get_or_create_owned(&RequestLabels {
                method: method.clone(),
                route: route.clone(),
                status,
            }),
            latency: self
                .latency
                .get_or_create_owned(&RouteLabels { method, route }),
        }
    }

    /// Everything in the OpenMetrics text format.
    pub fn render(&self, pool: PoolState) -> Result<String, std::fmt::Error> {
        self.pool_size
            .set(i64::try_from(pool.size).unwrap_or(i64::MAX));
        self.pool_idle
            .set(i64::try_from(pool.idle).unwrap_or(i64::MAX));
        self.pool_waiting
            .set(i64::try_from(pool.waiting).unwrap_or(i64::MAX));
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// The older text format, 0.0.4, of what is in OpenMetrics: a counter is described under the name of its
/// samples, and there are neither units nor an end.
pub fn classic(text: &str) -> String {
    let counters: HashSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" counter"))
        .collect();
    let mut classic = String::with_capacity(text.len());
    for line in text.lines() {
        let mut words = line.splitn(4, ' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some("EOF" | "UNIT"), ..) => continue,
            (Some("#"), Some(what), Some(name), Some(rest)) if counters.contains(name) => {
                classic.push_str(&format!("# {what} {name}_total {rest}"));
            }
            _ => classic.push_str(line),
        }
        classic.push('\n');
    }
    classic
}

/// A method as a label: one that HTTP does not know is the caller's invention.
fn known(method: &str) -> &str {
    if KNOWN_METHODS.contains(&method) {
        method
    } else {
        "other"
    }
}

/// The counters of the answers of one kind.
#[derive(Clone)]
struct Series {
    requests: Counter,
    latency: Histogram,
}

impl Series {
    fn observe(&self, seconds: f64) {
        self.latency.observe(seconds);
        self.requests.inc();
    }
}

/// Counts the answers of one route for one worker, which finds its counters again without a look at
/// their labels.
pub struct RouteMetrics {
    metrics: Data<Metrics>,
    route: &'static str,
    series: RefCell<Vec<(Method, u16, Series)>>,
}

impl RouteMetrics {
    /// Nothing counted yet.
    pub fn new(metrics: Data<Metrics>, route: &'static str) -> Self {
        Self {
            metrics,
            route,
            series: RefCell::default(),
        }
    }

    /// Counts an answered request.
    pub fn observe(&self, method: &Method, status: u16, seconds: f64) {
        let mut known = self.series.borrow_mut();
        let found = known
            .iter()
            .find(|(its, of, _)| *of == status && its == method);
        if let Some((_, _, series)) = found {
            return series.observe(seconds);
        }
        let series = self.metrics.series(method.as_str(), self.route, status);
        series.observe(seconds);
        // Methods that HTTP does not know could be any number.
        if KNOWN_METHODS.contains(&method.as_str()) {
            known.push((method.clone(), status, series));
        }
    }
}

const KNOWN_METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

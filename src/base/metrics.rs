//! Counters for Prometheus. Labels are route templates, methods and statuses: never an id, a code
//! or anything else that a caller chooses.

use std::{cell::RefCell, collections::HashMap};

use actix_web::{http::Method, web::Data};
use foldhash::fast::RandomState;
use prometheus_client::{
    encoding::{
        EncodeLabelSet,
        text::{encode_eof, encode_registry},
    },
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};

use super::{coherence::Coherence, db::PoolState, process};

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
    process: Registry,
    requests: Family<RequestLabels, Counter>,
    latency: Family<RouteLabels, Histogram>,
    gauges: Gauges,
}

/// What is looked up whenever somebody asks.
struct Gauges {
    pool_size: Gauge,
    pool_idle: Gauge,
    pool_waiting: Gauge,
    listening: Gauge,
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
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "Which version this is", version);
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "Time from the request's headers to the answer's",
            Unit::Seconds,
            latency.clone(),
        );
        Self {
            gauges: Gauges::register(&mut registry),
            registry,
            process: process::registry(),
            requests,
            latency,
        }
    }
}

impl Gauges {
    fn register(registry: &mut Registry) -> Self {
        let mut gauge = |name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        Self {
            pool_size: gauge("database_pool_connections", "Open connections of the pool"),
            pool_idle: gauge(
                "database_pool_idle_connections",
                "Connections that nobody uses",
            ),
            pool_waiting: gauge(
                "database_pool_waiting_requests",
                "Requests that wait for a connection",
            ),
            listening: gauge(
                "listening",
                "1 while notices of changes arrive, so that caches can be trusted",
            ),
        }
    }

    fn set(&self, pool: PoolState, coherence: &Coherence) {
        let number = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
        self.pool_size.set(number(pool.size));
        self.pool_idle.set(number(pool.idle));
        self.pool_waiting.set(number(pool.waiting));
        self.listening.set(coherence.is_listening().into());
    }
}

impl Metrics {
    /// The counters of the answers of one kind.
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
    pub fn render(
        &self,
        pool: PoolState,
        coherence: &Coherence,
    ) -> Result<String, std::fmt::Error> {
        self.gauges.set(pool, coherence);
        let mut text = String::new();
        encode_registry(&mut text, &self.registry)?;
        encode_registry(&mut text, &self.process)?;
        encode_eof(&mut text)?;
        Ok(text)
    }
}

/// The older text format, 0.0.4, of what is in OpenMetrics: a counter and what only tells something are
/// described under the name of their samples, the latter as a gauge, and there are neither units nor an end.
pub fn classic(text: &str) -> String {
    let types = text.lines().filter_map(|line| {
        let (name, kind) = line.strip_prefix("# TYPE ")?.split_once(' ')?;
        let end = match kind {
            "counter" => "_total",
            "info" => "_info",
            _ => return None,
        };
        Some((name, end))
    });
    let ends: HashMap<&str, &str> = types.collect();
    let mut classic = String::with_capacity(text.len());
    for line in text.lines() {
        let mut words = line.splitn(4, ' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some("EOF" | "UNIT"), ..) => continue,
            (Some("#"), Some(what), Some(name), Some(rest)) => {
                let end = ends.get(name).copied().unwrap_or_default();
                let rest = if (what, rest) == ("TYPE", "info") {
                    "gauge"
                } else {
                    rest
                };
                classic.push_str(&format!("# {what} {name}{end} {rest}"));
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

/// Counts answers for one worker, which finds its counters again without a look at their labels.
pub struct WorkerMetrics {
    metrics: Data<Metrics>,
    /// By route: there are as many as operations.
    series: RefCell<HashMap<String, OfRoute, RandomState>>,
}

/// The counters of a route, by method and status.
type OfRoute = Vec<(Method, u16, Series)>;

impl WorkerMetrics {
    /// Nothing counted yet.
    pub fn new(metrics: Data<Metrics>) -> Self {
        Self {
            metrics,
            series: RefCell::default(),
        }
    }

    /// Counts an answered request.
    pub fn observe(&self, method: &Method, route: &str, status: u16, seconds: f64) {
        let mut known = self.series.borrow_mut();
        let of_route = known.get(route).into_iter().flatten();
        let mut of_route = of_route.filter(|(its, of, _)| *of == status && its == method);
        if let Some((_, _, series)) = of_route.next() {
            return series.observe(seconds);
        }
        let series = self.metrics.series(method.as_str(), route, status);
        series.observe(seconds);
        // Methods that HTTP does not know could be any number.
        if KNOWN_METHODS.contains(&method.as_str()) {
            let of_route = known.entry(route.to_owned()).or_default();
            of_route.push((method.clone(), status, series));
        }
    }
}

const KNOWN_METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

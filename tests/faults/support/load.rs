//! Readers who follow links, and what they saw

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use reqwest::redirect::Policy;
use tokio::task::JoinSet;

/// A browser of a person.
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// How many readers there are at a time, each on a connection that is kept.
const READERS: usize = 8;

/// What each of them waits for before the next link: enough for a steady load that leaves a small
/// machine room for Postgres.
const PAUSE: Duration = Duration::from_millis(4);

/// How long a reader waits for an answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// What readers saw.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// When each 302 had arrived as a whole, in this order, and how long it took.
    pub found: Vec<(Instant, Duration)>,
    /// Answers of other statuses.
    pub others: BTreeMap<u16, i64>,
    /// Requests whose answer never arrived: they may have been counted, or not.
    pub unanswered: i64,
    /// Connections that nobody took: these requests were never sent.
    pub refused: i64,
}

impl Seen {
    /// Visits that were answered.
    pub fn visits(&self) -> i64 {
        i64::try_from(self.found.len()).expect("a number")
    }

    /// Visits that were answered before a moment.
    pub fn visits_before(&self, moment: Instant) -> i64 {
        let before = self.found.partition_point(|(at, _)| *at < moment);
        i64::try_from(before).expect("a number")
    }

    /// The fewest 302 of the whole seconds between two moments.
    pub fn fewest_in_a_second(&self, from: Instant, to: Instant) -> i64 {
        let second = Duration::from_secs(1);
        let begins = std::iter::successors(Some(from), |at| Some(*at + second));
        let begins = begins.take_while(|at| *at + second <= to);
        let counts = begins.map(|at| self.visits_before(at + second) - self.visits_before(at));
        counts.min().unwrap_or_default()
    }

    /// The slowest 302 of those that arrived after a moment.
    pub fn slowest_since(&self, moment: Instant) -> Duration {
        let since = self.found.iter().filter(|(at, _)| *at >= moment);
        since.map(|(_, took)| *took).max().unwrap_or_default()
    }
}

/// Load that runs until it is stopped.
pub struct Load {
    seen: Arc<Mutex<Seen>>,
    is_over: Arc<AtomicBool>,
    readers: JoinSet<()>,
}

impl Load {
    /// Follows these links in turn, at whichever address `public` names.
    pub fn start(public: &str, codes: &[String]) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let is_over = Arc::new(AtomicBool::new(false));
        let client = client();
        let mut readers = JoinSet::new();
        for reader in 0..READERS {
            let (seen, is_over) = (Arc::clone(&seen), Arc::clone(&is_over));
            let (client, public, codes) = (client.clone(), public.to_owned(), codes.to_owned());
            readers.spawn(async move {
                for turn in reader.. {
                    if is_over.load(Relaxed) {
                        break;
                    }
                    let code = &codes[turn % codes.len()];
                    follow(&client, &format!("http://{public}/{code}"), &seen).await;
                    tokio::time::sleep(PAUSE).await;
                }
            });
        }
        Self {
            seen,
            is_over,
            readers,
        }
    }

    /// What was seen until now.
    pub fn so_far(&self) -> Seen {
        self.seen.lock().expect("what was seen").clone()
    }

    /// Waits until so many visits more were answered, which shows that the load runs.
    pub async fn visits(&self, more: i64) {
        let enough = self.so_far().visits() + more;
        super::until("visits", async || self.so_far().visits() >= enough).await;
    }

    /// What was seen until the end: no request is left without an end.
    pub async fn stop(mut self) -> Seen {
        self.is_over.store(true, Relaxed);
        while let Some(ended) = self.readers.join_next().await {
            ended.expect("a reader who comes to an end");
        }
        self.so_far()
    }
}

/// A client that follows nothing by itself.
pub fn client() -> reqwest::Client {
    let client = reqwest::Client::builder()
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .user_agent(BROWSER)
        .no_proxy()
        .timeout(PATIENCE);
    client.build().expect("a client")
}

async fn follow(client: &reqwest::Client, address: &str, seen: &Mutex<Seen>) {
    let begun = Instant::now();
    let answer = async {
        let response = client.get(address).send().await?;
        let status = response.status().as_u16();
        response.bytes().await.map(|_| status)
    };
    let answer = answer.await;
    let mut seen = seen.lock().expect("what was seen");
    match answer {
        Ok(302) => {
            let now = Instant::now();
            seen.found.push((now, now - begun));
        }
        Ok(status) => *seen.others.entry(status).or_default() += 1,
        Err(fault) if fault.is_connect() => seen.refused += 1,
        Err(_) => seen.unanswered += 1,
    }
}

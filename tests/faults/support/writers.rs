//! Writers of the API, and what they were told

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;

use super::{Api, Ledger, Making, Written, until};

/// How many writers there are at a time.
const WRITERS: usize = 8;

/// What each of them waits for before the next write.
const PAUSE: Duration = Duration::from_millis(5);

/// What one waits for who was refused or heard nothing.
const REST: Duration = Duration::from_millis(300);

/// Writers who make stories and links, change the stories and file them, until they are stopped.
pub struct Writers {
    ledger: Arc<Mutex<Ledger>>,
    is_over: Arc<AtomicBool>,
    writers: JoinSet<()>,
}

impl Writers {
    /// Writes through this caller; what is made has names that begin with this one.
    pub fn start(api: &Api, name: &str) -> Self {
        let ledger = Arc::new(Mutex::new(Ledger::of(name)));
        let is_over = Arc::new(AtomicBool::new(false));
        let mut writers = JoinSet::new();
        for number in 0..WRITERS {
            let writer = Writer {
                api: api.clone(),
                ledger: Arc::clone(&ledger),
                name: format!("{name}-{number}"),
            };
            let is_over = Arc::clone(&is_over);
            writers.spawn(async move {
                for turn in 0_usize.. {
                    if is_over.load(Relaxed) {
                        break;
                    }
                    let is_made = writer.write(turn).await;
                    tokio::time::sleep(if is_made { PAUSE } else { REST }).await;
                }
            });
        }
        Self {
            ledger,
            is_over,
            writers,
        }
    }

    /// What was told until now.
    pub fn so_far(&self) -> Ledger {
        self.ledger.lock().expect("a ledger").clone()
    }

    /// Waits until so many writes more were answered with a word that begins like this: "2" for what was done.
    pub async fn told(&self, word: &str, more: usize) {
        let told = || self.ledger.lock().expect("a ledger").told(word);
        let enough = told() + more;
        until("answers", async || told() >= enough).await;
    }

    /// What was told until the end: no request is left without an end.
    pub async fn stop(mut self) -> Ledger {
        self.is_over.store(true, Relaxed);
        while let Some(ended) = self.writers.join_next().await {
            ended.expect("a writer who comes to an end");
        }
        self.so_far()
    }
}

struct Writer {
    api: Api,
    ledger: Arc<Mutex<Ledger>>,
    name: String,
}

impl Writer {
    /// Makes a link, or a story, changes its byline and files it under another tag. Every other one is made with a
    /// key to retry it by. Says whether it was made.
    async fn write(&self, turn: usize) -> bool {
        let name = format!("{}-{turn}", self.name);
        let (path, body) = match turn % 4 {
            3 => (
                "/v1/short-links",
                json!({"target_url": format!("https://news.example/{name}")}),
            ),
            _ => (
                "/v1/articles",
                json!({"headline": name, "status": "published", "byline": "First", "tags": [
                    {"kind": "topic", "name": "Fog"}, {"kind": "place", "name": "Port Elara"}]}),
            ),
        };
        let key = (turn % 8 >= 4).then(|| name.clone());
        let told = self
            .api
            .attempt(Method::POST, path, key.as_deref(), &body)
            .await;
        let mut written = Written::new(name, (path, body), key, told);
        self.note(&written);
        if let (Making::Made(story), "/v1/articles") = (&written.making, path) {
            let story = format!("/v1/articles/{}", story["id"].as_str().expect("an id"));
            self.change(&mut written, &story, turn).await;
        }
        let is_made = matches!(written.making, Making::Made(_));
        self.ledger.lock().expect("a ledger").written.push(written);
        is_made
    }

    async fn change(&self, written: &mut Written, story: &str, turn: usize) {
        let byline = format!("Desk {turn}");
        let body = json!({"byline": byline});
        let told = self.api.attempt(Method::PATCH, story, None, &body).await;
        written.changed(&told, Some(&byline));
        self.note(written);
        if written.unclear == 0 {
            let path = format!("{story}/tags/topic:fog?position=1");
            let told = self.api.attempt(Method::PUT, &path, None, &json!({})).await;
            written.changed(&told, None);
            self.note(written);
        }
    }

    fn note(&self, written: &Written) {
        let mut ledger = self.ledger.lock().expect("a ledger");
        *ledger.seen.entry(written.word.clone()).or_default() += 1;
    }
}

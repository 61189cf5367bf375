//! What writers were told, held against what is there

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use reqwest::Method;
use serde_json::Value;

use super::{Api, NoAnswer, Told, until};

/// What a writer knows of the making of something.
#[derive(Clone, Debug)]
pub enum Making {
    /// It was acknowledged, with this answer.
    Made(Value),
    /// It was refused for certain.
    Refused,
    /// Nobody said.
    Unclear,
}

/// A story or a link as its writer knows it.
#[derive(Clone, Debug)]
pub struct Written {
    /// The headline of a story, the end of the target of a link.
    pub name: String,
    /// How the last request about it ended.
    pub word: String,
    /// Whether it is there.
    pub making: Making,
    /// Changes that nobody has acknowledged or refused.
    pub unclear: i64,
    /// Where and as what it was made.
    made_by: (&'static str, Value),
    /// With what its making can be retried.
    key: Option<String>,
    /// The version that was acknowledged last.
    version: i64,
    /// What its byline may be.
    bylines: Vec<Value>,
}

/// Whether a request certainly did nothing.
fn is_refused(told: &Result<Told, NoAnswer>) -> bool {
    match told {
        Ok(told) => told.status < 500 || told.body["code"] == "database-busy",
        Err(fault) => *fault == NoAnswer::NoConnection,
    }
}

/// The answer to a request in a word or two.
fn word(told: &Result<Told, NoAnswer>) -> String {
    match told {
        Ok(told) if told.status < 300 => told.status.to_string(),
        Ok(told) => {
            let code = told.body["code"].as_str().unwrap_or("no code");
            let wait = if told.says_when {
                ""
            } else {
                ", not when to retry"
            };
            format!("{} {code}{wait}", told.status)
        }
        Err(NoAnswer::NoConnection) => "no connection".to_owned(),
        Err(NoAnswer::Lost) => "no answer".to_owned(),
    }
}

impl Written {
    /// What is known after the request that makes it.
    pub fn new(
        name: String,
        made_by: (&'static str, Value),
        key: Option<String>,
        told: Result<Told, NoAnswer>,
    ) -> Self {
        let (word, is_refused) = (word(&told), is_refused(&told));
        let making = match told {
            Ok(told) if told.status == 201 => Making::Made(told.body),
            _ if is_refused => Making::Refused,
            _ => Making::Unclear,
        };
        Self {
            name,
            word,
            making,
            unclear: 0,
            bylines: vec![made_by.1["byline"].clone()],
            made_by,
            key,
            version: 1,
        }
    }

    /// What is known after a request that changes it.
    pub fn changed(&mut self, told: &Result<Told, NoAnswer>, byline: Option<&str>) {
        self.word = word(told);
        match told {
            Ok(told) if told.status == 200 => {
                self.version += 1;
                if let Some(byline) = byline {
                    self.bylines = vec![byline.into()];
                }
            }
            _ if is_refused(told) => {}
            _ => {
                self.unclear += 1;
                self.bylines.extend(byline.map(Value::from));
            }
        }
    }

    /// Fails unless it is as often there as its writer was told, in the version and with the byline that its writer
    /// knows, or the next of which nobody knows.
    fn expect(&self, found: &[Value]) {
        let is_right = match &self.making {
            Making::Made(made) => {
                found.len() == 1
                    && ["id", "code"]
                        .iter()
                        .all(|name| found[0][name] == made[name])
            }
            Making::Refused => found.is_empty(),
            Making::Unclear => found.len() <= 1,
        };
        assert!(is_right, "{self:#?}\nis there as {found:#?}");
        for found in found {
            let version = found["version"].as_i64().expect("a version");
            let versions = self.version..=self.version + self.unclear;
            let is_right = versions.contains(&version) && self.bylines.contains(&found["byline"]);
            assert!(is_right, "{self:#?}\nis there as {found:#?}");
        }
    }
}

/// What writers were told.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Everything that they wrote, or tried to.
    pub written: Vec<Written>,
    /// How often they were answered in which way.
    pub seen: BTreeMap<String, usize>,
    /// What all names begin with.
    name: String,
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seen = self.seen.iter();
        let seen: Vec<String> = seen
            .map(|(word, count)| format!("{word}: {count}"))
            .collect();
        write!(f, "{} {{{}}}", self.name, seen.join(", "))
    }
}

impl Ledger {
    /// An empty one for names that begin like this.
    pub fn of(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// How often writers were answered with a word that begins like this.
    pub fn told(&self, word: &str) -> usize {
        let like = self.seen.iter().filter(|(seen, _)| seen.starts_with(word));
        like.map(|(_, count)| count).sum()
    }

    /// Fails if writers were told anything but that it was done, or in one of these words.
    pub fn expect_only(&self, words: &[&str]) {
        let is_known = |seen: &str| ["200", "201"].contains(&seen) || words.contains(&seen);
        assert!(self.seen.keys().all(|seen| is_known(seen)), "{self}");
    }

    /// Sends again, with its key, what was not acknowledged, and some of what was; says how much of the former was
    /// there already. What was acknowledged is answered as it was.
    pub async fn retry(&mut self, api: &Api) -> usize {
        let mut there = 0;
        for (number, written) in self.written.iter_mut().enumerate() {
            let Some(key) = &written.key else { continue };
            let (path, body) = &written.made_by;
            if let Making::Made(made) = &written.making {
                if number % 10 == 0 {
                    assert_eq!(insist(api, path, key, body).await, (made.clone(), true));
                }
                continue;
            }
            let (made, was_there) = insist(api, path, key, body).await;
            assert_eq!(insist(api, path, key, body).await, (made.clone(), true));
            written.making = Making::Made(made);
            there += usize::from(was_there);
        }
        there
    }

    /// Compares with what is there, by the API and by the database.
    pub async fn expect_kept(&self, api: &Api) {
        let stories = api.lines("/v1/articles/export").await;
        let links = api.lines("/v1/short-links/export").await;
        let mut found: HashMap<String, Vec<Value>> = HashMap::new();
        for thing in stories.into_iter().chain(links) {
            let target = thing["target"]["url"].as_str().unwrap_or_default();
            let name = thing["headline"].as_str().or(target.rsplit('/').next());
            let name = name.unwrap_or_default().to_owned();
            if name.starts_with(&format!("{}-", self.name)) {
                found.entry(name).or_default().push(thing);
            }
        }
        for written in &self.written {
            let found = found.remove(&written.name).unwrap_or_default();
            written.expect(&found);
        }
        assert!(found.is_empty(), "nobody wrote {found:#?}");
    }

    /// The same of who was told everything that was done: what is not known did not happen.
    pub fn only_what_was_told(&self) -> Self {
        let mut ledger = self.clone();
        for written in &mut ledger.written {
            written.unclear = 0;
            written.bylines.truncate(1);
            if matches!(written.making, Making::Unclear) {
                written.making = Making::Refused;
            }
        }
        ledger
    }
}

/// Retries until it is made; says whether it had been made before.
async fn insist(api: &Api, path: &str, key: &str, body: &Value) -> (Value, bool) {
    let mut made = None;
    until("a retry that is answered", async || {
        match api.attempt(Method::POST, path, Some(key), body).await {
            Ok(told) if told.status == 201 => made = Some((told.body, told.is_replayed)),
            Ok(told) => assert!([409, 503].contains(&told.status), "{told:?}"),
            Err(_) => {}
        }
        made.is_some()
    })
    .await;
    made.expect("an answer")
}

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    Result,
    bench::{Bench, VOCABULARY},
    consumption::Share,
    finding::{Finding, Unit},
    http::Client,
    process,
    prose::{self, Text},
    service::{DOMAIN, Service},
    statistics::{self, Spread},
    traffic::Span,
    vocabulary::Vocabulary,
};

/// What it shows.
pub const ABOUT: &str = "tags suggested for a text of 5,000 words, and the memory of the vocabulary";

/// Where texts are sent.
const PATH: &str = "/v1/tags/suggest";
/// The database whose vocabulary has no tags.
const EMPTY: &str = "no_vocabulary";
/// What a key must be able to do: ask for suggestions, and change a tag.
const SCOPES: [&str; 2] = ["articles:write", "tags:write"];
/// A name that no text and no tag has.
const NEW_NAME: &str = "Zyxwv Vwxyz";
/// Seconds until a service must have read its vocabulary.
const READ_LIMIT_S: u64 = 60;
/// Until the allocator has had time to give something back.
const SETTLE: Duration = Duration::from_secs(2);

/// Measures.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let vocabulary = bench.ensure_vocabulary()?;
    let texts = prose::write(&vocabulary);
    let without = memory_without(bench, &texts)?;
    let service = bench.service(VOCABULARY, &[])?;
    let mut client = connect(bench, &service, VOCABULARY)?;
    process::until(READ_LIMIT_S, || match ask(&mut client, &texts[0])?.found {
        0 => Err("no tag is suggested".into()),
        _ => Ok(()),
    })?;
    let with = Memory::of(bench, &service, &mut client, &texts)?;
    let before = bench.clocks(Some(service.id()));
    let passes = (0..bench.scale.rounds).map(|_| pass(bench, &mut client, &texts));
    let passes: Vec<Vec<Took>> = passes.collect::<Result<_>>()?;
    let cpu_us = bench.clocks(Some(service.id())).since(&before, count(&passes));
    let mut findings = times(&vocabulary, &passes, &cpu_us);
    findings.extend(with.beside(&without));
    findings.push(renewed(&mut client, &service, &texts)?);
    Ok(findings)
}

/// Resident memory of a service, in megabytes of 1024² bytes.
struct Memory {
    /// Behind its first suggestion: what reading the vocabulary took is still there.
    first: f64,
    /// Behind many.
    later: f64,
}

impl Memory {
    /// Of a service that has just made its first suggestion, which is warm then.
    fn of(bench: &Bench, service: &Service, client: &mut Client, texts: &[Text]) -> Result<Self> {
        let first = settled(service)?;
        pass(bench, client, texts)?;
        let later = settled(service)?;
        Ok(Self { first, later })
    }

    fn beside(&self, without: &Self) -> [Finding; 2] {
        let finding = |measure, with: f64, without: f64| {
            Finding::new(measure, Unit::Megabytes, Some(Spread::once(with - without)))
                .note(format!("{with:.1} MB and {without:.1} MB"))
        };
        [
            finding("memory", self.later, without.later)
                .against("a service without tags, each behind the same suggestions"),
            finding("memory_first", self.first, without.first)
                .against("a service without tags, each behind its first suggestion"),
        ]
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn count(passes: &[Vec<Took>]) -> f64 {
    passes.iter().map(Vec::len).sum::<usize>() as f64
}

fn times(vocabulary: &Vocabulary, passes: &[Vec<Took>], cpu_us: &Share) -> Vec<Finding> {
    let times: Vec<Vec<f64>> = passes
        .iter()
        .map(|pass| pass.iter().map(|took| took.ms).collect())
        .collect();
    let what = format!(
        "{} words with {} names in each text, of {} tags with {} names; one connection",
        prose::WORDS,
        prose::MENTIONS,
        vocabulary.tags.len(),
        vocabulary.names()
    );
    let p50 = Spread::of_passes(&times, statistics::median);
    let p99 = Spread::of_passes(&times, statistics::p99);
    vec![
        Finding::new("p50", Unit::Milliseconds, p50)
            .against("nothing: what a caller waits, as it is")
            .note(what)
            .note(format!(
                "{:.2} ms of processor time in the service, {:.2} ms in Postgres",
                cpu_us.server / 1000.0,
                cpu_us.postgres / 1000.0
            )),
        Finding::new("p99", Unit::Milliseconds, p99)
            .against("nothing: what a caller waits, as it is")
            .note(medians(passes)),
    ]
}

fn connect(bench: &Bench, service: &Service, database: &str) -> Result<Client> {
    let key = bench.authorization(database, &SCOPES)?;
    Client::connect(service.api, DOMAIN, &key)
}

fn memory_without(bench: &Bench, texts: &[Text]) -> Result<Memory> {
    bench.postgres.make_database(&bench.dateline, EMPTY)?;
    let service = bench.service(EMPTY, &[])?;
    let mut client = connect(bench, &service, EMPTY)?;
    ask(&mut client, &texts[0])?;
    Memory::of(bench, &service, &mut client, texts)
}

fn settled(service: &Service) -> Result<f64> {
    std::thread::sleep(SETTLE);
    service.resident_mb()
}

/// The median of each language.
fn medians(passes: &[Vec<Took>]) -> String {
    let mut of_each: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for took in passes.iter().flatten() {
        let language = took.language.unwrap_or("en, not said");
        of_each.entry(language).or_default().push(took.ms);
    }
    let medians = of_each.into_iter().filter_map(|(language, times)| {
        Some(format!("{:.2} ms ({language})", statistics::median(&times)?))
    });
    format!("medians: {}", medians.collect::<Vec<_>>().join(", "))
}

/// What one suggestion came to.
struct Took {
    ms: f64,
    language: Option<&'static str>,
    found: usize,
}

fn ask(client: &mut Client, text: &Text) -> Result<Took> {
    let body = text.body();
    let (answer, span) = Span::of(|| client.send("POST", PATH, &body));
    let answer = answer?;
    if answer.status != 200 {
        return Err(format!("a suggestion is answered with {}: {}", answer.status, answer.text()).into());
    }
    Ok(Took {
        ms: span.seconds() * 1000.0,
        language: text.language,
        found: answer.json()?["items"].as_array().map_or(0, Vec::len),
    })
}

/// Suggestions for all texts in turn, for some seconds.
fn pass(bench: &Bench, client: &mut Client, texts: &[Text]) -> Result<Vec<Took>> {
    let (begun, mut took) = (Instant::now(), Vec::new());
    while begun.elapsed().as_secs() < bench.scale.seconds {
        for text in texts {
            took.push(ask(client, text)?);
        }
    }
    Ok(took)
}

/// Gives a tag a new name and asks until it is found.
fn renewed(client: &mut Client, service: &Service, texts: &[Text]) -> Result<Finding> {
    let change = json!({"labels": {"de": {"pref": NEW_NAME}}}).to_string();
    let path = format!("/v1/tags/{}", some_tag(client)?);
    let answer = client.send("PATCH", &path, &change)?;
    if answer.status != 200 {
        return Err(format!("the change of a tag is answered with {}", answer.text()).into());
    }
    let new = Text {
        text: NEW_NAME.to_owned(),
        language: None,
    };
    let (changed, mut longest_ms) = (Instant::now(), 0.0_f64);
    while ask(client, &new)?.found == 0 {
        longest_ms = longest_ms.max(ask(client, &texts[0])?.ms);
        if changed.elapsed().as_secs() > READ_LIMIT_S {
            return Err("a changed name is not found".into());
        }
    }
    let seconds = changed.elapsed().as_secs_f64();
    let after = settled(service)?;
    let note = format!("the longest suggestion meanwhile took {longest_ms:.0} ms; {after:.1} MB afterwards");
    Ok(Finding::new("renewed", Unit::Seconds, Some(Spread::once(seconds)))
        .against("the answer to the change of a name: until it is found in a text")
        .note(note))
}

fn some_tag(client: &mut Client) -> Result<String> {
    let tags = client.get("/v1/tags?limit=1")?.json()?;
    let key = tags["items"][0]["key"].as_str();
    Ok(key.ok_or("there are no tags")?.to_owned())
}

use std::path::PathBuf;

use crate::{
    Result,
    bench::{Bench, say},
    data,
    finding::{Finding, Unit},
    http::Client,
    passes::{Pass, Turns},
    service::{DOMAIN, Service},
    wrk::Load,
};

/// What it shows.
pub const ABOUT: &str = "a link's month by day with many visits in the database, beside 50 thousand";

/// Visits in the smaller database: those of the links that are asked for.
const FEW: u64 = 500 * data::TESTED;
/// So few connections that it is the answer which is measured, not the queue.
const CONNECTIONS: usize = 4;

/// Measures.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let Some(asked) = Asked::of(bench, "dateline")? else {
        let why = "the service has no statistics yet";
        return Ok(vec![Finding::absent("time", why)]);
    };
    let (articles, visits) = (bench.scale.articles, bench.scale.visits);
    say(&format!("loading {visits} and {FEW} visits"));
    bench.postgres.make_database(&bench.dateline, "small")?;
    data::load_newsroom(&bench.postgres, "small", articles)?;
    data::load_visits(&bench.postgres, "small", articles, FEW)?;
    data::load_visits(&bench.postgres, "dateline", articles, visits)?;
    let small = bench.service("small", &[])?;
    let large = bench.service("dateline", &[])?;
    let few = asked.load(bench, &small, &key(bench, "small")?);
    let many = asked.load(bench, &large, &asked.key);
    bench.measure(Some(small.id()), &few)?;
    bench.measure(Some(large.id()), &many)?;

    let turns = Turns::take(
        bench.scale.rounds,
        || bench.measure(Some(small.id()), &few),
        || bench.measure(Some(large.id()), &many),
    )?;
    let time = turns.ratio(|pass: &Pass| Some(1.0 / pass.rate));
    let mut finding = Finding::new("time", Unit::Ratio, time)
        .against(format!("the same question with {FEW} visits in the database instead of {visits}"));
    finding.notes = turns.warnings();
    finding.turns = Some(turns);
    Ok(vec![finding])
}

/// The question, once it is known how this service wants it put.
struct Asked {
    paths: PathBuf,
    key: String,
}

impl Asked {
    /// `None` if the service has no such thing yet.
    fn of(bench: &Bench, database: &str) -> Result<Option<Self>> {
        let Ok(key) = key(bench, database) else {
            return Ok(None);
        };
        let service = bench.service(database, &[])?;
        let mut client = Client::connect(service.api, DOMAIN, &key)?;
        let days = "select (now() at time zone 'UTC')::date - 30, (now() at time zone 'UTC')::date;";
        let days = bench.postgres.sql(database, days)?;
        let (from, to) = days.split_once('|').ok_or("no days")?;
        let mut said = String::new();
        for time in ["", "T00:00:00Z"] {
            let query = format!("unit=day&from={from}{time}&to={to}{time}");
            let path = |code: String| format!("v1/short-links/{DOMAIN}/{code}/stats?{query}");
            let mut codes = bench.codes().take(usize::try_from(data::TESTED)?);
            let Some(first) = codes.next() else { break };
            let answer = client.get(&format!("/{}", path(first.clone())))?;
            said = answer.text();
            match answer.status {
                200 => {
                    let all = std::iter::once(first).chain(codes).map(path);
                    let paths = bench.paths("stats", all)?;
                    return Ok(Some(Self { paths, key }));
                }
                404 | 405 => return Ok(None),
                _ => {}
            }
        }
        Err(format!("the question for statistics is refused: {said}").into())
    }

    fn load(&self, bench: &Bench, service: &Service, key: &str) -> Load {
        Load {
            headers: key.to_owned(),
            connections: CONNECTIONS,
            ..bench.readers(service.api, &self.paths)
        }
    }
}

/// A key that may read statistics. The scope may not be there yet.
fn key(bench: &Bench, database: &str) -> Result<String> {
    bench.authorization(database, &["stats:read"])
}

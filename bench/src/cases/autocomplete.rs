use std::{collections::BTreeMap, fs, time::Instant};

use crate::{
    Result,
    bench::{Bench, VOCABULARY, say},
    durations,
    finding::{Finding, Unit},
    http::{self, Client},
    postgres::Postgres,
    service::DOMAIN,
    statistics::{self, Spread},
    typed::{self, Typed},
};

/// What it shows.
pub const ABOUT: &str = "tags by what is typed of their names: time in the database, as Postgres' log tells";

/// Workers rest, so that the log tells of nothing else.
const ALONE: [(&str, &str); 2] = [
    ("SETTLE_INTERVAL_MS", "3600000"),
    ("VISIT_FLUSH_MS", "3600000"),
];

/// Measures.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let vocabulary = bench.ensure_vocabulary()?;
    let service = bench.service(VOCABULARY, &ALONE)?;
    let mut client = Client::connect(service.api, DOMAIN, "")?;
    let all = typed::type_names(&vocabulary, bench.scale.queries);
    // The first pass warms up.
    let passes = 0..=bench.scale.rounds;
    let take = || passes.map(|_| pass(&bench.postgres, &mut client, &all)).collect();
    let passes: Vec<Vec<Asked>> = bench.postgres.while_logging(take)?;
    let passes = &passes[1..];
    tell(&all, passes);

    let times = |value: fn(&Asked) -> f64| -> Vec<Vec<f64>> {
        let passes = passes.iter();
        passes.map(|pass| pass.iter().map(value).collect()).collect()
    };
    let (in_database, over_http) = (times(|asked| asked.database_ms), times(|asked| asked.http_ms));
    let p50 = Spread::of_passes(&in_database, statistics::median);
    let p99 = Spread::of_passes(&in_database, statistics::p99);
    let http_p99 = Spread::of_passes(&over_http, statistics::p99);
    let what = format!(
        "{} texts typed of {} names of {} tags, each once before; one connection",
        all.len(),
        vocabulary.names(),
        vocabulary.tags.len()
    );
    let http = "nothing: the same as a caller waits for it";
    Ok(vec![
        Finding::new("p50", Unit::Milliseconds, p50)
            .against(format!("nothing: what Postgres takes, as it is; {what}")),
        Finding::new("p99", Unit::Milliseconds, p99)
            .against("nothing: what Postgres takes, as it is")
            .note(worst(&all, passes)),
        Finding::new("http_p99", Unit::Milliseconds, http_p99).against(http),
        Finding::new("found", Unit::Percent, found(&all, passes))
            .against("all names that were typed whole, with a slip or without; whether their tag is among the first 20"),
    ])
}

/// What a text came to.
struct Asked {
    database_ms: f64,
    http_ms: f64,
    is_found: bool,
}

fn pass(postgres: &Postgres, client: &mut Client, all: &[Typed]) -> Result<Vec<Asked>> {
    let (mut asked, mut places) = (Vec::with_capacity(all.len()), vec![postgres.logged_bytes()?]);
    for typed in all {
        let kind = typed.kind.map_or_else(String::new, |kind| format!("&kind={kind}"));
        let path = format!("/v1/tags/autocomplete?q={}{kind}", http::encoded(&typed.text));
        let begun = Instant::now();
        let answer = client.get(&path)?;
        let http_ms = begun.elapsed().as_secs_f64() * 1000.0;
        places.push(postgres.logged_bytes()?);
        if answer.status != 200 {
            return Err(format!("{:?} is answered with {}", typed.text, answer.text()).into());
        }
        let meant = format!(":tag-{}\"", typed.meant);
        asked.push(Asked {
            database_ms: 0.0,
            http_ms,
            is_found: answer.text().contains(&meant),
        });
    }
    let log = fs::read(postgres.log())?;
    for (asked, place) in asked.iter_mut().zip(places.windows(2)) {
        let told = String::from_utf8_lossy(&log[place[0]..place[1]]);
        asked.database_ms = durations::total_ms(&told);
    }
    Ok(asked)
}

/// The text that took longest, in the pass in which it was quickest.
fn worst(all: &[Typed], passes: &[Vec<Asked>]) -> String {
    let least = |index: usize| {
        let times = passes.iter().map(|pass| pass[index].database_ms);
        times.fold(f64::INFINITY, f64::min)
    };
    let slowest = (0..all.len()).max_by(|one, other| least(*one).total_cmp(&least(*other)));
    slowest.map_or_else(String::new, |index| {
        let Typed { text, kind, manner, .. } = &all[index];
        let kind = kind.map_or_else(String::new, |kind| format!(" of kind {kind}"));
        format!("the slowest is {text:?}{kind} ({}): {:.2} ms", manner.name(), least(index))
    })
}

fn found(all: &[Typed], passes: &[Vec<Asked>]) -> Option<Spread> {
    let shares = passes.iter().filter_map(|pass| {
        let whole = pass.iter().zip(all).filter(|(_, typed)| typed.manner.is_whole());
        share(whole.map(|(asked, _)| asked.is_found))
    });
    Spread::of(shares)
}

/// How many of a hundred are true.
#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn share(are: impl Iterator<Item = bool>) -> Option<f64> {
    let are: Vec<bool> = are.collect();
    let count = are.iter().filter(|is| **is).count();
    (!are.is_empty()).then(|| 100.0 * count as f64 / are.len() as f64)
}

/// Says what each manner of typing took.
fn tell(all: &[Typed], passes: &[Vec<Asked>]) {
    let mut of_each: BTreeMap<String, (Vec<f64>, Vec<bool>)> = BTreeMap::new();
    for (typed, asked) in passes.iter().flat_map(|pass| all.iter().zip(pass)) {
        let (times, are_found) = of_each.entry(typed.manner.name()).or_default();
        times.push(asked.database_ms);
        are_found.push(asked.is_found);
    }
    for (manner, (times, are_found)) in of_each {
        let p99 = statistics::p99(&times).unwrap_or_default();
        let median = statistics::median(&times).unwrap_or_default();
        let found = share(are_found.into_iter()).unwrap_or_default();
        say(&format!("{manner}: p50 {median:.2} ms, p99 {p99:.2} ms, {found:.0} % found"));
    }
}

use std::path::Path;

use crate::{
    Result, articles,
    bench::Bench,
    finding::Finding,
    http::Client,
    passes::Turns,
    service::{DOMAIN, Service},
};

/// What it shows.
pub const ABOUT: &str = "an article that was read before, and the 304 of one that the reader has, beside a bare handler";

/// Measures. Every article is asked for once before: by who learns the answers, and to warm up.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let service = bench.service("dateline", &[])?;
    let numbers = 1..=bench.scale.articles;
    let whole = bench.paths("articles", numbers.clone().map(articles::path))?;
    let known = bench.lines("known", known(&service, numbers)?.into_iter())?;
    Ok(vec![
        Finding::throughput(
            &beside_limit(bench, &service, &whole)?,
            "a bare actix handler that answers the same bytes from a static map",
        ),
        Finding {
            measure: "not_modified",
            ..Finding::throughput(
                &beside_limit(bench, &service, &known)?,
                "the same, answering 304 without a look at what the reader has",
            )
        },
    ])
}

fn beside_limit(bench: &Bench, service: &Service, paths: &Path) -> Result<Turns> {
    let limit = bench.limit(service.api, paths)?;
    let (theirs, ours) = (limit.address, service.api);
    let (theirs, ours) = (bench.readers(theirs, paths), bench.readers(ours, paths));
    bench.measure(Some(limit.id()), &theirs)?;
    bench.measure(Some(service.id()), &ours)?;
    Turns::take(
        bench.scale.rounds,
        || bench.measure(Some(limit.id()), &theirs),
        || bench.measure(Some(service.id()), &ours),
    )
}

/// A line for each article that asks whether it is still the one of its entity tag.
fn known(service: &Service, numbers: impl Iterator<Item = u64>) -> Result<Vec<String>> {
    let mut client = Client::connect(service.api, DOMAIN, "")?;
    numbers
        .map(|n| {
            let path = format!("/{}", articles::path(n));
            let answer = client.get(&path)?;
            let tag = answer.header("etag").ok_or("an article without an ETag")?;
            Ok(format!("{path}\tIf-None-Match: {tag}"))
        })
        .collect()
}

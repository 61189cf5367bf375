use crate::{
    Result,
    articles::NEWSROOM,
    bench::Bench,
    finding::Finding,
    http::Client,
    pages,
    passes::Turns,
    pgbench::without_comments,
    service::{DOMAIN, Service},
    wrk::{Load, UNCACHED},
};

/// What it shows.
pub const ABOUT: &str = "a page of 20 by a tag beside pgbench with the columns of it, and a deep page beside the first";

/// The tags with most articles, whose lists are deep.
const DEEP: u32 = 20;

/// Measures.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let service = bench.service("dateline", &[])?;
    Ok(vec![
        beside_columns(bench, &service)?,
        deep_beside_first(bench, &service)?,
    ])
}

fn load(bench: &Bench, service: &Service, name: &str, paths: Vec<String>) -> Result<Load> {
    Ok(Load {
        headers: UNCACHED.to_owned(),
        ..bench.readers(service.api, &bench.paths(name, paths.into_iter())?)
    })
}

fn beside_columns(bench: &Bench, service: &Service) -> Result<Finding> {
    let ours = load(bench, service, "pages", NEWSROOM.lists().collect())?;
    bench.measure(Some(service.id()), &ours)?;
    let ends = bench.postgres.sql("dateline", "select min(id), max(id) from tags;")?;
    let (first, last) = ends.split_once('|').ok_or("no tags")?;
    let defined = [("first", first), ("last", last)];
    let defined = defined.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let script = without_comments(include_str!("../../pgbench/page.sql"));
    let job = bench.job("dateline", script, defined.to_vec());
    let best = bench.best_of_pgbench(&job)?;
    let turns = Turns::take(
        bench.scale.rounds,
        || bench.measure_pgbench(&job, &best, bench.scale.seconds),
        || bench.measure(Some(service.id()), &ours),
    )?;
    let against = format!("{}, for columns and numbers of tags in one statement", best.name());
    Ok(Finding::throughput(&turns, against))
}

fn deep_beside_first(bench: &Bench, service: &Service) -> Result<Finding> {
    let mut client = Client::connect(service.api, DOMAIN, "")?;
    let deep = (1..=DEEP).map(|tag| {
        let half = pages::half_of(&mut client, &NEWSROOM.key(tag))?;
        pages::turn(&mut client, NEWSROOM.list(tag), half)
    });
    let deep = load(bench, service, "deep", deep.collect::<Result<_>>()?)?;
    let first = load(bench, service, "first", (1..=DEEP).map(|tag| NEWSROOM.list(tag)).collect())?;
    bench.measure(Some(service.id()), &first)?;
    bench.measure(Some(service.id()), &deep)?;
    let turns = Turns::take(
        bench.scale.rounds,
        || bench.measure(Some(service.id()), &first),
        || bench.measure(Some(service.id()), &deep),
    )?;
    let finding = Finding {
        measure: "deep",
        ..Finding::throughput(&turns, "the first page by the same tag")
    };
    Ok(finding.note(format!("in the middle of the lists of the {DEEP} tags with most articles")))
}

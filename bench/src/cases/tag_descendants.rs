use serde_json::Value;

use crate::{
    Result,
    bench::{Bench, STORIES},
    finding::{Finding, Unit},
    http::Client,
    pages::turn,
    passes::{Pass, Turns},
    service::{DOMAIN, Service},
    wrk::Load,
};

/// What it shows.
pub const ABOUT: &str = "a list by a tag with its 100 descendants, beside one by a tag with the very same articles";

/// So few connections that it is the answer which is measured, not the queue.
const CONNECTIONS: usize = 4;

/// Tags of one popularity, and the pages of their lists that are asked for.
struct Group {
    measure: &'static str,
    tags: &'static str,
    count: usize,
    share: &'static str,
    /// Hundreds of articles before the page.
    behind: usize,
}

const GROUPS: [Group; 3] = [
    Group {
        measure: "popular",
        tags: "popular",
        count: 5,
        share: "a tenth",
        behind: 0,
    },
    Group {
        measure: "rare",
        tags: "rare",
        count: 20,
        share: "a thousandth",
        behind: 0,
    },
    Group {
        measure: "deep",
        tags: "popular",
        count: 5,
        share: "a tenth",
        behind: 50,
    },
];

/// Measures.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    bench.ensure_stories()?;
    let service = bench.service(STORIES, &[])?;
    let findings = GROUPS.iter().map(|group| compare(bench, &service, group));
    findings.collect()
}

fn compare(bench: &Bench, service: &Service, group: &Group) -> Result<Finding> {
    let (plain, below) = pages(service, group)?;
    let load = |name: &str, paths: Vec<String>| -> Result<Load> {
        Ok(Load {
            connections: CONNECTIONS,
            ..bench.readers(service.api, &bench.paths(name, paths.into_iter())?)
        })
    };
    let (plain, below) = (load("plain", plain)?, load("below", below)?);
    let server = Some(service.id());
    bench.measure(server, &plain)?;
    bench.measure(server, &below)?;
    let turns = Turns::take(
        bench.scale.rounds,
        || bench.measure(server, &plain),
        || bench.measure(server, &below),
    )?;
    let time = turns.ratio(|pass: &Pass| Some(1.0 / pass.rate));
    let mut finding = Finding::new(group.measure, Unit::Ratio, time)
        .against("the time of the same page by one tag that all articles of the descendants carry");
    finding.notes = turns.warnings();
    finding.turns = Some(turns);
    let place = match group.behind {
        0 => "first pages of 20".to_owned(),
        hundreds => format!("pages of 20 behind {hundreds}00 articles or the last of them"),
    };
    Ok(finding.note(format!(
        "{place}; {} tags in turn, each with {} of {} articles",
        group.count, group.share, bench.scale.stories
    )))
}

/// Paths of pages by plain tags and by those with descendants, which show the same.
fn pages(service: &Service, group: &Group) -> Result<(Vec<String>, Vec<String>)> {
    let mut client = Client::connect(service.api, DOMAIN, "")?;
    let (mut plain, mut below) = (Vec::new(), Vec::new());
    for number in 1..=group.count {
        let tag = format!("topic:{}-{number}", group.tags);
        let one = format!("v1/articles?tag={tag}-plain");
        let all = format!("v1/articles?tag={tag}&tag_descendants=true");
        let one = turn(&mut client, one, group.behind)?;
        let all = turn(&mut client, all, group.behind)?;
        if ids(&mut client, &one)? != ids(&mut client, &all)? {
            return Err(format!("the two lists of {tag} do not show the same articles").into());
        }
        plain.push(one);
        below.push(all);
    }
    Ok((plain, below))
}

/// The articles of a page.
fn ids(client: &mut Client, path: &str) -> Result<Vec<Value>> {
    let answer = client.get(&format!("/{path}"))?;
    let mut list = answer.json()?;
    match list["items"].as_array_mut() {
        Some(items) if !items.is_empty() => {
            Ok(items.iter_mut().map(|item| item["id"].take()).collect())
        }
        _ => Err(format!("/{path} lists nothing: {}", answer.text()).into()),
    }
}

//! What is made while the bench measures: articles and short links, by the service and by pgbench.

use std::iter;

use serde_json::json;

use crate::{
    Result,
    articles::{NEWSROOM, Tags},
    bench::Bench,
    ongoing::Ongoing,
    pgbench::{Job, without_comments},
    service::Service,
    wrk::Load,
};

/// Makes articles, none of them twice.
pub fn articles(bench: &Bench, service: &Service, database: &str, tags: Tags) -> Result<Ongoing> {
    let bodies = bench.lines("articles", tags.bodies())?;
    let load = Load {
        headers: bench.authorization(database, &["articles:write"])?,
        posted_to: Some("/v1/articles".to_owned()),
        ..bench.readers(service.api, &bodies)
    };
    Ok(Ongoing::new(load))
}

/// Makes short links to addresses.
pub fn links(bench: &Bench, service: &Service, database: &str) -> Result<Ongoing> {
    let body = json!({"target_url": "https://news.example/offers/{n}"}).to_string();
    let bodies = bench.lines("offers", iter::once(body))?;
    let load = Load {
        headers: bench.authorization(database, &["links:write"])?,
        posted_to: Some("/v1/short-links".to_owned()),
        ..bench.readers(service.api, &bodies)
    };
    Ok(Ongoing::new(load))
}

/// pgbench with the rows of an article under tags of the newsroom.
pub fn article_rows(bench: &Bench, database: &str) -> Result<Job> {
    let first = bench.postgres.sql(database, "select min(id) from tags;")?;
    let defined = vec![
        ("n".to_owned(), "0".to_owned()),
        ("first".to_owned(), first),
        ("tags".to_owned(), NEWSROOM.count.to_string()),
    ];
    let script = without_comments(include_str!("../pgbench/create_article.sql"));
    Ok(bench.job(database, script, defined))
}

/// pgbench with the rows of a short link.
pub fn link_rows(bench: &Bench, database: &str) -> Job {
    let script = without_comments(include_str!("../pgbench/create_link.sql"));
    bench.job(database, script, vec![("n".to_owned(), "0".to_owned())])
}

//! Putting data into a database: codes by COPY, everything else from them in SQL.

use std::io::Write;

use crate::{Result, codes, postgres::Postgres, vocabulary::Vocabulary};

const NEWSROOM: &str = include_str!("../sql/newsroom.sql");
const LINKS: &str = include_str!("../sql/links.sql");
const VISITS: &str = include_str!("../sql/visits.sql");
const STORIES: &str = include_str!("../sql/stories.sql");
const VOCABULARY: &str = include_str!("../sql/vocabulary.sql");

/// Links that have the same visits in every database.
pub const TESTED: u64 = 100;

/// Articles, tags, and two links for each article.
pub fn load_newsroom(postgres: &Postgres, database: &str, articles: u64) -> Result<()> {
    let variables = [
        ("articles", articles.to_string()),
        ("alias", codes::FIRST_ALIAS.to_string()),
    ];
    postgres.feed(database, &variables, |input| {
        write_seed(input, 1, articles)?;
        input.write_all(NEWSROOM.as_bytes())
    })?;
    settle(postgres)
}

/// More links, up to this many generated codes.
pub fn load_links(postgres: &Postgres, from: u64, to: u64) -> Result<()> {
    let variables = [("first", (from + 1).to_string())];
    postgres.feed("dateline", &variables, |input| {
        write_seed(input, from + 1, to)?;
        input.write_all(LINKS.as_bytes())
    })?;
    settle(postgres)
}

/// Visits of the links of articles.
pub fn load_visits(postgres: &Postgres, database: &str, articles: u64, visits: u64) -> Result<()> {
    // Else what earlier cases counted would be counted twice, or stand in the way.
    let empty = "truncate visits, visit_totals, visit_quarters, visit_days, \
                 visit_breakdown_quarters, visit_breakdown_days;";
    postgres.sql(database, empty)?;
    let variables = [
        ("links", articles.to_string()),
        ("tested", TESTED.to_string()),
        ("visits", visits.to_string()),
    ];
    postgres.feed(database, &variables, |input| {
        input.write_all(VISITS.as_bytes())
    })?;
    settle(postgres)
}

/// Many articles, under the tags that `stories.sql` tells of, among this many others.
pub fn load_stories(
    postgres: &Postgres,
    database: &str,
    (stories, tags): (u64, usize),
) -> Result<()> {
    let variables = [("stories", stories.to_string()), ("tags", tags.to_string())];
    postgres.feed(database, &variables, |input| {
        input.write_all(STORIES.as_bytes())
    })?;
    settle(postgres)
}

/// A vocabulary. The tags are called `tag-1` and so on, in their order.
pub fn load_vocabulary(postgres: &Postgres, database: &str, vocabulary: &Vocabulary) -> Result<()> {
    postgres.feed(database, &[], |input| {
        write_tags(input, vocabulary)?;
        input.write_all(VOCABULARY.as_bytes())
    })?;
    settle(postgres)
}

fn write_tags(input: &mut dyn Write, vocabulary: &Vocabulary) -> std::io::Result<()> {
    input.write_all(
        b"create temp table seed (n integer, kind text, uses bigint);\ncopy seed from stdin;\n",
    )?;
    for (n, tag) in (1..).zip(&vocabulary.tags) {
        writeln!(input, "{n}\t{}\t{}", tag.kind, tag.uses)?;
    }
    input.write_all(
        b"\\.\ncreate temp table seed_name (n integer, place integer, language text, role text, name text, \
          folded text);\ncopy seed_name from stdin;\n",
    )?;
    for (n, tag) in (1..).zip(&vocabulary.tags) {
        for (place, name) in tag.names.iter().enumerate() {
            let (language, role, text, folded) =
                (name.language, name.role, &name.text, name.folded());
            writeln!(input, "{n}\t{place}\t{language}\t{role}\t{text}\t{folded}")?;
        }
    }
    input.write_all(b"\\.\nanalyze seed, seed_name;\n")
}

/// Writes everything to disk, so that no later pass pays for it.
fn settle(postgres: &Postgres) -> Result<()> {
    postgres.sql("dateline", "checkpoint;").map(|_| ())
}

fn write_seed(input: &mut dyn Write, from: u64, to: u64) -> std::io::Result<()> {
    input.write_all(b"create temp table seed (n bigint, code text);\ncopy seed from stdin;\n")?;
    for (n, code) in (1..=to).zip(codes::sound()).skip_while(|(n, _)| *n < from) {
        writeln!(input, "{n}\t{code}")?;
    }
    input.write_all(b"\\.\nanalyze seed;\n")
}

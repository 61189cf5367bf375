use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use crate::{
    Result,
    bench::{Bench, say},
    finding::Finding,
    passes::{Pass, Turns},
    process,
    service::DOMAIN,
    stories,
};

/// What it shows.
pub const ABOUT: &str = "articles imported from a file, beside COPY of the same rows and building what indexes them";

/// A migrated database with the tags, which is copied for every pass.
const GROUND: &str = "import_ground";
/// The database of a pass.
const TARGET: &str = "import_target";
/// Seconds until who worked in it must have left it.
const END_LIMIT_S: u64 = 10;

/// Measures.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let count = bench.scale.imported;
    say(&format!("importing {count} articles"));
    let files = Files::write(bench, count)?;
    bench.postgres.make_database(&bench.dateline, GROUND)?;
    import(bench, "tags", &files.tags, GROUND)?;
    bench.postgres.sql(GROUND, "vacuum analyze;")?;
    // What is imported once is what the limit copies: the very same rows.
    pass(bench, count, || ours(bench, &files))?;
    check(bench, count)?;
    dump(bench, &files.dump)?;
    let turns = Turns::take(
        bench.scale.rounds,
        || pass(bench, count, || limit(bench, &files)),
        || pass(bench, count, || ours(bench, &files)),
    )?;
    check(bench, count)?;
    drop_target(bench)?;
    let finding = Finding::throughput(
        &turns,
        "pg_restore of the database that the import leaves, without what makes the tables: COPY into every table, \
         then every index, key, reference and trigger",
    );
    let size = std::fs::metadata(&files.articles)?.len() / 1024 / 1024;
    Ok(vec![finding.note(format!("{count} articles, {size} MB of JSON"))])
}

/// Files of a run.
struct Files {
    tags: PathBuf,
    articles: PathBuf,
    dump: PathBuf,
}

impl Files {
    fn write(bench: &Bench, count: u64) -> Result<Self> {
        let files = Self {
            tags: bench.file("tags.ndjson"),
            articles: bench.file("articles.ndjson"),
            dump: bench.file("articles.dump"),
        };
        let mut tags = BufWriter::new(File::create(&files.tags)?);
        stories::write_tags(&mut tags)?;
        tags.flush()?;
        let mut articles = BufWriter::new(File::create(&files.articles)?);
        stories::write_articles(&mut articles, count)?;
        articles.flush()?;
        Ok(files)
    }
}

/// One import or copy into a database that is made for it; its making does not count.
fn pass(bench: &Bench, count: u64, work: impl FnOnce() -> Result<u128>) -> Result<Pass> {
    drop_target(bench)?;
    let before = bench.clocks(None);
    let elapsed_us = work()?;
    left(bench)?;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let (articles, seconds) = (count as f64, elapsed_us as f64 / 1e6);
    let cpu_us = bench.clocks(None).since(&before, articles);
    Ok(Pass {
        rate: articles / seconds,
        p50_ms: None,
        p99_ms: None,
        generator_busy: cpu_us.generator * articles / (seconds * 1e6),
        cpu_us,
        requests: articles,
    })
}

fn ours(bench: &Bench, files: &Files) -> Result<u128> {
    bench.postgres.sql("dateline", &format!("create database {TARGET} template {GROUND};"))?;
    bench.postgres.sql("dateline", "checkpoint;")?;
    timed(|| import(bench, "articles", &files.articles, TARGET))
}

/// The tables are there, empty and bare; what is timed fills them and builds the rest.
fn limit(bench: &Bench, files: &Files) -> Result<u128> {
    bench.postgres.sql("dateline", &format!("create database {TARGET} template template0;"))?;
    restore(bench, &files.dump, &["pre-data"])?;
    bench.postgres.sql("dateline", "checkpoint;")?;
    timed(|| restore(bench, &files.dump, &["data", "post-data"]))
}

/// Until nobody is connected: what a process of Postgres took is known when it has ended.
fn left(bench: &Bench) -> Result<()> {
    let connected = format!("select count(*) from pg_stat_activity where datname = '{TARGET}';");
    process::until(END_LIMIT_S, || match bench.postgres.sql("dateline", &connected)?.as_str() {
        "0" => Ok(()),
        _ => Err("somebody is still connected".into()),
    })
}

fn timed(work: impl FnOnce() -> Result<()>) -> Result<u128> {
    let begun = Instant::now();
    work()?;
    Ok(begun.elapsed().as_micros())
}

/// On the core of who asks, as the limit's program: Postgres has its own.
fn import(bench: &Bench, noun: &str, file: &Path, database: &str) -> Result<()> {
    let mut command = process::on_core(bench.cores.generator, &bench.dateline);
    command
        .args(["import", noun])
        .arg(file)
        .env("DATABASE_URL", bench.postgres.url(database))
        .env("SHORT_BASE_URLS", format!("https://{DOMAIN}"))
        .env("RUST_LOG", "warn")
        .current_dir("/");
    process::output_of(&mut command).map(|_| ())
}

fn dump(bench: &Bench, to: &Path) -> Result<()> {
    let mut command = Command::new("pg_dump");
    command
        .args(["--format=custom", "--compress=0", "--file"])
        .arg(to)
        .arg(bench.postgres.url(TARGET));
    process::output_of(&mut command).map(|_| ())
}

fn restore(bench: &Bench, from: &Path, sections: &[&str]) -> Result<()> {
    let mut command = process::on_core(bench.cores.generator, Path::new("pg_restore"));
    command
        .args(sections.iter().map(|section| format!("--section={section}")))
        .args(["--exit-on-error", "--dbname", &bench.postgres.url(TARGET)])
        .arg(from);
    process::output_of(&mut command).map(|_| ())
}

fn drop_target(bench: &Bench) -> Result<()> {
    let drop = format!("drop database if exists {TARGET};");
    bench.postgres.sql("dateline", &drop).map(|_| ())
}

/// All is there: the articles, their links and what they carry.
fn check(bench: &Bench, count: u64) -> Result<()> {
    let counts = "select (select count(*) from articles), (select count(*) from short_links), \
                  (select count(*) from article_external_ids), (select count(*) from article_tags), \
                  (select sum(article_count) from tag_usage);";
    let found = bench.postgres.sql(TARGET, counts)?;
    let tags = count * u64::try_from(stories::TAGS_EACH)?;
    let expected = format!("{count}|{count}|{count}|{tags}|{tags}");
    if found == expected {
        return Ok(());
    }
    Err(format!("{found} rows instead of {expected}").into())
}

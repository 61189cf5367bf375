//! What a case works with: Postgres, services, limits, load generators.

use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
    fs,
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Result,
    arguments::{Arguments, Scale},
    codes,
    consumption::Clocks,
    data,
    limit::Limit,
    passes::Pass,
    pgbench::{self, Job, Variant},
    postgres::Postgres,
    process::{self, Cores},
    service::{DOMAIN, Service},
    vocabulary::Vocabulary,
    wrk::{self, Expected, Load, Scheduled},
};

/// The database with many articles.
pub const STORIES: &str = "stories";
/// The database with few articles of the same kind.
pub const FEW_STORIES: &str = "few_stories";
/// How many they are.
pub const FEW: u64 = 10_000;
/// The database in which articles and links are made.
pub const WRITTEN: &str = "written";
/// The database with a large vocabulary.
pub const VOCABULARY: &str = "vocabulary";

/// The bench, while it runs.
pub struct Bench {
    /// How much is done.
    pub scale: Scale,
    /// Which core does what.
    pub cores: Cores,
    /// Other shorteners, by name and address of a link.
    pub peers: Vec<(String, String)>,
    /// The database server.
    pub postgres: Postgres,
    /// The service's program.
    pub dateline: PathBuf,
    programs: PathBuf,
    links: Cell<u64>,
    made: RefCell<HashSet<&'static str>>,
    // The last, so that it is removed when Postgres has left it.
    folder: Folder,
}

impl Bench {
    /// Starts Postgres and fills its database. The service's program and the limit's lie beside this one.
    pub fn start(arguments: &Arguments) -> Result<Self> {
        let programs = std::env::current_exe()?;
        let programs = programs.parent().unwrap_or(Path::new("/")).to_owned();
        let (scale, cores) = (arguments.scale(), Cores::choose()?);
        let folder = fresh_folder(&programs)?;
        let dateline = programs.join("dateline");
        let postgres = Postgres::start(&dateline, &folder.0.join("postgres"), cores.served)?;
        let split = |peer: &String| {
            let (name, url) = peer.split_once('=')?;
            Some((name.to_owned(), url.to_owned()))
        };
        let bench = Self {
            links: Cell::new(scale.articles),
            made: RefCell::default(),
            peers: arguments.peers.iter().filter_map(split).collect(),
            scale,
            cores,
            postgres,
            dateline,
            programs,
            folder,
        };
        say(&format!("loading {} articles", bench.scale.articles));
        bench.postgres.make_database(&bench.dateline, "dateline")?;
        data::load_newsroom(&bench.postgres, "dateline", bench.scale.articles)?;
        Ok(bench)
    }

    /// Starts a service on a database, with further settings.
    pub fn service(&self, database: &str, settings: &[(&str, &str)]) -> Result<Service> {
        self.service_on(self.cores.served, database, settings)
    }

    /// The same on a core of the caller's choice.
    pub fn service_on(
        &self,
        core: usize,
        database: &str,
        settings: &[(&str, &str)],
    ) -> Result<Service> {
        let log = self.folder.0.join("service.log");
        let url = self.postgres.url(database);
        Service::start(&self.dateline, core, &url, settings, &log)
    }

    /// Starts a bare handler that answers these paths as is answered there.
    pub fn limit(&self, from: SocketAddr, paths: &Path) -> Result<Limit> {
        let program = self.programs.join("limit");
        Limit::start(&program, self.cores.served, from, paths)
    }

    /// A key of a database's service that may do this, as the header line that names it.
    pub fn authorization(&self, database: &str, scopes: &[&str]) -> Result<String> {
        let mut command = Command::new(&self.dateline);
        command
            .args(["keys", "create", "--name", "bench", "--scope"])
            .args(scopes)
            .env("DATABASE_URL", self.postgres.url(database))
            .env("RUST_LOG", "error")
            .current_dir("/");
        let key = process::output_of(&mut command)?;
        Ok(format!("Authorization: Bearer {}\r\n", key.trim()))
    }

    /// Codes of the links of all articles.
    pub fn codes(&self) -> impl Iterator<Item = String> + use<> {
        let count = usize::try_from(self.scale.articles).unwrap_or(usize::MAX);
        codes::sound().take(count)
    }

    /// Puts this many links into the database, unless they are there.
    pub fn ensure_links(&self, count: u64) -> Result<()> {
        let present = self.links.get();
        if present < count {
            say(&format!("loading {} links", count - present));
            data::load_links(&self.postgres, present, count)?;
            self.links.set(count);
        }
        Ok(())
    }

    /// Fills the database [`STORIES`], unless it is filled.
    pub fn ensure_stories(&self) -> Result<()> {
        let size = (self.scale.stories, self.scale.tags);
        self.ensure(STORIES, &format!("{} articles", size.0), || {
            data::load_stories(&self.postgres, STORIES, size)
        })
    }

    /// Fills the database [`FEW_STORIES`], unless it is filled.
    pub fn ensure_few_stories(&self) -> Result<()> {
        let size = (FEW, self.scale.tags);
        self.ensure(FEW_STORIES, &format!("{FEW} articles"), || {
            data::load_stories(&self.postgres, FEW_STORIES, size)
        })
    }

    /// Fills the database [`WRITTEN`], unless it is filled.
    pub fn ensure_written(&self) -> Result<()> {
        let articles = self.scale.articles;
        self.ensure(WRITTEN, &format!("{articles} articles"), || {
            data::load_newsroom(&self.postgres, WRITTEN, articles)
        })
    }

    /// Fills the database [`VOCABULARY`], unless it is filled; what is in it.
    pub fn ensure_vocabulary(&self) -> Result<Vocabulary> {
        let vocabulary = Vocabulary::invent(self.scale.tags);
        let (tags, names) = (vocabulary.tags.len(), vocabulary.names());
        self.ensure(
            VOCABULARY,
            &format!("{tags} tags with {names} names"),
            || data::load_vocabulary(&self.postgres, VOCABULARY, &vocabulary),
        )?;
        Ok(vocabulary)
    }

    /// Makes a database and fills it, unless it is there.
    fn ensure(
        &self,
        database: &'static str,
        what: &str,
        load: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        if !self.made.borrow().contains(database) {
            say(&format!("loading {what}"));
            self.postgres.make_database(&self.dateline, database)?;
            load()?;
            self.made.borrow_mut().insert(database);
        }
        Ok(())
    }

    /// A file with a path for each code.
    pub fn paths(&self, name: &str, codes: impl Iterator<Item = String>) -> Result<PathBuf> {
        self.lines(name, codes.map(|code| format!("/{code}")))
    }

    /// A file of these lines.
    pub fn lines(&self, name: &str, lines: impl Iterator<Item = String>) -> Result<PathBuf> {
        let path = self.folder.0.join(name);
        let mut file = std::io::BufWriter::new(fs::File::create(&path)?);
        for line in lines {
            writeln!(file, "{line}")?;
        }
        file.flush()?;
        Ok(path)
    }

    /// A file in the bench's folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.0.join(name)
    }

    /// The usual load: readers who follow the links of a file.
    pub fn readers(&self, address: SocketAddr, paths: &Path) -> Load {
        Load {
            address,
            host: DOMAIN.to_owned(),
            asked: paths.to_owned(),
            posted_to: None,
            first: 0,
            headers: String::new(),
            connections: wrk::CONNECTIONS,
            seconds: self.scale.seconds,
            expected: Expected::Success,
        }
    }

    /// Measures a server under a load.
    pub fn measure(&self, server: Option<u32>, load: &Load) -> Result<Pass> {
        let before = self.clocks(server);
        let counted = wrk::run(self.cores.generator, &self.folder.0, load)?;
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let (requests, seconds) = (counted.requests as f64, counted.duration_us as f64 / 1e6);
        let pass = self.pass(server, &before, requests, seconds);
        Ok(Pass {
            p50_ms: Some(counted.p50_us / 1000.0),
            p99_ms: Some(counted.p99_us / 1000.0),
            ..pass
        })
    }

    /// Measures a server under the same load at so many requests per second, each at its moment.
    pub fn measure_scheduled(&self, load: &Load, rate: f64) -> Result<Scheduled> {
        let program = self.programs.join("open_loop");
        wrk::run_scheduled(self.cores.generator, &program, load, rate)
    }

    /// Measures Postgres under pgbench.
    pub fn measure_pgbench(&self, job: &Job, variant: &Variant, seconds: u64) -> Result<Pass> {
        let before = self.clocks(None);
        let (requests, seconds) = pgbench::run(job, variant, seconds)?;
        Ok(self.pass(None, &before, requests, seconds))
    }

    /// A job for pgbench on the core of load generators.
    pub fn job(&self, database: &str, script: String, defined: Vec<(String, String)>) -> Job {
        Job {
            url: self.postgres.url(database),
            script,
            defined,
            folder: self.folder.0.clone(),
            core: self.cores.generator,
        }
    }

    /// The fastest way in which pgbench does a job.
    pub fn best_of_pgbench(&self, job: &Job) -> Result<Variant> {
        let mut best: Option<(f64, Variant)> = None;
        for variant in pgbench::variants() {
            let rate = self.measure_pgbench(job, &variant, 2)?.rate;
            say(&format!("{}: {rate:.0} per second", variant.name()));
            if best.as_ref().is_none_or(|(fastest, _)| rate > *fastest) {
                best = Some((rate, variant));
            }
        }
        best.map(|(_, variant)| variant)
            .ok_or_else(|| "no variant of pgbench".into())
    }

    /// Processor time of everybody who takes part, until now.
    pub fn clocks(&self, server: Option<u32>) -> Clocks {
        Clocks::read(server, self.postgres.postmaster())
    }

    fn pass(&self, server: Option<u32>, before: &Clocks, requests: f64, seconds: f64) -> Pass {
        let cpu_us = self.clocks(server).since(before, requests);
        Pass {
            rate: requests / seconds,
            p50_ms: None,
            p99_ms: None,
            generator_busy: cpu_us.generator * requests / (seconds * 1e6),
            cpu_us,
            requests,
        }
    }
}

/// Says what is being done, for who waits.
pub fn say(what: &str) {
    eprintln!("bench: {what}");
}

/// A folder that is removed with this value.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A folder beside the programs, so on the disk of the build, without what a killed run left.
fn fresh_folder(programs: &Path) -> Result<Folder> {
    let folder = programs.join("bench-data");
    let lock = folder.join("postgres/postgres.lock");
    if let Ok(file) = fs::File::options().append(true).open(&lock) {
        file.try_lock().map_err(|_| "another bench is running")?;
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(Folder(folder))
}

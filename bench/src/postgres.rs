//! A Postgres of the bench's own, on the disk, as durable as in production.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

use crate::{
    Result,
    process::{self, Started},
};

/// Postgres, run by the service's own verb. It ends when its input is closed, so also when this
/// process dies.
pub struct Postgres {
    url: String,
    folder: PathBuf,
    postmaster: u32,
    owner: Started,
}

impl Postgres {
    /// Starts one in a folder that is made for it.
    pub fn start(dateline: &Path, folder: &Path, core: usize) -> Result<Self> {
        let mut command = Command::new("taskset");
        command
            .args(["--cpu-list", &core.to_string()])
            .arg(dateline)
            .args(["postgres", "--data-dir"])
            .arg(folder)
            .args([
                "--",
                "sh",
                "-c",
                "echo \"$DATABASE_URL\"; exec cat >/dev/null",
            ])
            .env("RUST_LOG", "error")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut owner = Started::new(&mut command)?;
        let output = owner.child().stdout.take().ok_or("no output")?;
        let mut url = String::new();
        BufReader::new(output).read_line(&mut url)?;
        if url.is_empty() {
            return Err("Postgres does not start; what it said stands above".into());
        }
        let pid_file = fs::read_to_string(folder.join("cluster/postmaster.pid"))?;
        Ok(Self {
            url: url.trim().to_owned(),
            folder: folder.to_owned(),
            postmaster: pid_file.lines().next().unwrap_or_default().parse()?,
            owner,
        })
    }

    /// The process that all its others are children of.
    pub fn postmaster(&self) -> u32 {
        self.postmaster
    }

    /// The address of a database.
    pub fn url(&self, database: &str) -> String {
        let server = self.url.rsplit_once('/').map_or("", |(server, _)| server);
        format!("{server}/{database}")
    }

    /// Where the server writes what it does.
    pub fn log(&self) -> PathBuf {
        self.folder.join("postgres.log")
    }

    /// Bytes that the server has written there. What a statement is told of is written before its
    /// answer is sent.
    pub fn logged_bytes(&self) -> Result<usize> {
        Ok(usize::try_from(fs::metadata(self.log())?.len())?)
    }

    /// Does something while the server logs every statement with the time that it took.
    pub fn while_logging<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let all = "alter system set log_min_duration_statement = 0; select pg_reload_conf();";
        let none = "alter system reset log_min_duration_statement; select pg_reload_conf();";
        // One statement per call: `alter system` refuses the company of others.
        self.sql("dateline", all)?;
        sleep(Duration::from_millis(300));
        let done = work();
        sleep(Duration::from_millis(300));
        self.sql("dateline", none)?;
        done
    }

    /// Runs some SQL and returns its rows, without alignment.
    pub fn sql(&self, database: &str, text: &str) -> Result<String> {
        self.feed(database, &[], |input| input.write_all(text.as_bytes()))
    }

    /// Runs SQL that is written piece by piece, with variables for psql.
    pub fn feed(
        &self,
        database: &str,
        variables: &[(&str, String)],
        write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<String> {
        let mut command = Command::new("psql");
        command.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]);
        command.args(["--set", "ON_ERROR_STOP=1", "--dbname", &self.url(database)]);
        for (name, value) in variables {
            command.args(["--set", &format!("{name}={value}")]);
        }
        command
            .args(["--file", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut psql = command.spawn()?;
        if let Some(input) = psql.stdin.take() {
            let mut input = std::io::BufWriter::new(input);
            // A statement that fails closes the pipe; psql's own words are better than that.
            let _ = write(&mut input).and_then(|()| input.flush());
        }
        let output = psql.wait_with_output()?;
        if !output.status.success() {
            return Err("psql failed; what it said stands above".into());
        }
        Ok(String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned())
    }

    /// Makes a database and brings it to the service's shape.
    pub fn make_database(&self, dateline: &Path, name: &str) -> Result<()> {
        if name != "dateline" {
            self.sql("dateline", &format!("create database {name}"))?;
        }
        let mut migrate = Command::new(dateline);
        migrate
            .arg("migrate")
            .env("DATABASE_URL", self.url(name))
            .env("RUST_LOG", "warn")
            .current_dir("/");
        process::output_of(&mut migrate).map(|_| ())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.owner.close_input();
        self.owner.wait();
    }
}

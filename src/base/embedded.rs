//! A private Postgres, so that `make run` and the tests need no database set up beforehand.
//!
//! It is the machine's own Postgres, started from its binaries on a folder of ours. It listens on a
//! Unix socket alone, in a folder that only its user can enter: no port can clash, and nobody else
//! gets in although it asks for no password. A data folder looks like this:
//!
//! | name            | what                                                                |
//! |-----------------|---------------------------------------------------------------------|
//! | `cluster/`      | Postgres' data; complete from the moment it has this name           |
//! | `socket/`       | the socket (in the temporary folder if the path would be too long)  |
//! | `postgres.log`  | the log since the last start; `postgres.log.1` is the one before it |
//! | `postgres.lock` | locked by the process that runs the server                          |
//!
//! One process owns the server: it starts and stops it. Any other that is given the same folder
//! meanwhile is a guest: it gets the address and leaves the server alone. A server never outlives
//! its owner, not even one that was killed.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use self::binaries::Binaries;
pub use self::error::EmbeddedError;
use self::folder::Folder;
use self::process::{Kept, command_for};

mod binaries;
mod cluster;
mod error;
mod folder;
mod process;
mod socket;

/// How long a start may take; replaying the log of a server that was killed is the slow case.
const START_LIMIT: Duration = Duration::from_secs(120);
/// How long a fast shutdown may take; it ends all sessions and writes a checkpoint.
const FAST_STOP_LIMIT: Duration = Duration::from_secs(30);
/// How long an immediate shutdown may take, which skips the checkpoint; after it comes `SIGKILL`.
const IMMEDIATE_STOP_LIMIT: Duration = Duration::from_secs(5);
/// How long a server whose owner is gone may go on before it counts as started by hand. The kernel
/// frees a dead owner's lock a moment before it signals the server.
const ORPHAN_LIMIT: Duration = Duration::from_secs(3);
/// How often the state of a server is looked at while waiting.
const POLL: Duration = Duration::from_millis(10);
/// The only port name the socket can have, whatever `PGPORT` says.
const PORT: &str = "5432";

/// What an embedded Postgres is started with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder that holds everything of this server; made if it is missing.
    pub data_dir: PathBuf,
    /// The folder with `initdb` and `postgres`; `None` searches Debian's folders, then `PATH`.
    pub binaries: Option<PathBuf>,
    /// What a crash of the machine may cost.
    pub durability: Durability,
}

/// What a crash of the machine may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing that was committed.
    Full,
    /// The whole cluster: several times faster, for data that is thrown away, such as a test's.
    None,
}

/// A running Postgres with an empty or a well-filled database `dateline`.
///
/// Dropping an owner does not stop the server: call [`stop`](Self::stop). What is forgotten ends
/// with this process.
#[derive(Debug)]
#[must_use = "an owner must stop its server"]
pub struct Embedded {
    sockets: PathBuf,
    owned: Option<Owned>,
}

/// What the owner of a server keeps until it stops it.
#[derive(Debug)]
struct Owned {
    server: Kept,
    folder: Folder,
    /// Held from before the server starts until after it has stopped.
    _lock: File,
}

impl Embedded {
    /// Starts the server of a data folder, making its cluster first if there is none, or joins the
    /// one that runs there already.
    pub async fn start(settings: &Settings) -> Result<Self, EmbeddedError> {
        let folder = Folder::open(&settings.data_dir)?;
        let begun = Instant::now();
        let mut unowned_since = None;
        while begun.elapsed() < START_LIMIT {
            match (folder.try_lock()?, folder.live_server()) {
                (Some(lock), None) if !folder.is_in_use() => {
                    return Self::own(settings, folder, lock).await;
                }
                (None, Some(server)) if server.ready => return Ok(Self::join(server.sockets)),
                (Some(_), Some(server)) if server.ready => {
                    let since = *unowned_since.get_or_insert_with(Instant::now);
                    if since.elapsed() > ORPHAN_LIMIT {
                        return Ok(Self::join(server.sockets));
                    }
                }
                _ => unowned_since = None,
            }
            sleep(POLL).await;
        }
        Err(EmbeddedError::Busy {
            data_dir: folder.path().to_owned(),
            seconds: START_LIMIT.as_secs(),
        })
    }

    fn join(sockets: PathBuf) -> Self {
        log::info!("postgres=joined socket_dir={}", sockets.display());
        Self {
            sockets,
            owned: None,
        }
    }

    async fn own(settings: &Settings, folder: Folder, lock: File) -> Result<Self, EmbeddedError> {
        let begun = Instant::now();
        let made_by = cluster::version(&folder)?;
        let binaries = Binaries::find(settings.binaries.as_deref(), made_by).await?;
        if let Some(made_by) = made_by {
            cluster::check(&folder, &binaries, made_by)?;
        }
        let log = folder.fresh_log()?;
        cluster::remove_partial(folder.path());
        if made_by.is_none() {
            cluster::make(&folder, &binaries, settings.durability, &log).await?;
        }
        folder.remove_misleading_pid_file();
        let sockets = socket::clean_folder(folder.path())?;
        let server = run_server(&binaries, &folder, &sockets, settings.durability, log).await?;
        let owned = Owned {
            server,
            folder,
            _lock: lock,
        };
        owned.wait_until_ready().await?;
        log::info!(
            "postgres=started version={} pid={} data_dir={} ms={}",
            binaries.major,
            owned.server.pid(),
            owned.folder.path().display(),
            begun.elapsed().as_millis()
        );
        Ok(Self {
            sockets,
            owned: Some(owned),
        })
    }

    /// Whether this process started the server, and so has to stop it.
    pub fn is_owner(&self) -> bool {
        self.owned.is_some()
    }

    /// The address of the database, understood by tokio-postgres and by libpq's programs.
    pub fn url(&self) -> String {
        let host = socket::percent_encoded(&self.sockets);
        format!("postgres://dateline@{host}:{PORT}/dateline")
    }

    /// Stops the server if this process owns it; a guest leaves it alone.
    ///
    /// Sessions that are still open are ended. Should the server hang, it is told to stop
    /// immediately after 30 s and killed 5 s later; either way the next start recovers.
    pub async fn stop(self) -> Result<(), EmbeddedError> {
        let Some(owned) = self.owned else {
            return Ok(());
        };
        owned.stop_server().await?;
        socket::drop_folder(&self.sockets, owned.folder.path());
        log::info!("postgres=stopped pid={}", owned.server.pid());
        Ok(())
    }
}

async fn run_server(
    binaries: &Binaries,
    folder: &Folder,
    sockets: &Path,
    durability: Durability,
    log: File,
) -> Result<Kept, EmbeddedError> {
    let mut command = command_for(&binaries.postgres, "INT")?;
    command
        .arg("-D")
        .arg(folder.cluster())
        .args(["-p", PORT])
        .args(cluster::server_options(sockets, durability))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log);
    process::keep(command).await.map_err(EmbeddedError::io(
        "start through setpriv",
        &binaries.postgres,
    ))
}

impl Owned {
    async fn wait_until_ready(&self) -> Result<(), EmbeddedError> {
        let begun = Instant::now();
        while begun.elapsed() < START_LIMIT {
            if let Some(status) = self.server.ended() {
                return Err(self.folder.failed("postgres", status));
            }
            let state = self.folder.live_server();
            if state.is_some_and(|state| state.pid == self.server.pid() && state.ready) {
                return Ok(());
            }
            sleep(POLL).await;
        }
        self.stop_server().await?;
        Err(EmbeddedError::Slow {
            seconds: START_LIMIT.as_secs(),
            log: self.folder.log(),
            tail: self.folder.log_tail(),
        })
    }

    async fn stop_server(&self) -> Result<(), EmbeddedError> {
        let steps = [
            ("INT", FAST_STOP_LIMIT),
            ("QUIT", IMMEDIATE_STOP_LIMIT),
            ("KILL", IMMEDIATE_STOP_LIMIT),
        ];
        for (signal, limit) in steps {
            if self.server.ended().is_some() {
                return Ok(());
            }
            self.server.signal(signal).await.map_err(EmbeddedError::io(
                "signal the server of",
                self.folder.path(),
            ))?;
            let begun = Instant::now();
            while self.server.ended().is_none() && begun.elapsed() < limit {
                sleep(POLL).await;
            }
        }
        Ok(())
    }
}

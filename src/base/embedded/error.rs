//! Why there is no embedded Postgres, in words that say what to do.

use std::io;
use std::path::{Path, PathBuf};

/// Why there is no embedded Postgres.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// The machine has no Postgres server, or not where it was said to be.
    #[error(
        "no Postgres server (the programs initdb and postgres) in {searched}; install Debian's \
         package `postgresql` or set POSTGRES_BIN to the folder of initdb and postgres, or set \
         DATABASE_URL to use a Postgres that runs elsewhere"
    )]
    BinariesMissing {
        /// The places that were looked at.
        searched: String,
    },
    /// Data files are readable by one major version only.
    #[error(
        "the data in {} was made by Postgres {made_by}, but {} is Postgres {found}; install \
         Postgres {made_by} or set POSTGRES_BIN to its folder, or use another data folder",
        cluster.display(), binaries.display()
    )]
    OtherVersion {
        /// The folder of the data files.
        cluster: PathBuf,
        /// The major version that made them.
        made_by: u32,
        /// The folder of the best server found.
        binaries: PathBuf,
        /// Its major version.
        found: u32,
    },
    /// Postgres works on files of its own user alone.
    #[error(
        "the data in {} belongs to user {owner}, this process is user {user}; run as that user or \
         use another data folder", cluster.display()
    )]
    OtherUser {
        /// The folder of the data files.
        cluster: PathBuf,
        /// The user id that owns it.
        owner: u32,
        /// The user id of this process.
        user: u32,
    },
    /// One of Postgres' programs ended before it had done its work.
    #[error("{program} failed ({status}){hint}; the end of {} says:\n{tail}", log.display())]
    Failed {
        /// Which program.
        program: &'static str,
        /// How it ended.
        status: String,
        /// What is known to cause this under the circumstances; may be empty.
        hint: &'static str,
        /// The log file.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// The server lives but is not ready in time.
    #[error("Postgres is not ready after {seconds} s; the end of {} says:\n{tail}", log.display())]
    Slow {
        /// How long it was given.
        seconds: u64,
        /// The log file.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// Another process has the folder locked, but its server does not get ready (or runs in another
    /// container and cannot be seen from here).
    #[error("another process holds {} and its Postgres is not ready after {seconds} s", data_dir.display())]
    Busy {
        /// The data folder.
        data_dir: PathBuf,
        /// How long it was waited for.
        seconds: u64,
    },
    /// There is no place for the socket that is private and whose path is short enough.
    #[error("no place for the socket: {} {fault}; use a data folder with a short and plain path", path.display())]
    NoSocket {
        /// The folder that cannot be used.
        path: PathBuf,
        /// Why not.
        fault: &'static str,
    },
    /// The operating system refused something.
    #[error("cannot {doing}: {source}")]
    Io {
        /// What was being done, with the path.
        doing: String,
        /// The system's reason.
        source: io::Error,
    },
}

impl EmbeddedError {
    /// Says what was being done when the system refused, for `map_err`.
    pub(super) fn io(doing: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let doing = format!("{doing} {}", path.display());
        move |source| Self::Io { doing, source }
    }
}

//! The data folder: its names, its lock, its log, and who is at work in it.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, TryLockError};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::EmbeddedError;

/// How many lines of the log an error repeats.
const TAIL_LINES: usize = 20;

/// A data folder.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

/// What the pid file says about a server that is alive.
#[derive(Debug)]
pub(super) struct LiveServer {
    pub(super) pid: u32,
    /// The folder of its socket.
    pub(super) sockets: PathBuf,
    /// Whether it takes connections: not yet while it starts, no longer while it stops.
    pub(super) ready: bool,
}

impl Folder {
    /// Makes the folder if it is missing.
    pub(super) fn open(path: &Path) -> Result<Self, EmbeddedError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(EmbeddedError::io("make the folder", path))?;
        // The server changes its working folder, and tells its own path by the real name.
        let path = fs::canonicalize(path).map_err(EmbeddedError::io("open", path))?;
        Ok(Self { path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn cluster(&self) -> PathBuf {
        self.path.join("cluster")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.path.join("postgres.log")
    }

    /// The lock of the folder, unless another process has it. It lasts as long as the file is open
    /// and ends with its process, however that ends.
    pub(super) fn try_lock(&self) -> Result<Option<File>, EmbeddedError> {
        let path = self.path.join("postgres.lock");
        let file = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(EmbeddedError::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(EmbeddedError::io("lock", &path)(error)),
        }
    }

    /// The server that is at work on the cluster, whether it takes connections or not.
    pub(super) fn live_server(&self) -> Option<LiveServer> {
        // Source: Postgres' pidfile.h. Lines: 1 process id, 5 socket folder, 8 state.
        let text = fs::read(self.cluster().join("postmaster.pid")).ok()?;
        let mut lines = text.split(|byte| *byte == b'\n');
        let pid = std::str::from_utf8(lines.next()?).ok()?.parse().ok()?;
        let sockets = lines.nth(3).unwrap_or_default();
        let state = lines.nth(2).unwrap_or_default();
        self.is_server(pid).then(|| LiveServer {
            pid,
            sockets: PathBuf::from(OsStr::from_bytes(sockets)),
            ready: state.trim_ascii() == b"ready" && !sockets.is_empty(),
        })
    }

    /// Whether a process is a server on this cluster: a pid file outlives a killed server, and its
    /// number may be another's by now, or that of a dead process that nobody collects.
    fn is_server(&self, pid: u32) -> bool {
        let process = PathBuf::from(format!("/proc/{pid}"));
        fs::read_link(process.join("cwd")).is_ok_and(|folder| folder == self.cluster())
            && fs::read(process.join("comm")).is_ok_and(|name| name == b"postgres\n")
    }

    /// Whether any process of a server is at work on the cluster. The sessions of a server that was
    /// killed live a moment longer than it does, and a second server beside them would corrupt it.
    pub(super) fn is_in_use(&self) -> bool {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        processes
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .any(|pid| self.is_server(pid))
    }

    /// Removes a pid file whose number stands for a process that is not our server (the
    /// caller has made sure), since Postgres may not start then. Any other it replaces itself.
    pub(super) fn remove_misleading_pid_file(&self) {
        let path = self.cluster().join("postmaster.pid");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let pid = text.lines().next().unwrap_or_default();
        if !pid.is_empty() && Path::new("/proc").join(pid).exists() {
            let _ = fs::remove_file(path);
        }
    }

    /// Starts a new log and keeps the one before.
    pub(super) fn fresh_log(&self) -> Result<File, EmbeddedError> {
        let path = self.log();
        // Fails the first time; and a log that cannot be kept is no reason not to start.
        let _ = fs::rename(&path, self.path.join("postgres.log.1"));
        File::create(&path).map_err(EmbeddedError::io("make", &path))
    }

    /// The last lines of the log.
    pub(super) fn log_tail(&self) -> String {
        let text = fs::read(self.log()).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        let start = lines.len().saturating_sub(TAIL_LINES);
        lines.get(start..).unwrap_or_default().join("\n")
    }

    /// The error of a program that ended too early.
    pub(super) fn failed(&self, program: &'static str, status: &str) -> EmbeddedError {
        let tail = self.log_tail();
        let hint = if tail.contains("unshare:") {
            "; as root it needs a user namespace, which this system refuses: run as another user, \
             or set DATABASE_URL to use a Postgres that runs elsewhere"
        } else {
            ""
        };
        EmbeddedError::Failed {
            program,
            status: status.to_owned(),
            hint,
            log: self.log(),
            tail,
        }
    }
}

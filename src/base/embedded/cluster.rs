//! The cluster: making it, checking it, and the settings it runs with.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{self, Command, Stdio};

use super::binaries::{Binaries, major_version};
use super::folder::Folder;
use super::process::{command_for, user_id};
use super::{Durability, EmbeddedError, socket};

/// How the names of clusters in the making begin.
const PARTIAL: &str = "cluster.partial-";

/// The major version that made the cluster; `None` if there is no cluster yet.
pub(super) fn version(folder: &Folder) -> Result<Option<u32>, EmbeddedError> {
    let path = folder.cluster().join("PG_VERSION");
    match fs::read_to_string(&path) {
        Ok(text) => Ok(major_version(&text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(EmbeddedError::io("read", &path)(error)),
    }
}

/// Refuses a cluster that Postgres would refuse, in words that say what to do.
pub(super) fn check(
    folder: &Folder,
    binaries: &Binaries,
    made_by: u32,
) -> Result<(), EmbeddedError> {
    let cluster = folder.cluster();
    if made_by != binaries.major {
        return Err(EmbeddedError::OtherVersion {
            cluster,
            made_by,
            binaries: binaries.folder().to_owned(),
            found: binaries.major,
        });
    }
    let owner = fs::metadata(&cluster)
        .map_err(EmbeddedError::io("open", &cluster))?
        .uid();
    let user = user_id()?;
    if owner != user {
        return Err(EmbeddedError::OtherUser {
            cluster,
            owner,
            user,
        });
    }
    Ok(())
}

/// Makes the cluster and its database under a name of its own, then gives it its real name, so that
/// a start that is killed halfway leaves nothing that looks like a cluster.
pub(super) async fn make(
    folder: &Folder,
    binaries: &Binaries,
    durability: Durability,
    log: &File,
) -> Result<(), EmbeddedError> {
    let partial = folder.path().join(format!("{PARTIAL}{}", process::id()));

    let mut initdb = command_for(&binaries.initdb, "KILL")?;
    initdb
        .arg("--pgdata")
        .arg(&partial)
        .args(["--username", "dateline", "--auth", "trust"])
        .args(["--encoding", "UTF8", "--locale", "C.UTF-8"])
        .stdin(Stdio::null());
    if durability == Durability::None {
        initdb.arg("--no-sync");
    }
    run("initdb", initdb, folder, log).await?;

    // The server's single-user mode needs neither a client nor a socket.
    let statement =
        piped("create database dateline\n").map_err(EmbeddedError::io("write to", &partial))?;
    let mut single = command_for(&binaries.postgres, "KILL")?;
    single
        .args(["--single", "-c", "exit_on_error=on", "-D"])
        .arg(&partial)
        .arg("postgres")
        .stdin(statement);
    run("postgres --single", single, folder, log).await?;

    let cluster = folder.cluster();
    fs::rename(&partial, &cluster).map_err(EmbeddedError::io("make", &cluster))?;
    // Else a power failure could bring back the partial name, and the next start would remove it.
    File::open(folder.path())
        .and_then(|opened| opened.sync_all())
        .map_err(EmbeddedError::io("sync", folder.path()))
}

/// Removes what killed starts have left. One that is still dying may add files meanwhile, so this
/// is no more than an attempt, made again at each start; the name it uses is not ours.
pub(super) fn remove_partial(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().as_bytes().starts_with(PARTIAL.as_bytes()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

async fn run(
    program: &'static str,
    mut command: Command,
    folder: &Folder,
    log: &File,
) -> Result<(), EmbeddedError> {
    let cannot_start = |source| EmbeddedError::Io {
        doing: format!("start {program} through setpriv"),
        source,
    };
    command
        .stdout(log.try_clone().map_err(cannot_start)?)
        .stderr(log.try_clone().map_err(cannot_start)?);
    let status = tokio::process::Command::from(command)
        .kill_on_drop(true)
        .status()
        .await
        .map_err(cannot_start)?;
    if status.success() {
        Ok(())
    } else {
        Err(folder.failed(program, &status.to_string()))
    }
}

/// The reading end of a pipe that holds a text shorter than a pipe's buffer.
fn piped(text: &str) -> io::Result<io::PipeReader> {
    let (reader, mut writer) = io::pipe()?;
    writer.write_all(text.as_bytes())?;
    Ok(reader)
}

/// What the server is told over and above its `postgresql.conf`, as arguments. Memory and
/// connections are not among it: initdb's choice (128 MB, 100) suits a small machine, and may be
/// changed there.
pub(super) fn server_options(sockets: &Path, durability: Durability) -> Vec<OsString> {
    let mut socket_folder = OsString::from("unix_socket_directories=");
    socket_folder.push(socket::quoted(sockets));
    let mut settings = vec![
        socket_folder,
        "listen_addresses=".into(),
        "unix_socket_permissions=0700".into(),
        "cluster_name=dateline".into(),
        "timezone=UTC".into(),
        "log_timezone=UTC".into(),
    ];
    if durability == Durability::None {
        let unsafe_after_a_crash = [
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
        ];
        settings.extend(unsafe_after_a_crash.map(OsString::from));
    }
    settings
        .into_iter()
        .flat_map(|setting| ["-c".into(), setting])
        .collect()
}

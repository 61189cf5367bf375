//! The folder of the socket: private, short enough for the kernel, and plain enough for a URL.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::process::user_id;
use super::{EmbeddedError, PORT};

/// The longest path of a Unix socket in bytes (source: unix(7), `sun_path` less its final NUL).
const PATH_MAX: usize = 107;

/// A private folder for the socket of a data folder, without what a killed server left in it.
pub(super) fn clean_folder(data_dir: &Path) -> Result<PathBuf, EmbeddedError> {
    let inside = data_dir.join("socket");
    let folder = if is_usable(&inside) {
        inside
    } else {
        in_temporary(data_dir)
    };
    if !is_usable(&folder) {
        return Err(EmbeddedError::NoSocket {
            path: folder,
            fault: "is too long or has a comma",
        });
    }
    make_private(&folder)?;
    for name in [file_name(), format!("{}.lock", file_name())] {
        // Postgres would believe a lock whose process number is in use again.
        let _ = fs::remove_file(folder.join(name));
    }
    Ok(folder)
}

/// Removes the folder if it is not inside the data folder.
pub(super) fn drop_folder(folder: &Path, data_dir: &Path) {
    if !folder.starts_with(data_dir) {
        let _ = fs::remove_dir(folder);
    }
}

fn file_name() -> String {
    format!(".s.PGSQL.{PORT}")
}

fn is_usable(folder: &Path) -> bool {
    // libpq takes a comma for the end of the first of several hosts, even if it is percent-encoded.
    folder.join(file_name()).as_os_str().len() <= PATH_MAX
        && !folder.as_os_str().as_bytes().contains(&b',')
}

fn in_temporary(data_dir: &Path) -> PathBuf {
    // FNV-1a: the same in every build, so that what a killed server left is found again.
    let bytes = data_dir.as_os_str().as_bytes();
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    std::env::temp_dir().join(format!("dateline-{hash:016x}"))
}

/// Makes a folder that only this user can enter, or accepts one that is there; anybody could have
/// made one in the temporary folder.
fn make_private(path: &Path) -> Result<(), EmbeddedError> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        result => return result.map_err(EmbeddedError::io("make", path)),
    }
    let found = fs::symlink_metadata(path).map_err(EmbeddedError::io("open", path))?;
    if found.is_dir() && found.uid() == user_id()? && found.mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(EmbeddedError::NoSocket {
        path: path.to_owned(),
        fault: "is not a private folder of this user",
    })
}

/// A path as one item of a Postgres list, in which commas and spaces mean something.
pub(super) fn quoted(path: &Path) -> OsString {
    let mut bytes = vec![b'"'];
    for byte in path.as_os_str().as_bytes() {
        if *byte == b'"' {
            bytes.push(b'"');
        }
        bytes.push(*byte);
    }
    bytes.push(b'"');
    OsStr::from_bytes(&bytes).to_owned()
}

/// A path as the host of a URL.
pub(super) fn percent_encoded(path: &Path) -> String {
    let mut text = String::new();
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(byte) {
            text.push(char::from(*byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

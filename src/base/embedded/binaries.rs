//! Finding the machine's Postgres server.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::EmbeddedError;

/// Where Debian keeps its servers, one folder for each major version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The programs of one Postgres server.
#[derive(Debug)]
pub(super) struct Binaries {
    /// Makes a cluster.
    pub(super) initdb: PathBuf,
    /// The server.
    pub(super) postgres: PathBuf,
    /// Its major version, which is that of the clusters it can read.
    pub(super) major: u32,
}

impl Binaries {
    /// Looks in the folder that was named, else in Debian's folders, newest first, then along
    /// `PATH`. A server of the major version `wanted` is preferred to a newer one.
    pub(super) async fn find(
        named: Option<&Path>,
        wanted: Option<u32>,
    ) -> Result<Self, EmbeddedError> {
        let folders = named.map_or_else(usual_folders, |folder| vec![folder.to_owned()]);
        let mut first = None;
        for folder in folders {
            let Some(found) = Self::within(&folder).await else {
                continue;
            };
            if wanted.is_none_or(|wanted| wanted == found.major) {
                return Ok(found);
            }
            first.get_or_insert(found);
        }
        first.ok_or_else(|| EmbeddedError::BinariesMissing {
            searched: named.map_or_else(
                || format!("{DEBIAN}/*/bin and on PATH"),
                |folder| folder.display().to_string(),
            ),
        })
    }

    /// The folder the programs were found in.
    pub(super) fn folder(&self) -> &Path {
        self.postgres.parent().unwrap_or(&self.postgres)
    }

    async fn within(folder: &Path) -> Option<Self> {
        // A relative folder would be looked up anew by the programs, which change theirs.
        let initdb = fs::canonicalize(folder.join("initdb")).ok()?;
        let postgres = fs::canonicalize(folder.join("postgres")).ok()?;
        let answer = Command::new(&postgres)
            .arg("--version")
            .output()
            .await
            .ok()?;
        Some(Self {
            initdb,
            postgres,
            major: major_version(&String::from_utf8_lossy(&answer.stdout))?,
        })
    }
}

fn usual_folders() -> Vec<PathBuf> {
    let mut debian: Vec<(u32, PathBuf)> = fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    debian.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    let path = env::var_os("PATH").unwrap_or_default();
    debian
        .into_iter()
        .map(|(_, folder)| folder)
        .chain(env::split_paths(&path))
        .collect()
}

/// The major version in what `postgres --version` says, e.g. 15 in `postgres (PostgreSQL) 15.18
/// (Debian 15.18-0+deb12u1)` or 19 in `postgres (PostgreSQL) 19beta1`, and in a `PG_VERSION` file.
pub(super) fn major_version(text: &str) -> Option<u32> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let digits = text.get(start..)?;
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}

//! The bare handler as a process: the same bytes from a static map.

use std::{net::SocketAddr, path::Path};

use crate::{
    Result,
    http::{self, Answer, Client},
    process::{self, Started},
    service::DOMAIN,
};

/// Seconds until it must have fetched the answers.
const START_LIMIT_S: u64 = 120;

/// A bare handler that answers, and stops with this value.
pub struct Limit {
    started: Started,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Limit {
    /// Starts one that answers the paths of a file as the service does that listens there.
    pub fn start(program: &Path, core: usize, from: SocketAddr, paths: &Path) -> Result<Self> {
        let address = http::free_address()?;
        let mut command = process::on_core(core, program);
        command
            .args(["--listen", &address.to_string()])
            .args(["--from", &from.to_string()])
            .args(["--host", DOMAIN])
            .arg("--paths")
            .arg(paths)
            .current_dir("/");
        let mut started = Started::new(&mut command)?;
        process::until(START_LIMIT_S, || {
            if started.has_ended() {
                return Ok(Err("the limit has ended; what it said stands above"));
            }
            http::get(address, DOMAIN, "/-").map(|_| Ok(()))
        })??;
        let limit = Self { started, address };
        limit.compare(from, paths)?;
        Ok(limit)
    }

    /// Whether it answers the first path with the bytes of the service.
    fn compare(&self, from: SocketAddr, paths: &Path) -> Result<()> {
        let paths = std::fs::read_to_string(paths)?;
        let line = paths.lines().next().unwrap_or("/");
        let ours = Client::connect(from, DOMAIN, "")?.ask(line)?;
        let theirs = Client::connect(self.address, DOMAIN, "")?.ask(line)?;
        if ours.status == theirs.status
            && ours.body == theirs.body
            && comparable(&ours) == comparable(&theirs)
        {
            return Ok(());
        }
        Err("the limit does not answer the same bytes as the service".into())
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.started.id()
    }
}

/// What must be the same in both: all but the time, and the id that each request has of its own. The
/// order of headers is that of a hash map.
fn comparable(answer: &Answer) -> Vec<(String, String)> {
    let same = |(name, _): &&(String, String)| name != "date" && name != "x-request-id";
    let mut headers: Vec<_> = answer.headers.iter().filter(same).cloned().collect();
    headers.sort();
    headers.extend(length_of(answer, "x-request-id"));
    headers
}

fn length_of(answer: &Answer, name: &str) -> Option<(String, String)> {
    Some((name.to_owned(), answer.header(name)?.len().to_string()))
}

//! The bare handler as a process: the same bytes from a static map.

use std::{net::SocketAddr, path::Path};

use crate::{
    Result, http,
    process::{self, Started},
    service::{DOMAIN, Service},
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
    /// Starts one that answers the paths of a file as the service does.
    pub fn start(program: &Path, core: usize, service: &Service, paths: &Path) -> Result<Self> {
        let address = http::free_address()?;
        let mut command = process::on_core(core, program);
        command
            .args(["--listen", &address.to_string()])
            .args(["--from", &service.public.to_string()])
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
        Ok(Self { started, address })
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.started.id()
    }
}

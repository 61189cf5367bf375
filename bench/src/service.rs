//! The service, in release, on the core of what is served.

use std::{
    fs::File,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
};

use crate::{
    Result, consumption, http,
    process::{self, Started},
};

/// The short domain of all links.
pub const DOMAIN: &str = "exmp.news";
/// Seconds until it must answer.
const START_LIMIT_S: u64 = 60;

/// A service that answers, and stops with this value.
pub struct Service {
    started: Started,
    /// Where the API listens.
    pub api: SocketAddr,
    /// Where short links are followed.
    pub public: SocketAddr,
}

impl Service {
    /// Starts one on a database, with further settings.
    pub fn start(
        dateline: &Path,
        core: usize,
        url: &str,
        settings: &[(&str, &str)],
        log: &Path,
    ) -> Result<Self> {
        let (api, public) = (http::free_address()?, http::free_address()?);
        let mut command = process::on_core(core, dateline);
        command
            .arg("serve")
            // Away from any `.env`.
            .current_dir("/")
            .env("DATABASE_URL", url)
            .env("API_LISTEN", api.to_string())
            .env("PUBLIC_LISTEN", public.to_string())
            .env("SHORT_BASE_URLS", format!("https://{DOMAIN}"))
            .env("RUST_LOG", "warn")
            .envs(settings.iter().copied())
            .stderr(File::options().create(true).append(true).open(log)?);
        let mut started = Started::new(&mut command)?;
        process::until(START_LIMIT_S, || {
            if started.has_ended() {
                let said = std::fs::read_to_string(log).unwrap_or_default();
                eprintln!("{}", said.trim_end());
                return Ok(Err("the service has ended; what it said stands above"));
            }
            match http::get(api, "localhost", "/readyz")?.status {
                200 => Ok(Ok(())),
                status => Err(format!("/readyz answers {status}").into()),
            }
        })??;
        Ok(Self {
            started,
            api,
            public,
        })
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.started.id()
    }

    /// Resident memory, in megabytes of 1024² bytes.
    pub fn resident_mb(&self) -> Result<f64> {
        let resident = consumption::resident_mb(self.id());
        resident.ok_or_else(|| "the service has no memory to be read".into())
    }

    /// The sum of all series of a metric; `None` if there is none of that name.
    pub fn metric(&self, name: &str) -> Result<Option<f64>> {
        let text = http::get(self.api, "localhost", "/metrics")?.text();
        Ok(sum_of(&text, name))
    }
}

/// An address of this machine.
pub fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn sum_of(text: &str, name: &str) -> Option<f64> {
    let values = text.lines().filter_map(|line| {
        let rest = line.strip_prefix(name)?;
        let is_whole = rest.starts_with([' ', '{']);
        is_whole.then(|| rest.rsplit(' ').next()?.parse::<f64>().ok())?
    });
    values.fold(None, |sum, value| Some(sum.unwrap_or(0.0) + value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_is_the_sum_of_its_series() {
        let text = "# TYPE a counter\na_total{k=\"x y\"} 2\na_total{k=\"z\"} 3\na_total_more 7\n";
        assert_eq!(sum_of(text, "a_total"), Some(5.0));
        assert_eq!(sum_of(text, "b"), None);
    }
}

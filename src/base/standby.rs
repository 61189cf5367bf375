//! One hot standby: whether it can be read from, and reading from it.
//!
//! It is asked again and again where it stands, and compared with what the primary had at its last heartbeat. It is read
//! from while it answers, replays the very history that the primary writes, and lacks nothing that is older than
//! `STANDBY_MAX_LAG_S`. A standby that was promoted, or follows a primary that was left behind, is of another history.

use std::{
    convert::Infallible,
    pin::pin,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use super::{
    coherence::{Coherence, Seen, in_time},
    config::Config,
    db::{Connection, Connector, DatabaseError, Pool},
    error::{AppResult, Code},
    position::{Position, Server},
};

/// Pause between two questions where it stands: who follows a write of their own is back on the standby that soon.
const PAUSE: Duration = Duration::from_millis(250);

/// How long connecting to it may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a standby is left alone that failed.
const REST: Duration = Duration::from_secs(1);

/// A hot standby.
pub struct Standby {
    /// Its place in `DATABASE_READ_URL`, counted from 1, by which the log names it.
    number: usize,
    connector: Connector,
    pool: Pool,
    max_lag: Duration,
    /// What it has replayed; nothing while it is not read from.
    replayed: watch::Sender<Option<Position>>,
    /// Milliseconds from `origin` to the moment whose commits it is known to have.
    fresh_at: AtomicU64,
    origin: Instant,
}

/// Why a standby is not read from.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("{0}")]
    Unreachable(String),
    #[error("a read has failed")]
    Failed,
    #[error("nobody knows yet where the primary stands")]
    PrimaryUnknown,
    #[error("it belongs to another cluster than the primary")]
    Elsewhere,
    #[error("it replays nothing: was it promoted?")]
    NoStandby,
    #[error("it is on another timeline than the primary")]
    OtherHistory,
    #[error("it is further behind the primary than STANDBY_MAX_LAG_S")]
    Behind,
}

impl From<DatabaseError> for Fault {
    fn from(fault: DatabaseError) -> Self {
        Self::Unreachable(fault.to_string())
    }
}

/// How far a standby has come, by what the primary had at moments that are told one after the other.
#[derive(Default)]
struct Progress {
    /// Everything that was committed before this moment has been replayed.
    fresh_at: Option<Instant>,
    /// The oldest moment since, of which something may be missing.
    next: Option<Seen>,
}

impl Progress {
    fn note(&mut self, replayed: Position, primary: Seen) {
        for seen in self.next.take().into_iter().chain([primary]) {
            if replayed.holds(seen.position) {
                self.fresh_at = Some(seen.at);
            } else {
                self.next.get_or_insert(seen);
            }
        }
    }
}

impl Standby {
    /// The standby at an address; nothing is connected yet.
    pub fn new(config: &Config, number: usize, url: &str) -> Result<Self, DatabaseError> {
        let connector = Connector::new(url, config.statement_timeout);
        let connector = connector.map_err(|fault| match fault {
            DatabaseError::Address(cause) => DatabaseError::ReadAddress(cause),
            other => other,
        })?;
        Ok(Self {
            number,
            pool: Pool::new(&connector, config)?,
            connector,
            max_lag: config.standby_max_lag,
            replayed: watch::Sender::default(),
            fresh_at: AtomicU64::new(0),
            origin: Instant::now(),
        })
    }

    /// Whether it can be read from.
    pub fn is_in_use(&self) -> bool {
        self.replayed.borrow().is_some()
    }

    /// Whether it can be read from, and has everything up to a position.
    pub fn holds(&self, position: Option<Position>) -> bool {
        let replayed = *self.replayed.borrow();
        replayed.is_some_and(|it| position.is_none_or(|position| it.holds(position)))
    }

    /// How old what it has may be.
    pub fn lag(&self) -> Duration {
        let fresh_at = Duration::from_millis(self.fresh_at.load(Ordering::Relaxed));
        self.origin.elapsed().saturating_sub(fresh_at)
    }

    /// Asks the standby for something; nothing if it fails at what the primary may still answer: it has gone, cancels
    /// what holds up its replay, or has not heard of a migration yet.
    pub async fn read<T>(
        &self,
        read: &impl AsyncFn(&mut Connection) -> AppResult<T>,
    ) -> Option<AppResult<T>> {
        match self.ask(read).await? {
            Err(fault) if fault.code() == Code::DatabaseUnavailable => {
                self.replayed.send_replace(None);
                None
            }
            Err(fault) if fault.code() == Code::Internal => None,
            answered => Some(answered),
        }
    }

    /// Asks until the standby is found to be lost: then nobody waits for it any longer.
    async fn ask<T>(
        &self,
        read: &impl AsyncFn(&mut Connection) -> AppResult<T>,
    ) -> Option<AppResult<T>> {
        let mut replayed = self.replayed.subscribe();
        let mut lost = pin!(replayed.wait_for(Option::is_none));
        let lent = tokio::select! {
            lent = self.pool.lend() => lent,
            _ = &mut lost => return None,
        };
        let mut connection = match lent {
            Ok(connection) => connection,
            Err(fault) => return Some(Err(fault)),
        };
        tokio::select! {
            answer = read(&mut connection) => Some(answer),
            _ = &mut lost => None,
        }
    }

    /// Watches the standby for as long as the service runs.
    pub async fn watch_forever(&self, coherence: &Coherence) {
        let (mut progress, mut told) = (Progress::default(), None);
        loop {
            let fault = match self.watch(coherence, &mut progress).await {
                Ok(never) => match never {},
                Err(fault) => fault,
            };
            let was_in_use = self.replayed.send_replace(None).is_some();
            self.pool.empty();
            // Once for each cause, not for each attempt.
            if was_in_use || told.as_ref() != Some(&fault) {
                let cause = fault.to_string();
                log::warn!("event=standby_left standby={} cause={cause:?}", self.number);
                told = Some(fault);
            }
            sleep(REST).await;
        }
    }

    /// Lets the standby be read from until there is a reason against it.
    async fn watch(
        &self,
        coherence: &Coherence,
        progress: &mut Progress,
    ) -> Result<Infallible, Fault> {
        let connecting = timeout(PATIENCE, self.connector.connect_raw()).await;
        let (client, connection) = connecting.unwrap_or(Err(DatabaseError::Silent))?;
        let mut driver = JoinSet::new();
        driver.spawn(connection);
        let server = in_time(Server::standby(client)).await?;
        let mut is_used = false;
        loop {
            let replayed = in_time(server.position()).await?;
            let replayed = replayed.ok_or(Fault::NoStandby)?;
            self.judge((server.cluster, replayed), coherence.seen(), progress)?;
            let was_used = self.replayed.send_replace(Some(replayed)).is_some();
            if !was_used && is_used {
                return Err(Fault::Failed);
            }
            if !is_used {
                log::info!("event=standby_used standby={}", self.number);
                is_used = true;
            }
            sleep(PAUSE).await;
        }
    }

    fn judge(
        &self,
        (cluster, replayed): (i64, Position),
        primary: Option<Seen>,
        progress: &mut Progress,
    ) -> Result<(), Fault> {
        let primary = primary.ok_or(Fault::PrimaryUnknown)?;
        if cluster != primary.cluster {
            return Err(Fault::Elsewhere);
        }
        if !replayed.is_beside(primary.position) {
            return Err(Fault::OtherHistory);
        }
        progress.note(replayed, primary);
        let fresh_at = progress.fresh_at.ok_or(Fault::Behind)?;
        let since_origin = fresh_at.saturating_duration_since(self.origin).as_millis();
        let since_origin = u64::try_from(since_origin).unwrap_or(u64::MAX);
        self.fresh_at.store(since_origin, Ordering::Relaxed);
        match fresh_at.elapsed() > self.max_lag {
            true => Err(Fault::Behind),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standby_is_as_fresh_as_the_last_moment_of_which_it_has_all() {
        let begun = Instant::now();
        let seen = |second, lsn| Seen {
            at: begun + Duration::from_secs(second),
            position: Position::new(1, lsn),
            cluster: 7,
        };
        let mut progress = Progress::default();
        let mut fresh = |lsn, primary| {
            progress.note(Position::new(1, lsn), primary);
            let fresh_at = progress.fresh_at.map(|at| at.duration_since(begun));
            fresh_at.map(|since| since.as_secs())
        };

        assert_eq!(fresh(100, seen(1, 1000)), None, "nothing is known yet");
        assert_eq!(
            fresh(1000, seen(2, 2000)),
            Some(1),
            "all of the first second"
        );
        assert_eq!(fresh(1900, seen(3, 3000)), Some(1), "not all of the second");
        assert_eq!(fresh(2000, seen(4, 4000)), Some(2));
        assert_eq!(
            fresh(4000, seen(5, 4000)),
            Some(5),
            "nothing was written since"
        );
    }
}

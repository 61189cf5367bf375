//! Callers who ask again and again while something else happens, and what each answer took.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{Result, http::Client, service::DOMAIN};

/// What a caller does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It changes nothing.
    Reader,
    /// It changes one thing.
    Writer,
    /// It changes many things at once.
    Mover,
}

/// What one caller asks, each time anew; returns the status of the answer.
pub type Ask<'a> = Box<dyn FnMut(&mut Client) -> Result<u16> + Send + 'a>;

/// Somebody with a connection of its own.
pub struct Caller<'a> {
    /// What it does.
    pub role: Role,
    /// What it asks.
    pub ask: Ask<'a>,
}

/// A request that was made.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Who asked.
    pub role: Role,
    /// From when until when.
    pub span: Span,
    /// The status of the answer; `None` if none came.
    pub status: Option<u16>,
}

/// From one moment to another.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// The first moment.
    pub begun: Instant,
    /// The last.
    pub ended: Instant,
}

impl Span {
    /// How long something takes.
    pub fn of<T>(work: impl FnOnce() -> T) -> (T, Self) {
        let begun = Instant::now();
        let done = work();
        let ended = Instant::now();
        (done, Self { begun, ended })
    }

    /// Its length.
    pub fn seconds(&self) -> f64 {
        (self.ended - self.begun).as_secs_f64()
    }

    fn meets(&self, other: &Self) -> bool {
        self.begun <= other.ended && other.begun <= self.ended
    }
}

/// Does something while callers ask, each with this pause between an answer and its next request.
pub fn beside<T>(
    (address, headers): (SocketAddr, &str),
    (callers, pause): (Vec<Caller<'_>>, Duration),
    work: impl FnOnce() -> Result<T>,
) -> Result<(T, Vec<Asked>)> {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for caller in callers {
            let is_over = &is_over;
            threads.push(scope.spawn(move || call(caller, (address, headers), pause, is_over)));
        }
        let done = work();
        is_over.store(true, Ordering::Relaxed);
        let mut asked = Vec::new();
        for thread in threads {
            asked.extend(thread.join().map_err(|_| "a caller has failed")?);
        }
        Ok((done?, asked))
    })
}

fn call(
    mut caller: Caller<'_>,
    (address, headers): (SocketAddr, &str),
    pause: Duration,
    is_over: &AtomicBool,
) -> Vec<Asked> {
    let (mut client, mut asked) = (None, Vec::new());
    while !is_over.load(Ordering::Relaxed) {
        let (status, span) = Span::of(|| {
            let mut open = match client.take() {
                Some(open) => open,
                None => Client::connect(address, DOMAIN, headers)?,
            };
            let status = (caller.ask)(&mut open)?;
            client = Some(open);
            Ok::<u16, crate::Fault>(status)
        });
        asked.push(Asked {
            role: caller.role,
            span,
            status: status.ok(),
        });
        thread::sleep(pause);
    }
    asked
}

/// The requests that were under way at some moment of a span.
pub fn during(asked: &[Asked], span: &Span) -> Vec<Asked> {
    let meeting = asked.iter().filter(|asked| asked.span.meets(span));
    meeting.copied().collect()
}

/// Seconds of the longest request in a role.
pub fn longest(asked: &[Asked], role: Role) -> f64 {
    let spans = asked.iter().filter(|asked| asked.role == role);
    spans.map(|asked| asked.span.seconds()).fold(0.0, f64::max)
}

/// How many answers there were of each status that is no success, by role; `None` is that none came.
pub fn refused(asked: &[Asked]) -> BTreeMap<(Role, Option<u16>), usize> {
    let mut counts = BTreeMap::new();
    for asked in asked {
        if !asked
            .status
            .is_some_and(|status| (200..300).contains(&status))
        {
            *counts.entry((asked.role, asked.status)).or_default() += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(from: u64, to: u64, status: u16) -> Asked {
        Asked {
            role: Role::Reader,
            span: span(from, to),
            status: Some(status),
        }
    }

    fn span(from: u64, to: u64) -> Span {
        // One origin for all: only distances matter.
        static ORIGIN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        let origin = *ORIGIN.get_or_init(Instant::now);
        Span {
            begun: origin + Duration::from_secs(from),
            ended: origin + Duration::from_secs(to),
        }
    }

    #[test]
    fn a_request_counts_if_it_was_under_way() {
        let all = [
            asked(0, 1, 200),
            asked(1, 3, 200),
            asked(4, 9, 503),
            asked(9, 20, 200),
        ];
        let met = during(&all, &span(2, 5));
        assert_eq!(met.len(), 2);
        assert!((longest(&met, Role::Reader) - 5.0).abs() < 1e-9);
        assert!(longest(&met, Role::Writer).abs() < 1e-9);
    }

    #[test]
    fn whatever_is_no_success_is_refused() {
        let all = [
            asked(0, 1, 201),
            asked(0, 1, 308),
            asked(0, 1, 503),
            asked(0, 1, 503),
        ];
        let counts = refused(&all);
        assert_eq!(counts.get(&(Role::Reader, Some(503))), Some(&2));
        assert_eq!(counts.values().sum::<usize>(), 3);
    }
}

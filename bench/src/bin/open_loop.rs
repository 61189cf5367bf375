//! A load generator that keeps to a schedule, whatever the service does: open loop.
//!
//! Each request has its moment from the beginning, and what its answer took is counted from that moment, whether the
//! request could be sent then or not. One that waits is more than one slow answer: all that were due meanwhile are
//! late too, and count as late. A generator that sends the next request only behind an answer would leave those out,
//! which is known as coordinated omission. Source: Tene: How not to measure latency (2013).
//!
//! It waits by looking at the clock again and again, because timers are a millisecond coarse: it needs a core of its
//! own.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use clap::Parser;
use dateline_bench::{Result, statistics, wrk::Scheduled};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::{JoinSet, yield_now},
};

/// Until connections stand.
const HEAD_START: Duration = Duration::from_millis(200);

/// Asks for the paths of a file in turn, at a rate that does not depend on the answers.
#[derive(Parser)]
struct Arguments {
    /// Whom to ask
    #[arg(long)]
    address: SocketAddr,
    /// The host to name
    #[arg(long)]
    host: String,
    /// A file of paths, each with a header line behind a tab if it has one of its own
    #[arg(long)]
    asked: PathBuf,
    /// Further header lines, each with its end
    #[arg(long, default_value = "")]
    headers: String,
    /// Requests per second
    #[arg(long)]
    rate: f64,
    /// For how long
    #[arg(long)]
    seconds: u64,
    /// Connections; a request takes one that is free
    #[arg(long)]
    connections: usize,
}

/// Which request is due when. Each goes to the connection that asks first.
struct Schedule {
    begin: Instant,
    gap: Duration,
    count: u64,
    next: AtomicU64,
    requests: Vec<Vec<u8>>,
}

impl Schedule {
    fn next(&self) -> Option<(&[u8], Instant)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let place = usize::try_from(number).ok()? % self.requests.len();
        let due = self.begin + self.gap.mul_f64(f64::from(u32::try_from(number).ok()?));
        (number < self.count).then(|| (self.requests[place].as_slice(), due))
    }
}

/// What became of a request, in microseconds from the moment at which it was due.
struct Taken {
    /// How late it was sent, if a connection waited for its moment: then nobody else is to blame.
    late_us: Option<f64>,
    answered_us: f64,
    is_refused: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let schedule = Arc::new(plan(&arguments)?);
    let mut callers = JoinSet::new();
    for _ in 0..arguments.connections {
        callers.spawn(call(arguments.address, Arc::clone(&schedule)));
    }
    let mut taken = Vec::new();
    while let Some(caller) = callers.join_next().await {
        taken.extend(caller??);
    }
    println!("RESULT {}", serde_json::to_string(&summary(&taken))?);
    Ok(())
}

fn plan(arguments: &Arguments) -> Result<Schedule> {
    let Arguments { host, headers, .. } = arguments;
    let asked = std::fs::read_to_string(&arguments.asked)?;
    let request = |line: &str| {
        let (path, own) = line.split_once('\t').unwrap_or((line, ""));
        let end = if own.is_empty() { "" } else { "\r\n" };
        // A browser, because robots are counted apart.
        let text = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Mozilla/5.0 Firefox/140.0\r\nAccept: */*\r\n{headers}{own}{end}\r\n"
        );
        text.into_bytes()
    };
    let gap = Duration::from_secs_f64(1.0 / arguments.rate);
    Ok(Schedule {
        begin: Instant::now() + HEAD_START,
        gap,
        count: u64::try_from(Duration::from_secs(arguments.seconds).as_nanos() / gap.as_nanos())?,
        next: AtomicU64::new(0),
        requests: asked.lines().map(request).collect(),
    })
}

async fn call(address: SocketAddr, schedule: Arc<Schedule>) -> std::io::Result<Vec<Taken>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut answer, mut taken) = (Vec::with_capacity(65_536), Vec::new());
    while let Some((request, due)) = schedule.next() {
        let has_waited = Instant::now() < due;
        while Instant::now() < due {
            yield_now().await;
        }
        let late = due.elapsed();
        stream.write_all(request).await?;
        let status = read(&mut stream, &mut answer).await?;
        taken.push(Taken {
            late_us: has_waited.then_some(late.as_secs_f64() * 1e6),
            answered_us: due.elapsed().as_secs_f64() * 1e6,
            is_refused: status >= 400,
        });
    }
    Ok(taken)
}

/// Reads one answer to its end; its status.
async fn read(stream: &mut TcpStream, answer: &mut Vec<u8>) -> std::io::Result<u16> {
    answer.clear();
    let mut whole: Option<(usize, u16)> = None;
    while whole.is_none_or(|(length, _)| answer.len() < length) {
        if stream.read_buf(answer).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if whole.is_none() {
            whole = head(answer);
        }
    }
    Ok(whole.map_or(0, |(_, status)| status))
}

/// How long an answer is with its head, and its status; `None` while the head is not all there.
fn head(answer: &[u8]) -> Option<(usize, u16)> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&answer[..end]).ok()?;
    let status = text.get(9..12)?.parse().ok()?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.parse::<usize>().ok())?
    });
    Some((end + 4 + length.unwrap_or(0), status))
}

fn summary(taken: &[Taken]) -> Scheduled {
    let answered: Vec<f64> = taken.iter().map(|taken| taken.answered_us).collect();
    let late: Vec<f64> = taken.iter().filter_map(|taken| taken.late_us).collect();
    Scheduled {
        requests: taken.len(),
        refused: taken.iter().filter(|taken| taken.is_refused).count(),
        p50_us: statistics::median(&answered).unwrap_or(0.0),
        p99_us: statistics::p99(&answered).unwrap_or(0.0),
        max_us: answered.iter().copied().fold(0.0, f64::max),
        late_p99_us: statistics::p99(&late).unwrap_or(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        assert_eq!(head(answer), Some((answer.len(), 200)));
        assert_eq!(head(b"HTTP/1.1 304 Not Modified\r\n\r\n"), Some((29, 304)));
        assert_eq!(head(b"HTTP/1.1 200 OK\r\nContent-Le"), None);
    }
}

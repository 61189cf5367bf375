//! A way to Postgres that is slow, falls silent or breaks off

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
};
use tokio_postgres::config::Host;

/// What becomes of what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It arrives.
    Open,
    /// Each piece arrives so much later.
    Slow(Duration),
    /// Nothing arrives until the mode changes, and nobody is told.
    Stalled,
    /// Every connection is broken off, and new ones too.
    Cut,
}

/// A way to Postgres; the connections through it live as long as the test.
pub struct Proxy {
    url: String,
    mode: watch::Sender<Mode>,
}

/// How commits fare on connections that something is written on.
#[derive(Clone)]
struct Commits {
    /// What statements on such a connection name.
    named: &'static str,
    /// Of so many commits the last one's answer is lost with its connection; 0 loses none.
    every: u64,
    seen: Arc<AtomicU64>,
}

impl Proxy {
    /// A way on which everything arrives.
    pub async fn open(url: &str) -> Self {
        Self::losing(url, 0, "").await
    }

    /// A way that breaks off at every so many commits, after they have reached Postgres and before its
    /// answer is heard, on connections with statements that name this.
    pub async fn losing(url: &str, every: u64, named: &'static str) -> Self {
        let server: tokio_postgres::Config = url.parse().expect("an address");
        let Some(Host::Unix(folder)) = server.get_hosts().first().cloned() else {
            panic!("a server on a socket: {url}");
        };
        let socket = folder.join(".s.PGSQL.5432");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let here = listener.local_addr().expect("an address");
        let (mode, modes) = watch::channel(Mode::Open);
        let commits = Commits {
            named,
            every,
            seen: Arc::default(),
        };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *modes.borrow() == Mode::Cut {
                    continue;
                }
                if let Ok(server) = UnixStream::connect(&socket).await {
                    tokio::spawn(carry(client, server, modes.clone(), commits.clone()));
                }
            }
        });
        Self {
            url: format!("postgres://dateline@{here}/dateline"),
            mode,
        }
    }

    /// Address of the database on this way.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on this becomes of what is sent.
    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }
}

/// Carries both directions until either ends or the way is cut.
async fn carry(
    client: TcpStream,
    server: UnixStream,
    mut modes: watch::Receiver<Mode>,
    commits: Commits,
) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let (losing, is_losing) = watch::channel(false);
    let mut is_meant = false;
    let look = move |sent: &[u8]| {
        // Statements are named once on a connection, and from then on by number.
        is_meant |= commits.every > 0 && holds(sent, commits.named.as_bytes());
        if is_meant && holds(sent, b"COMMIT") {
            let seen = commits.seen.fetch_add(1, SeqCst) + 1;
            if seen.is_multiple_of(commits.every) {
                losing.send_replace(true);
            }
        }
    };
    let is_lost = is_losing.clone();
    tokio::select! {
        () = pump(from_client, to_server, modes.clone(), is_losing, look) => {}
        () = pump(from_server, to_client, modes.clone(), is_lost, |_| {}) => {}
        _ = modes.wait_for(|mode| *mode == Mode::Cut) => {}
    }
}

/// Carries one direction; `look` sees each piece before it is sent on.
async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut modes: watch::Receiver<Mode>,
    is_losing: watch::Receiver<bool>,
    mut look: impl FnMut(&[u8]),
) {
    let mut buffer = vec![0; 65_536];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        // Postgres answers only what has happened: with the answer the way breaks off.
        if *is_losing.borrow() {
            return;
        }
        let mode = *modes.borrow();
        match mode {
            Mode::Slow(delay) => tokio::time::sleep(delay).await,
            Mode::Stalled => {
                let moves = modes.wait_for(|mode| *mode != Mode::Stalled);
                if moves.await.is_err() {
                    return;
                }
            }
            Mode::Open | Mode::Cut => {}
        }
        look(&buffer[..read]);
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

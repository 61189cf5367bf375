//! Where Postgres' log stands: a write answers it, and a read that sends it back sees that write, whoever answers.
//!
//! A position is one of a timeline, which Postgres counts up whenever a standby takes over: beyond that moment the
//! same place in the log of one that was left behind is another history.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use actix_web::{HttpRequest, http::header::HeaderName};
use diesel::sql_types::Text;
use diesel_async::AsyncPgConnection;
use tokio::sync::Mutex;
use tokio_postgres::{Client, Row, Statement};

use super::error::{AppError, AppResult, Code};

/// The header in which writes answer a position, and reads send it back.
pub const HEADER: HeaderName = HeaderName::from_static("dateline-position");

/// The same as the document writes it.
pub const NAME: &str = "Dateline-Position";

/// Where the primary stands: the name of the file that it writes, whose first eight digits are the timeline, and the
/// place in the log. What has not reached the disk yet counts: with `synchronous_commit = off` a commit may be there.
const OF_PRIMARY: &str =
    "select pg_walfile_name(lsn) as file, lsn::text as lsn from pg_current_wal_insert_lsn() lsn";

/// Where a standby stands. The timeline is zero on a server that replays nothing; it may be told some minutes late, and
/// the standby is left alone so long. None of it needs a privilege.
const OF_STANDBY: &str = "select min_recovery_end_timeline, \
    case when pg_is_in_recovery() then pg_last_wal_replay_lsn()::text end from pg_control_recovery()";

/// Which cluster a server belongs to: a standby has its primary's number.
const CLUSTER: &str = "select system_identifier from pg_control_system()";

/// What a page of the log begins with, in bytes. A primary whose last record fills a page stands behind the beginning
/// of the next, a standby that has replayed it at the end of this one. No commit is as short.
const PAGE_HEADER: u64 = 24;

/// A place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    timeline: u32,
    lsn: u64,
}

impl Position {
    /// A place on a timeline.
    pub const fn new(timeline: u32, lsn: u64) -> Self {
        Self { timeline, lsn }
    }

    /// The position that a request names, if it names one.
    pub fn of(request: &HttpRequest) -> AppResult<Option<Self>> {
        let mut values = request.headers().get_all(HEADER);
        let Some(value) = values.next() else {
            return Ok(None);
        };
        let position = value.to_str().ok().and_then(Self::parse);
        match (position, values.next()) {
            (Some(position), None) => Ok(Some(position)),
            _ => {
                let detail = format!("{NAME} is not what a write has answered.");
                Err(AppError::new(Code::InvalidHeader, detail))
            }
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (timeline, lsn) = text.split_once('-')?;
        let is_number = timeline.bytes().all(|byte| byte.is_ascii_digit());
        let timeline = timeline.parse().ok().filter(|_| is_number)?;
        Self::at(timeline, lsn)
    }

    fn at(timeline: u32, lsn: &str) -> Option<Self> {
        let half = |digits: &str| {
            let are_sound = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let number = u32::from_str_radix(digits, 16).ok();
            number.filter(|_| are_sound).map(u64::from)
        };
        let (high, low) = lsn.split_once('/')?;
        let lsn = half(high)? << 32 | half(low)?;
        (timeline > 0).then_some(Self::new(timeline, lsn))
    }

    fn of_primary(file: &str, lsn: &str) -> Option<Self> {
        let timeline = file.get(..8)?;
        Self::at(u32::from_str_radix(timeline, 16).ok()?, lsn)
    }

    /// Whether everything that was committed up to another position is there at this one.
    pub fn holds(self, other: Self) -> bool {
        self.is_beside(other) && self.lsn.saturating_add(PAGE_HEADER) >= other.lsn
    }

    /// Whether both are of one history.
    pub fn is_beside(self, other: Self) -> bool {
        self.timeline == other.timeline
    }

    /// Asks the primary over a connection of diesel's.
    pub async fn ask(mut conn: &AsyncPgConnection) -> Option<Self> {
        use diesel_async::RunQueryDsl;

        let told = diesel::sql_query(OF_PRIMARY).get_result::<Told>(&mut conn);
        let told = told.await.ok()?;
        Self::of_primary(&told.file, &told.lsn)
    }
}

#[derive(diesel::QueryableByName)]
struct Told {
    #[diesel(sql_type = Text)]
    file: String,
    #[diesel(sql_type = Text)]
    lsn: String,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (high, low) = (self.lsn >> 32, self.lsn & u64::from(u32::MAX));
        write!(f, "{}-{high:X}/{low:X}", self.timeline)
    }
}

/// A server that is asked again and again where it stands.
pub struct Server {
    client: Client,
    statement: Statement,
    read: fn(&Row) -> Option<Position>,
    /// How many have asked.
    asked: AtomicU64,
    /// What was answered last, and to the first how many of those who asked.
    told: Mutex<(u64, Option<Position>)>,
    /// Which cluster it belongs to.
    pub cluster: i64,
}

impl Server {
    /// A primary.
    pub async fn primary(client: Client) -> Result<Self, tokio_postgres::Error> {
        Self::new(client, OF_PRIMARY, |row| {
            Position::of_primary(row.try_get(0).ok()?, row.try_get(1).ok()?)
        })
        .await
    }

    /// A standby.
    pub async fn standby(client: Client) -> Result<Self, tokio_postgres::Error> {
        Self::new(client, OF_STANDBY, |row| {
            let timeline = row.try_get::<_, i32>(0).ok()?;
            Position::at(u32::try_from(timeline).ok()?, row.try_get(1).ok()?)
        })
        .await
    }

    async fn new(
        client: Client,
        statement: &str,
        read: fn(&Row) -> Option<Position>,
    ) -> Result<Self, tokio_postgres::Error> {
        let cluster = client.query_one(CLUSTER, &[]).await?.try_get(0)?;
        let statement = client.prepare(statement).await?;
        Ok(Self {
            client,
            statement,
            read,
            asked: AtomicU64::new(0),
            told: Mutex::default(),
            cluster,
        })
    }

    /// Where it stands; nothing where a standby has become a primary. The server is asked after this was called, once
    /// for all who have to wait for a turn: under load, asking for each write would cost as much as many a write.
    pub async fn position(&self) -> Result<Option<Position>, tokio_postgres::Error> {
        let number = self.asked.fetch_add(1, Ordering::AcqRel) + 1;
        let mut told = self.told.lock().await;
        if told.0 < number {
            let waiting = self.asked.load(Ordering::Acquire);
            let row = self.client.query_one(&self.statement, &[]).await?;
            *told = (waiting, (self.read)(&row));
        }
        Ok(told.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_written_as_it_is_read() {
        for text in ["1-0/191FEE0", "4294967295-FFFFFFFF/FFFFFFFF", "12-1A/0"] {
            let position = Position::parse(text).unwrap();
            assert_eq!(position.to_string(), text);
        }
        let told = Position::of_primary("0000000A0000000000000001", "0/191FEE0").unwrap();
        assert_eq!(told.to_string(), "10-0/191FEE0");
        for text in [
            "",
            "1",
            "1-",
            "-0/1",
            "0-0/1",
            "1-0/",
            "1-/1",
            "1-0/1/2",
            "+1-0/1",
            "1-0/+1",
            "1-0/G",
            "1-0/123456789",
            "4294967296-0/1",
            "1-0/1 ",
            "0/191FEE0",
        ] {
            assert_eq!(Position::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_position_holds_what_was_written_before_it_in_its_own_history() {
        let at = |text| Position::parse(text).unwrap();
        for (here, other, holds) in [
            ("1-0/2000", "1-0/2000", true),
            ("1-1/0", "1-0/FFFFFFFF", true),
            ("1-0/2000", "1-0/2018", true),
            ("1-0/2000", "1-0/2028", false),
            ("2-0/3000", "1-0/2000", false),
            ("1-0/3000", "2-0/2000", false),
        ] {
            assert_eq!(at(here).holds(at(other)), holds, "{here} {other}");
        }
    }
}

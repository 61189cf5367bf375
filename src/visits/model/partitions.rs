use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use diesel::{QueryResult, sql_types::Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use crate::base::statement::Statement;

/// Taken by whoever makes or drops partitions, so that several instances do it one after another.
const LOCK: &str = "select pg_advisory_xact_lock(7203551908)";

/// A month in UTC, which has a partition of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month that a moment lies in.
    pub fn of(at: DateTime<Utc>) -> Self {
        Self {
            year: at.year(),
            month: at.month(),
        }
    }

    /// The month after this one.
    pub fn next(self) -> Self {
        match self.month {
            12 => Self {
                year: self.year + 1,
                month: 1,
            },
            _ => Self {
                month: self.month + 1,
                ..self
            },
        }
    }

    /// Its first moment.
    pub fn begin(self) -> DateTime<Utc> {
        let day = NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or_default();
        day.and_time(NaiveTime::MIN).and_utc()
    }

    /// The name of its partition.
    fn table(self) -> String {
        format!("visits_{:04}_{:02}", self.year, self.month)
    }

    /// The month of a partition's name.
    fn of_table(name: &str) -> Option<Self> {
        let (year, month) = name.strip_prefix("visits_")?.split_once('_')?;
        let named = Self {
            year: year.parse().ok()?,
            month: month.parse().ok()?,
        };
        (named.table() == name && (1..=12).contains(&named.month)).then_some(named)
    }
}

/// Makes the partitions of these months, those that are missing.
pub async fn ensure(conn: &mut AsyncPgConnection, months: &[Month]) -> QueryResult<()> {
    conn.transaction(async |conn| {
        diesel::sql_query(LOCK).execute(conn).await?;
        for month in months {
            // Names and limits are made of numbers of this program.
            let make = format!(
                "create table if not exists {} partition of visits for values from ('{}') to ('{}')",
                month.table(),
                month.begin().to_rfc3339(),
                month.next().begin().to_rfc3339(),
            );
            diesel::sql_query(make).execute(conn).await?;
        }
        Ok(())
    })
    .await
}

/// Drops the partitions that lie wholly before a moment, and says how many.
pub async fn drop_before(
    conn: &mut AsyncPgConnection,
    moment: DateTime<Utc>,
) -> QueryResult<usize> {
    conn.transaction(async |conn| {
        diesel::sql_query(LOCK).execute(conn).await?;
        let tables: Statement<Text> = Statement::new(
            "select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid \
             where i.inhparent = 'visits'::regclass order by 1",
        );
        let tables: Vec<String> = tables.load(conn).await?;
        let months = tables.iter().filter_map(|name| Month::of_table(name));
        let old: Vec<Month> = months.filter(|it| it.next().begin() <= moment).collect();
        for month in &old {
            let drop = format!("drop table {}", month.table());
            diesel::sql_query(drop).execute(conn).await?;
        }
        Ok(old.len())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_is_named_after_its_month() {
        let december = Month {
            year: 2026,
            month: 12,
        };

        assert_eq!(december.table(), "visits_2026_12");
        assert_eq!(december.next().table(), "visits_2027_01");
        assert_eq!(
            december.next().begin().to_rfc3339(),
            "2027-01-01T00:00:00+00:00"
        );
        assert_eq!(Month::of_table("visits_2026_12"), Some(december));
        for other in [
            "visits_2026_13",
            "visits_2026_1",
            "visits_old",
            "visit_days",
            "visits_2026_12_x",
        ] {
            assert_eq!(Month::of_table(other), None, "{other}");
        }
    }
}

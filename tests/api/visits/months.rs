//! Partitions of single visits

use chrono::{DateTime, Datelike, Months, TimeDelta, Utc};

use super::ground::{Instance, moment, until};
use crate::support::TestApp;

const PARTITIONS: &str = "select inhrelid::regclass::text as line from pg_inherits \
                          where inhparent = 'visits'::regclass order by 1";

fn names(first: DateTime<Utc>, months: u32) -> Vec<String> {
    // From the first of the month, because not every month has a 31st.
    let first = first.with_day(1).expect("a first");
    let month = |number| first + Months::new(number);
    let name = |at: DateTime<Utc>| format!("visits_{}", at.format("%Y_%m"));
    (0..months).map(|number| name(month(number))).collect()
}

#[tokio::test]
async fn partitions_are_made_ahead_and_dropped_by_age() {
    let app = TestApp::start().await;
    let start = app.now();

    let ahead = names(start, 3);
    until("three months", || async {
        app.lines(PARTITIONS).await == ahead
    })
    .await;
    app.advance(150 * 86_400);

    let now = start + TimeDelta::days(150);
    let oldest = now - TimeDelta::days(30);
    let months = (now.year() - oldest.year()) * 12 + now.month() as i32 - oldest.month() as i32;
    // What is made anew after the old ones are gone, and the month that is kept in part is not among
    // the three that were there: five months have passed.
    assert!(months <= 1);
    let expected = names(now, 3);
    until("the next months", || async {
        app.lines(PARTITIONS).await == expected
    })
    .await;
}

#[tokio::test]
async fn a_month_is_kept_until_its_last_day_is_old_enough() {
    let app = TestApp::start().await;
    let start = app.now();
    until("partitions", || async {
        !app.lines(PARTITIONS).await.is_empty()
    })
    .await;
    let end = start.with_day(1).expect("a first") + Months::new(1);
    let end = end.date_naive().and_time(chrono::NaiveTime::MIN).and_utc();

    app.advance((end + TimeDelta::days(29) - start).num_seconds());
    let first = names(start, 1).remove(0);
    until("the fourth month", || async {
        app.lines(PARTITIONS).await.len() >= 4
    })
    .await;
    let before = app.lines(PARTITIONS).await;
    app.advance(2 * 86_400);

    assert_eq!(before[0], first);
    until("the first month's end", || async {
        app.lines(PARTITIONS).await[0] != first
    })
    .await;
}

#[tokio::test]
async fn a_visit_of_any_month_finds_its_partition() {
    let app = TestApp::start().await;
    let mut instances = [
        Instance::beside(&app, |_| {}),
        Instance::beside(&app, |_| {}),
    ];

    for (instance, time) in instances
        .iter()
        .zip(["2031-12-31T23:59:59Z", "2031-12-01T00:00:00Z"])
    {
        instance.visit(1, moment(time));
    }
    let [one, other] = &mut instances;
    tokio::join!(one.write(), other.write());

    let rows = "select tableoid::regclass::text as line from visits";
    assert_eq!(app.lines(rows).await, ["visits_2031_12", "visits_2031_12"]);
    for instance in &instances {
        assert_eq!(instance.recorder.account(Utc::now()).flush_failures, 0);
    }
}

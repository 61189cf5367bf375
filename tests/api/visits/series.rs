//! Steps of the caller's time zone

use serde_json::Value;

use super::ground::{Instance, counts, link, moment, number, stats};
use crate::support::TestApp;

/// A service with visits of people at these times.
async fn visited(times: &[&str]) -> TestApp {
    let app = TestApp::start().await;
    link(&app, "harbour").await;
    let link = number(&app, "harbour").await;
    let mut instance = Instance::beside(&app, |_| {});
    for time in times {
        instance.visit(link, moment(time));
    }
    instance.write().await;
    app
}

/// The steps, each with its visits of people.
async fn points(app: &TestApp, query: &str) -> Vec<String> {
    let told = stats(app, "harbour", query).await;
    let point = |point: &Value| {
        let at = point["at"].as_str().unwrap_or_default();
        format!("{} {}", at.trim_end_matches(":00Z"), counts(point)[0])
    };
    let points = told["points"].as_array().expect("points").iter();
    let mut told_points: Vec<String> = points.map(point).collect();
    let end = told["to"].as_str().unwrap_or_default();
    told_points.push(format!("{} -", end.trim_end_matches(":00Z")));
    told_points
}

#[tokio::test]
async fn days_begin_at_midnight_of_the_callers_time_zone() {
    let app = visited(&[
        "2026-11-20T20:59:59Z",
        "2026-11-20T21:00:00Z",
        "2026-11-21T20:45:00Z",
        "2026-11-21T21:00:00Z",
    ])
    .await;
    let range = "from=2026-11-20T12:00:00Z&to=2026-11-21T21:30:00Z";

    let utc = points(&app, range).await;
    let riyadh = points(&app, &format!("{range}&tz=Asia/Riyadh")).await;

    assert_eq!(
        utc,
        [
            "2026-11-20T00:00 2",
            "2026-11-21T00:00 2",
            "2026-11-22T00:00 -"
        ]
    );
    assert_eq!(
        riyadh,
        [
            "2026-11-19T21:00 1",
            "2026-11-20T21:00 2",
            "2026-11-21T21:00 1",
            "2026-11-22T21:00 -"
        ]
    );
}

#[tokio::test]
async fn the_days_on_which_clocks_are_changed_are_longer_and_shorter() {
    let app = visited(&[
        "2026-03-08T04:59:59Z",
        "2026-03-08T05:00:00Z",
        "2026-03-09T03:59:59Z",
        "2026-03-09T04:00:00Z",
        "2026-11-01T04:00:00Z",
        "2026-11-02T04:59:59Z",
        "2026-11-02T05:00:00Z",
    ])
    .await;
    let zone = "tz=America/New_York";

    let spring = points(
        &app,
        &format!("from=2026-03-08T12:00:00Z&to=2026-03-09T12:00:00Z&{zone}"),
    )
    .await;
    let autumn = points(
        &app,
        &format!("from=2026-11-01T12:00:00Z&to=2026-11-02T05:00:00Z&{zone}"),
    )
    .await;

    assert_eq!(
        spring,
        [
            "2026-03-08T05:00 2",
            "2026-03-09T04:00 1",
            "2026-03-10T04:00 -"
        ]
    );
    assert_eq!(autumn, ["2026-11-01T04:00 2", "2026-11-02T05:00 -"]);
}

#[tokio::test]
async fn an_hour_that_the_clocks_repeat_is_shown_twice() {
    let app = visited(&[
        "2026-11-01T05:59:59Z",
        "2026-11-01T06:00:00Z",
        "2026-11-01T06:59:00Z",
    ])
    .await;

    let hours = "from=2026-11-01T04:30:00Z&to=2026-11-01T07:00:00Z&unit=hour&tz=America/New_York";

    assert_eq!(
        points(&app, hours).await,
        [
            "2026-11-01T04:00 0",
            "2026-11-01T05:00 1",
            "2026-11-01T06:00 2",
            "2026-11-01T07:00 -"
        ]
    );
}

#[tokio::test]
async fn hours_begin_where_the_clocks_of_the_time_zone_say() {
    let app = visited(&[
        "2026-11-20T00:29:59Z",
        "2026-11-20T00:30:00Z",
        "2026-04-04T15:00:00Z",
    ])
    .await;

    let kolkata = "from=2026-11-20T00:00:00Z&to=2026-11-20T00:31:00Z&unit=hour&tz=Asia/Kolkata";
    // Clocks go back by half an hour there, so the hour from one to two has ninety minutes.
    let lord_howe =
        "from=2026-04-04T14:00:00Z&to=2026-04-04T16:00:00Z&unit=hour&tz=Australia/Lord_Howe";

    assert_eq!(
        points(&app, kolkata).await,
        [
            "2026-11-19T23:30 1",
            "2026-11-20T00:30 1",
            "2026-11-20T01:30 -"
        ]
    );
    assert_eq!(
        points(&app, lord_howe).await,
        [
            "2026-04-04T14:00 0",
            "2026-04-04T15:00 1",
            "2026-04-04T15:30 0",
            "2026-04-04T16:30 -"
        ]
    );
}

#[tokio::test]
async fn a_day_that_has_no_midnight_begins_with_its_first_moment() {
    let app = visited(&["2025-04-24T22:00:00Z"]).await;

    let range = "from=2025-04-24T12:00:00Z&to=2025-04-25T12:00:00Z&tz=Africa/Cairo";

    assert_eq!(
        points(&app, range).await,
        [
            "2025-04-23T22:00 0",
            "2025-04-24T22:00 1",
            "2025-04-25T21:00 -"
        ]
    );
}

#[tokio::test]
async fn the_longest_series_is_answered() {
    let app = visited(&["2026-11-20T00:00:00Z"]).await;
    for (unit, from) in [
        ("day", "2021-06-01T00:00:00Z"),
        ("hour", "2026-08-29T16:00:00Z"),
    ] {
        for zone in ["UTC", "Asia/Riyadh"] {
            let query = format!("from={from}&to=2026-11-20T23:00:00Z&unit={unit}&tz={zone}");
            let told = stats(&app, "harbour", &query).await;
            let steps = told["points"].as_array().map_or(0, Vec::len);

            assert!((1999..=2001).contains(&steps), "{query}: {steps}");
            assert_eq!(counts(&told["total"]), [1, 0, 0], "{query}");
        }
    }
}

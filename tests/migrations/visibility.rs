//! The SQL functions of visibility against a table of cases.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    QueryableByName,
    sql_types::{Array, Bool, Nullable, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;

use crate::database::TestDatabase;

/// What the functions must say. Of the dates, `-` is none, `<` before the moment, `=` at it and `>`
/// after it; a cell names all that fit. The rows exclude each other and leave nothing out, but for
/// what a check of the table excludes: published without a date.
///
/// deleted, status, published, embargoed, expires → visibility
const TABLE: &[[&str; 6]] = &[
    [
        "<=>",
        "draft published withdrawn",
        "-<=>",
        "-<=>",
        "-<=>",
        "deleted",
    ],
    ["-", "withdrawn", "-<=>", "-<=>", "-<=>", "withdrawn"],
    ["-", "draft", "-<=>", "-<=>", "-<=>", "draft"],
    ["-", "published", "<=>", "-<=>", "<=", "expired"],
    ["-", "published", "<=>", ">", "->", "embargoed"],
    ["-", "published", ">", "-<=", "->", "scheduled"],
    ["-", "published", "<=", "-<=", "->", "live"],
];

/// Hours from now at which things happen: two on either side, so that every order comes up.
const HOURS: [Option<i64>; 6] = [None, Some(-2), Some(-1), Some(0), Some(1), Some(2)];

#[derive(Clone, Debug)]
struct Case {
    deleted: Option<i64>,
    status: &'static str,
    published: Option<i64>,
    embargoed: Option<i64>,
    expires: Option<i64>,
}

#[derive(Debug, PartialEq, QueryableByName)]
struct Verdict {
    #[diesel(sql_type = Text)]
    visibility: String,
    #[diesel(sql_type = Bool)]
    is_live: bool,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    settles_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Bool)]
    was_public: bool,
}

impl Case {
    fn all() -> Vec<Self> {
        let mut cases = Vec::new();
        for status in ["draft", "published", "withdrawn"] {
            for deleted in HOURS {
                for published in HOURS.into_iter().skip(usize::from(status == "published")) {
                    for (embargoed, expires) in pairs() {
                        cases.push(Self {
                            deleted,
                            status,
                            published,
                            embargoed,
                            expires,
                        });
                    }
                }
            }
        }
        cases
    }

    /// The visibility at an hour, by the table.
    fn visibility(&self, hour: i64) -> &'static str {
        let fits = |cell: &str, date: Option<i64>| {
            cell.contains(match date.map(|date| date.cmp(&hour)) {
                None => '-',
                Some(std::cmp::Ordering::Less) => '<',
                Some(std::cmp::Ordering::Equal) => '=',
                Some(std::cmp::Ordering::Greater) => '>',
            })
        };
        let mut rows =
            TABLE
                .iter()
                .filter(|[deleted, status, published, embargoed, expires, _]| {
                    fits(deleted, self.deleted)
                        && status.contains(self.status)
                        && fits(published, self.published)
                        && fits(embargoed, self.embargoed)
                        && fits(expires, self.expires)
                });
        match (rows.next(), rows.next()) {
            (Some([.., visibility]), None) => visibility,
            rows => panic!("{self:?} fits {rows:?}"),
        }
    }

    fn is_live(&self, hour: i64) -> bool {
        self.visibility(hour) == "live"
    }

    /// The hours at which anything can change. A deletion has no date to come: it is, or is not.
    fn turns(&self) -> impl Iterator<Item = i64> {
        [self.published, self.embargoed, self.expires]
            .into_iter()
            .flatten()
    }

    /// What the functions must say now of a state that began at the hour `since`.
    fn expected(&self, since: i64) -> Verdict {
        let turns = self
            .turns()
            .filter(|turn| *turn > 0 && self.is_live(*turn) != self.is_live(0));
        let mut seen = self
            .turns()
            .chain([since])
            .filter(|turn| (since..=0).contains(turn));
        Verdict {
            visibility: self.visibility(0).to_owned(),
            is_live: self.is_live(0),
            settles_at: turns.min().map(moment),
            was_public: seen.any(|turn| self.is_live(turn)),
        }
    }
}

fn pairs() -> impl Iterator<Item = (Option<i64>, Option<i64>)> {
    HOURS
        .into_iter()
        .flat_map(|first| HOURS.into_iter().map(move |second| (first, second)))
}

fn moment(hour: i64) -> DateTime<Utc> {
    let now: DateTime<Utc> = "2026-11-23T12:00:00Z".parse().expect("a moment");
    now + TimeDelta::hours(hour)
}

const VERDICTS: &str = "
    select article_visibility(status, deleted, published, embargoed, expires, $6) as visibility,
           coalesce(article_is_live(status, deleted, published, embargoed, expires, $6), false) as is_live,
           article_settles_at(status, deleted, published, embargoed, expires, $6) as settles_at,
           coalesce(article_was_public(status, deleted, published, embargoed, expires, $7, $6), false) as was_public
      from unnest($1, $2, $3, $4, $5) with ordinality as cases (status, deleted, published, embargoed, expires, place)
     order by place";

#[tokio::test]
async fn the_sql_functions_agree_with_the_table_of_cases() {
    let database = TestDatabase::create().await;
    let mut connection = database.connect().await;
    let cases = Case::all();

    for since in [-3, -1, 0, 1] {
        let dates = |of: fn(&Case) -> Option<i64>| -> Vec<Option<DateTime<Utc>>> {
            cases.iter().map(|case| of(case).map(moment)).collect()
        };
        let verdicts: Vec<Verdict> = diesel::sql_query(VERDICTS)
            .bind::<Array<Text>, _>(cases.iter().map(|case| case.status).collect::<Vec<_>>())
            .bind::<Array<Nullable<Timestamptz>>, _>(dates(|case| case.deleted))
            .bind::<Array<Nullable<Timestamptz>>, _>(dates(|case| case.published))
            .bind::<Array<Nullable<Timestamptz>>, _>(dates(|case| case.embargoed))
            .bind::<Array<Nullable<Timestamptz>>, _>(dates(|case| case.expires))
            .bind::<Timestamptz, _>(moment(0))
            .bind::<Timestamptz, _>(moment(since))
            .load(&mut *connection)
            .await
            .expect("verdicts");

        assert_eq!(verdicts.len(), cases.len());
        for (case, verdict) in cases.iter().zip(verdicts) {
            assert_eq!(
                verdict,
                case.expected(since),
                "{case:?}, as it is since {since}"
            );
        }
    }
    database.remove().await;
}

use crate::{
    finding::{Finding, Unit, Verdict},
    passes::Pass,
    statistics::Spread,
};

/// The table of ratios and goals.
pub fn ratios(findings: &[Finding]) -> String {
    let head = [
        "case",
        "measure",
        "ours",
        "limit",
        "value (min–max)",
        "goal",
        "",
        "against",
    ];
    let rows = findings.iter().map(|finding| {
        let rate = |passes: &[Pass]| Spread::of(passes.iter().map(|pass| pass.rate));
        let turns = finding.turns.as_ref();
        let mut against = finding.against.clone();
        for note in &finding.notes {
            if !against.is_empty() {
                against.push_str("; ");
            }
            // A message may have lines and bars, which would break the table.
            against.push_str(&note.replace('\n', " ").replace('|', "/"));
        }
        vec![
            finding.case.to_owned(),
            finding.measure.to_owned(),
            per_second(turns.and_then(|turns| rate(&turns.ours))),
            per_second(turns.and_then(|turns| rate(&turns.limit))),
            finding
                .value
                .map_or_else(|| "–".to_owned(), |value| spread(value, finding.unit)),
            goal(finding),
            verdict(finding.verdict).to_owned(),
            against,
        ]
    });
    render(&head, &rows.collect::<Vec<_>>())
}

/// The table of times, in medians.
pub fn details(findings: &[Finding]) -> String {
    let head = [
        "case",
        "measure",
        "who",
        "per second",
        "p50 ms",
        "p99 ms",
        "µs server",
        "µs Postgres",
        "µs generator",
        "generator's core",
    ];
    let mut rows = Vec::new();
    for finding in findings {
        let Some(turns) = &finding.turns else {
            continue;
        };
        for (who, passes) in [("ours", &turns.ours), ("limit", &turns.limit)] {
            let median = |value: fn(&Pass) -> Option<f64>, digits: usize| {
                let spread = Spread::of(passes.iter().filter_map(value));
                spread.map_or_else(
                    || "–".to_owned(),
                    |spread| format!("{:.digits$}", spread.median),
                )
            };
            rows.push(vec![
                finding.case.to_owned(),
                finding.measure.to_owned(),
                who.to_owned(),
                median(|pass| Some(pass.rate), 0),
                median(|pass| pass.p50_ms, 2),
                median(|pass| pass.p99_ms, 2),
                median(|pass| Some(pass.cpu_us.server), 1),
                median(|pass| Some(pass.cpu_us.postgres), 1),
                median(|pass| Some(pass.cpu_us.generator), 1),
                median(|pass| Some(100.0 * pass.generator_busy), 0) + " %",
            ]);
        }
    }
    render(&head, &rows)
}

/// A value with its unit.
pub fn value(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Ratio => format!("{value:.2}"),
        Unit::Percent => format!("{value:.1} %"),
        Unit::Megabytes => format!("{value:.1} MB"),
        Unit::Milliseconds => format!("{value:.2} ms"),
        Unit::Seconds => format!("{value:.2} s"),
        Unit::Count => format!("{value:.0}"),
    }
}

fn spread(spread: Spread, unit: Unit) -> String {
    let median = value(spread.median, unit);
    if spread.min.total_cmp(&spread.max).is_eq() {
        return median;
    }
    let digits = match unit {
        Unit::Ratio | Unit::Milliseconds | Unit::Seconds => 2,
        Unit::Percent | Unit::Megabytes => 1,
        Unit::Count => 0,
    };
    format!("{median} ({:.digits$}–{:.digits$})", spread.min, spread.max)
}

fn per_second(rate: Option<Spread>) -> String {
    rate.map_or_else(String::new, |rate| format!("{:.0} /s", rate.median))
}

fn goal(finding: &Finding) -> String {
    let Some(goal) = finding.goal else {
        return String::new();
    };
    let least = goal
        .at_least
        .map(|least| format!("≥ {}", value(least, finding.unit)));
    let most = goal
        .at_most
        .map(|most| format!("≤ {}", value(most, finding.unit)));
    least.into_iter().chain(most).collect::<Vec<_>>().join(", ")
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Missed => "MISSED",
        Verdict::Shown => "",
        Verdict::Absent => "not there yet",
        Verdict::Failed => "FAILED",
    }
}

/// A Markdown table whose columns are as wide as their widest cell, so that it reads in a terminal too.
fn render(head: &[&str], rows: &[Vec<String>]) -> String {
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    let width = |column: usize| {
        let cells = rows
            .iter()
            .chain([&head])
            .map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths);
        // The last column is text of any length and needs no edge.
        let padded = cells.enumerate().map(|(column, (cell, &width))| {
            let width = if column + 1 == head.len() { 0 } else { width };
            format!("| {cell:width$} ")
        });
        padded.collect::<String>() + "|\n"
    };
    let rule: Vec<String> = widths
        .iter()
        .map(|&width| "-".repeat(width.clamp(3, 40)))
        .collect();
    let body: String = rows.iter().map(|row| line(row)).collect();
    format!("{}{}{body}", line(&head), line(&rule))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goals::Goal;

    #[test]
    fn a_line_says_value_spread_goal_and_verdict() {
        let value = Spread {
            median: 0.9,
            min: 0.875,
            max: 0.95,
        };
        let goal = Goal {
            at_least: Some(0.85),
            at_most: None,
            aim: None,
        };
        let finding = Finding::new("throughput", Unit::Ratio, Some(value))
            .against("a limit")
            .note("odd | things\nhappened")
            .judged("redirect_hit", Some(goal));

        let table = ratios(&[finding]);

        let last = table.lines().last().unwrap();
        let cells: Vec<&str> = last.split('|').map(str::trim).collect();
        assert_eq!(cells[5], "0.90 (0.88–0.95)");
        assert_eq!(cells[6..8], ["≥ 0.85", "met"]);
        assert_eq!(cells[8], "a limit; odd / things happened");
    }

    #[test]
    fn a_spread_is_as_fine_as_its_value() {
        let seen = Spread {
            median: 3.0,
            min: 2.0,
            max: 4.25,
        };
        assert_eq!(spread(seen, Unit::Seconds), "3.00 s (2.00–4.25)");
        assert_eq!(spread(seen, Unit::Milliseconds), "3.00 ms (2.00–4.25)");
        assert_eq!(spread(seen, Unit::Count), "3 (2–4)");
    }

    #[test]
    fn every_line_has_every_column() {
        let finding = Finding::absent("time", "no").judged("stats_month", None);
        let table = ratios(&[finding]);
        let bars: Vec<usize> = table
            .lines()
            .map(|line| line.matches('|').count())
            .collect();
        assert_eq!(bars, [9, 9, 9]);
    }
}

//! A bar for each finding that has a goal, with the goal as a mark and the spread as a whisker.

use std::fmt::Write;

use super::{Report, table};
use crate::finding::{Finding, Unit, Verdict};

const LABELS: f64 = 220.0;
const BARS: f64 = 460.0;
const WIDTH: f64 = 860.0;
const ROW: f64 = 34.0;
const TOP: f64 = 56.0;

/// Draws the chart as SVG. Ratios are drawn as they are; what has another unit is drawn as a part of
/// its bound.
pub fn draw(report: &Report) -> String {
    let drawn: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.value.is_some())
        .filter(|finding| finding.goal.is_some() || finding.unit == Unit::Ratio)
        .collect();
    let largest = drawn
        .iter()
        .map(|finding| largest(finding))
        .fold(1.2, f64::max)
        .min(4.0);
    let rows: String = drawn
        .iter()
        .zip(0_u32..)
        .map(|(finding, row)| bar(finding, TOP + f64::from(row) * ROW, BARS / largest))
        .collect();
    let height = TOP + ROW * f64::from(u32::try_from(drawn.len()).unwrap_or(0)) + 34.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"13\" role=\"img\">\n\
         <title>Dateline beside its limits</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"16\" y=\"26\" font-size=\"16\" font-weight=\"bold\">Dateline beside its limits, {}</text>\n\
         <text x=\"16\" y=\"44\" fill=\"#555555\">bar: median; line: smallest to largest; mark: goal, \
         ▶ at least, ◀ at most</text>\n{rows}\
         <text x=\"16\" y=\"{}\" fill=\"#555555\">{}</text>\n</svg>\n",
        escape(&report.made_at),
        height - 12.0,
        escape(&format!(
            "{}, {} cores, commit {}",
            report.machine.cpu, report.machine.cores, report.machine.commit
        )),
    )
}

/// What a value is drawn as.
fn drawn(finding: &Finding, value: f64) -> f64 {
    match finding.goal.and_then(|goal| goal.bound()) {
        // What must not be at all is no part of its bound.
        Some(bound) if finding.unit != Unit::Ratio && bound > 0.0 => value / bound,
        _ => value,
    }
}

fn largest(finding: &Finding) -> f64 {
    let value = finding.value.map_or(0.0, |value| drawn(finding, value.max));
    let bound = finding.goal.and_then(|goal| goal.bound());
    value.max(bound.map_or(0.0, |bound| drawn(finding, bound))) * 1.05
}

fn bar(finding: &Finding, y: f64, scale: f64) -> String {
    let Some(value) = finding.value else {
        return String::new();
    };
    let x = |value: f64| LABELS + (drawn(finding, value) * scale).clamp(0.0, BARS);
    let colour = match finding.verdict {
        Verdict::Met => "#2e7d32",
        Verdict::Missed => "#c62828",
        _ => "#90a4ae",
    };
    let (middle, end) = (y + 10.0, x(value.median));
    let mut text = format!(
        "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n",
        LABELS - 8.0,
        y + 15.0,
        escape(&format!(
            "{} {}",
            finding.case,
            finding.measure.replace('_', " ")
        )),
    );
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "<rect x=\"{LABELS}\" y=\"{y}\" width=\"{:.1}\" height=\"20\" fill=\"{colour}\"/>",
        end - LABELS
    );
    let _ = writeln!(
        text,
        "<line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{middle}\" y2=\"{middle}\" stroke=\"#000000\"/>",
        x(value.min),
        x(value.max)
    );
    text + &mark(finding, y, &x) + &label(finding, value.median, y)
}

fn mark(finding: &Finding, y: f64, x: &dyn Fn(f64) -> f64) -> String {
    let Some((goal, bound)) = finding.goal.and_then(|goal| Some((goal, goal.bound()?))) else {
        return String::new();
    };
    let (place, sign) = (
        x(bound),
        if goal.at_least.is_some() {
            '▶'
        } else {
            '◀'
        },
    );
    let anchor = if goal.at_least.is_some() {
        "start"
    } else {
        "end"
    };
    format!(
        "<line x1=\"{place:.1}\" x2=\"{place:.1}\" y1=\"{}\" y2=\"{}\" stroke=\"#000000\" stroke-width=\"2\"/>\n\
         <text x=\"{place:.1}\" y=\"{}\" font-size=\"9\" text-anchor=\"{anchor}\">{sign}</text>\n",
        y - 4.0,
        y + 24.0,
        y - 1.0,
    )
}

fn label(finding: &Finding, median: f64, y: f64) -> String {
    let bound = finding.goal.and_then(|goal| goal.bound());
    let goal = bound.map_or_else(String::new, |bound| {
        format!(" (goal {})", table::value(bound, finding.unit))
    });
    format!(
        "<text x=\"{}\" y=\"{}\">{}{}</text>\n",
        LABELS + BARS + 12.0,
        y + 15.0,
        escape(&table::value(median, finding.unit)),
        escape(&goal),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{goals::Goal, machine::Machine, statistics::Spread};

    fn report(findings: Vec<Finding>) -> Report {
        let some = || "some <thing>".to_owned();
        let machine = Machine {
            cpu: some(),
            cores: 2,
            memory_gb: 1,
            system: some(),
            kernel: some(),
            rustc: some(),
            postgres: some(),
            wrk: some(),
            commit: some(),
        };
        Report {
            made_at: "2026-11-24".to_owned(),
            machine,
            how: Vec::new(),
            findings,
        }
    }

    #[test]
    fn what_has_a_goal_is_drawn_with_it() {
        let goal = Goal {
            at_least: None,
            at_most: Some(80.0),
            aim: None,
        };
        let finding = Finding::new("beyond", Unit::Megabytes, Some(Spread::once(40.0)))
            .judged("memory", Some(goal));

        let chart = draw(&report(vec![finding, Finding::absent("time", "no")]));

        // Half of the bound, on a scale that ends at 1.2.
        assert!(
            chart.contains(&format!("width=\"{:.1}\"", BARS * 0.5 / 1.2)),
            "{chart}"
        );
        assert!(chart.contains("(goal 80.0 MB)") && chart.contains('◀'));
        assert!(!chart.contains("some <thing>"));
        assert_eq!(chart.matches("height=\"20\"").count(), 1);
    }

    #[test]
    fn what_must_not_be_at_all_is_drawn_as_it_is() {
        let goal = Goal {
            at_least: None,
            at_most: Some(0.0),
            aim: None,
        };
        let refused = |count| {
            let finding = Finding::new("refused", Unit::Count, Some(Spread::once(count)));
            draw(&report(vec![finding.judged("merge", Some(goal))]))
        };
        assert!(refused(0.0).contains("width=\"0.0\"") && refused(0.0).contains("#2e7d32"));
        assert!(refused(9.0).contains(&format!("width=\"{BARS:.1}\"")));
    }
}

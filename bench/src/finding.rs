use serde::Serialize;

use crate::{goals::Goal, passes::Turns, statistics::Spread};

/// What a value is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Ours beside the limit.
    Ratio,
    /// Of a hundred.
    Percent,
    /// Megabytes of 1024² bytes.
    Megabytes,
    /// Thousandths of a second.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// How many.
    Count,
}

/// What became of a finding's goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The median keeps the bound.
    Met,
    /// The median does not.
    Missed,
    /// There is no bound, or nothing to hold against it.
    Shown,
    /// The service does not have this yet.
    Absent,
    /// The case broke off.
    Failed,
}

/// One line of the table.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The case that found it.
    pub case: &'static str,
    /// What was measured, as in `goals.toml`.
    pub measure: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// The value; `None` if there is none.
    pub value: Option<Spread>,
    /// What it is held against, in words.
    pub against: String,
    /// The measurements behind it.
    pub turns: Option<Turns>,
    /// What must be said with it.
    pub notes: Vec<String>,
    /// The bound.
    pub goal: Option<Goal>,
    /// What became of it.
    pub verdict: Verdict,
}

impl Finding {
    /// A value, not judged yet.
    pub fn new(measure: &'static str, unit: Unit, value: Option<Spread>) -> Self {
        Self {
            case: "",
            measure,
            unit,
            value,
            against: String::new(),
            turns: None,
            notes: Vec::new(),
            goal: None,
            verdict: Verdict::Shown,
        }
    }

    /// Throughput beside a limit's, with the measurements and their warnings.
    pub fn throughput(turns: &Turns, against: impl Into<String>) -> Self {
        let ratio = turns.ratio(|pass| Some(pass.rate));
        Self {
            against: against.into(),
            notes: turns.warnings(),
            turns: Some(turns.clone()),
            ..Self::new("throughput", Unit::Ratio, ratio)
        }
    }

    /// Something that the service cannot do yet.
    pub fn absent(measure: &'static str, why: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Absent,
            ..Self::new(measure, Unit::Ratio, None).note(why)
        }
    }

    /// A case that broke off.
    pub fn failed(why: &crate::Fault) -> Self {
        Self {
            verdict: Verdict::Failed,
            ..Self::new("all", Unit::Ratio, None).note(why.to_string())
        }
    }

    /// The same with what it is held against.
    pub fn against(mut self, what: impl Into<String>) -> Self {
        self.against = what.into();
        self
    }

    /// The same with a note.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The same as a finding of this case, judged.
    pub fn judged(mut self, case: &'static str, goal: Option<Goal>) -> Self {
        self.case = case;
        if let (Some(value), Some(goal)) = (self.value, goal) {
            self.verdict = if goal.is_met_by(value.median) {
                Verdict::Met
            } else {
                Verdict::Missed
            };
        }
        self.goal = goal;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_judged() {
        let goal = Goal {
            at_least: Some(0.85),
            at_most: None,
            aim: None,
        };
        let value = Spread {
            median: 0.9,
            min: 0.5,
            max: 1.0,
        };
        let finding = Finding::new("throughput", Unit::Ratio, Some(value));
        assert_eq!(
            finding.clone().judged("a", Some(goal)).verdict,
            Verdict::Met
        );
        assert_eq!(finding.judged("a", None).verdict, Verdict::Shown);

        let absent = Finding::absent("throughput", "no").judged("a", Some(goal));
        assert_eq!(absent.verdict, Verdict::Absent);
    }
}

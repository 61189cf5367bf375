use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Result;

/// The bounds, as they are committed.
const GOALS: &str = include_str!("../goals.toml");

/// The bound of one measure.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// The value must not be smaller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// The value must not be larger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    /// What is hoped for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aim: Option<f64>,
}

impl Goal {
    /// Whether a value keeps the bound.
    pub fn is_met_by(&self, value: f64) -> bool {
        self.at_least.is_none_or(|least| value >= least)
            && self.at_most.is_none_or(|most| value <= most)
    }

    /// The bound itself.
    pub fn bound(&self) -> Option<f64> {
        self.at_least.or(self.at_most)
    }
}

/// All bounds, by case and measure.
pub struct Goals(BTreeMap<String, BTreeMap<String, Goal>>);

impl Goals {
    /// Reads `goals.toml`.
    pub fn read() -> Result<Self> {
        Ok(Self(toml::from_str(GOALS)?))
    }

    /// The bound of a measure, if it has one.
    pub fn of(&self, case: &str, measure: &str) -> Option<Goal> {
        self.0.get(case)?.get(measure).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    #[test]
    fn every_goal_belongs_to_a_case_and_has_a_bound() {
        for (case, measures) in Goals::read().unwrap().0 {
            assert!(cases::ALL.iter().any(|known| known.name == case), "{case}");
            assert!(
                measures.values().all(|goal| goal.bound().is_some()),
                "{case}"
            );
        }
    }

    #[test]
    fn a_bound_itself_is_within() {
        let goal: Goal = toml::from_str("at_least = 0.85\nat_most = 2.0").unwrap();
        assert!(goal.is_met_by(0.85) && goal.is_met_by(2.0));
        assert!(!goal.is_met_by(0.84) && !goal.is_met_by(2.01));
    }
}

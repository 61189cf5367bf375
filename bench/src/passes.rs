//! Taking turns: limit, ours, limit, ours, … limit, so that whatever drifts drifts under both.

use serde::Serialize;

use crate::{
    Result,
    consumption::Share,
    statistics::{self, Spread},
};

/// What one measurement came to.
#[derive(Clone, Debug, Serialize)]
pub struct Pass {
    /// Per second.
    pub rate: f64,
    /// Milliseconds in which half of the answers came; `None` if it was not measured.
    pub p50_ms: Option<f64>,
    /// Milliseconds in which 99 of 100 came.
    pub p99_ms: Option<f64>,
    /// Processor time per request.
    pub cpu_us: Share,
    /// How many requests there were.
    pub requests: f64,
    /// Which part of its core the load generator took.
    pub generator_busy: f64,
}

/// All measurements of a pair.
#[derive(Clone, Debug, Serialize)]
pub struct Turns {
    /// One more than of ours.
    pub limit: Vec<Pass>,
    /// Each between two of the limit.
    pub ours: Vec<Pass>,
}

impl Turns {
    /// Takes turns.
    pub fn take(
        rounds: usize,
        mut limit: impl FnMut() -> Result<Pass>,
        mut ours: impl FnMut() -> Result<Pass>,
    ) -> Result<Self> {
        let mut turns = Self {
            limit: vec![limit()?],
            ours: Vec::new(),
        };
        for _ in 0..rounds {
            turns.ours.push(ours()?);
            turns.limit.push(limit()?);
        }
        Ok(turns)
    }

    /// Ours beside the limit, by some value of each.
    pub fn ratio(&self, value: impl Fn(&Pass) -> Option<f64>) -> Option<Spread> {
        let limit: Vec<f64> = self.limit.iter().filter_map(&value).collect();
        let ours: Vec<f64> = self.ours.iter().filter_map(&value).collect();
        Spread::of(statistics::ratios(&limit, &ours))
    }

    /// What must be said of the circumstances.
    pub fn warnings(&self) -> Vec<String> {
        let rates: Vec<f64> = self.limit.iter().map(|pass| pass.rate).collect();
        let drift = statistics::drift(&rates);
        let busy = self.limit.iter().map(|pass| pass.generator_busy);
        let busy = Spread::of(busy).map_or(0.0, |spread| spread.median);
        let mut warnings = Vec::new();
        if drift > 0.15 {
            let percent = drift * 100.0;
            warnings.push(format!(
                "NOISY: two passes of the limit differ by {percent:.0} %"
            ));
        }
        if busy > 0.95 {
            warnings.push("the load generator's core was full: the limit may be higher".to_owned());
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(rate: f64) -> Pass {
        let cpu_us = Share {
            server: 1.0,
            postgres: 0.0,
            generator: 1.0,
        };
        Pass {
            rate,
            p50_ms: None,
            p99_ms: None,
            cpu_us,
            requests: rate,
            generator_busy: 0.5,
        }
    }

    #[test]
    fn the_limit_has_the_first_and_the_last_turn() {
        let mut order = std::cell::RefCell::new(String::new());
        let note = |who: &str, rate| {
            order.borrow_mut().push_str(who);
            Ok(pass(rate))
        };
        let turns = Turns::take(2, || note("l", 100.0), || note("o", 50.0)).unwrap();

        assert_eq!(order.get_mut(), "lolol");
        assert_eq!(turns.ratio(|pass| Some(pass.rate)), Some(Spread::once(0.5)));
        assert!(turns.warnings().is_empty());
    }

    #[test]
    fn a_limit_that_drifts_is_told() {
        let turns = Turns {
            limit: vec![pass(100.0), pass(80.0)],
            ours: vec![pass(50.0)],
        };
        assert!(turns.warnings()[0].contains("20 %"));
    }
}

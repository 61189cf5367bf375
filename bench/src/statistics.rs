//! Medians with the smallest and the largest value: with three rounds nothing finer would be honest.

use serde::Serialize;

/// A median and what it lies between.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The value in the middle.
    pub median: f64,
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
}

impl Spread {
    /// The spread of some values; none of no values.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (&min, &max) = (values.first()?, values.last()?);
        let middle = values.len() / 2;
        let median = if values.len().is_multiple_of(2) {
            f64::midpoint(values[middle - 1], values[middle])
        } else {
            values[middle]
        };
        Some(Self { median, min, max })
    }

    /// The spread of what each of several passes comes to.
    pub fn of_passes(passes: &[Vec<f64>], value: fn(&[f64]) -> Option<f64>) -> Option<Self> {
        Self::of(passes.iter().filter_map(|pass| value(pass)))
    }

    /// A value that was measured once.
    pub fn once(value: f64) -> Self {
        Self {
            median: value,
            min: value,
            max: value,
        }
    }
}

/// The value that 99 of 100 do not exceed; none of no values. Source: the nearest rank, as in Hyndman,
/// Fan: Sample quantiles in statistical packages (1996), definition 1.
pub fn p99(values: &[f64]) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let rank = (values.len() * 99).div_ceil(100);
    values.get(rank.saturating_sub(1)).copied()
}

/// The value in the middle; none of no values.
pub fn median(values: &[f64]) -> Option<f64> {
    Spread::of(values.iter().copied()).map(|spread| spread.median)
}

/// What each measurement of the service comes to beside the mean of the two of its limit around it.
pub fn ratios(limits: &[f64], ours: &[f64]) -> Vec<f64> {
    let around = limits
        .windows(2)
        .map(|pair| f64::midpoint(pair[0], pair[1]));
    ours.iter()
        .zip(around)
        .map(|(ours, limit)| ours / limit)
        .collect()
}

/// By how much two neighbouring measurements of the limit differ at most, as a part of the larger.
pub fn drift(limits: &[f64]) -> f64 {
    limits
        .windows(2)
        .map(|pair| (pair[0] - pair[1]).abs() / pair[0].max(pair[1]))
        .fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        let spread = Spread::of([4.0, 1.0, 3.0, 2.0]).unwrap();
        assert_eq!((spread.median, spread.min, spread.max), (2.5, 1.0, 4.0));
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn one_of_a_hundred_may_exceed_the_99th_percentile() {
        let values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert_eq!(p99(&values), Some(198.0));
        assert_eq!((p99(&[7.0]), p99(&[])), (Some(7.0), None));
    }

    #[test]
    fn each_measurement_stands_between_its_two_limits() {
        assert_eq!(ratios(&[100.0, 300.0, 100.0], &[100.0, 400.0]), [0.5, 2.0]);
    }

    #[test]
    fn the_largest_step_of_the_limit_is_its_drift() {
        assert!((drift(&[100.0, 90.0, 45.0]) - 0.5).abs() < 1e-9);
        assert!(drift(&[100.0]).abs() < 1e-9);
    }
}

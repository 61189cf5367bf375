//! Zipf's law: what is of rank r is asked for in proportion to 1/r.

use crate::random::Random;

/// Draws ranks, the same ones in every run.
pub struct Zipf {
    /// For each rank, the share of all draws that fall on it or on a smaller one.
    cumulative: Vec<f64>,
    random: Random,
}

impl Zipf {
    /// A law over this many ranks.
    #[expect(clippy::cast_precision_loss, reason = "ranks are far below 2^52")]
    pub fn new(ranks: usize) -> Self {
        let mut sum = 0.0;
        let mut cumulative: Vec<f64> = (1..=ranks)
            .map(|rank| {
                sum += 1.0 / rank as f64;
                sum
            })
            .collect();
        for share in &mut cumulative {
            *share /= sum;
        }
        Self {
            cumulative,
            random: Random::new(0x6461_7465_6c69_6e65),
        }
    }

    /// A rank, from 0.
    pub fn draw(&mut self) -> usize {
        let chance = self.random.chance();
        let rank = self.cumulative.partition_point(|&share| share < chance);
        rank.min(self.cumulative.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_rank_is_drawn_half_as_often_as_the_first() {
        let mut zipf = Zipf::new(1000);
        let mut drawn = vec![0_u32; 1000];
        for _ in 0..200_000 {
            drawn[zipf.draw()] += 1;
        }

        let half = f64::from(drawn[1]) / f64::from(drawn[0]);
        let tenth = f64::from(drawn[9]) / f64::from(drawn[0]);
        assert!((0.45..0.55).contains(&half), "{half}");
        assert!((0.08..0.12).contains(&tenth), "{tenth}");
    }

    #[test]
    fn every_run_draws_the_same() {
        let draws = || {
            let mut zipf = Zipf::new(50);
            (0..20).map(|_| zipf.draw()).collect::<Vec<_>>()
        };
        assert_eq!(draws(), draws());
    }
}

//! Zipf's law: the link of rank r is followed in proportion to 1/r.

/// Draws ranks, the same ones in every run.
pub struct Zipf {
    /// For each rank, the share of all draws that fall on it or on a smaller one.
    cumulative: Vec<f64>,
    state: u64,
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
            state: 0x6461_7465_6c69_6e65,
        }
    }

    /// A rank, from 0.
    pub fn draw(&mut self) -> usize {
        let chance = self.chance();
        let rank = self.cumulative.partition_point(|&share| share < chance);
        rank.min(self.cumulative.len().saturating_sub(1))
    }

    /// A number from 0 to 1. Source: Steele, Lea, Flood: Fast splittable pseudorandom number
    /// generators (2014), `SplitMix64`.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what a float holds")]
    fn chance(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
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

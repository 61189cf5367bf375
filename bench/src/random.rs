//! Numbers that look drawn by chance and are the same in every run.

/// Draws numbers. Source: Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014),
/// `SplitMix64`.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Draws that depend on nothing but the seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what a float holds")]
    pub fn chance(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number from 0 to below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        let count = u64::try_from(count).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.bits() % count).unwrap_or_default()
    }

    /// One of some, of which there must be one.
    pub fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// One of some, the first ones oftenest: a hundredth of them gets a tenth of the draws.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts far below 2^52"
    )]
    pub fn early_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let place = choices.len() as f64 * self.chance().powi(2);
        &choices[(place as usize).min(choices.len().saturating_sub(1))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_the_draws_falls_on_a_hundredth() {
        let (mut random, choices) = (Random::new(1), (0..100).collect::<Vec<u32>>());
        let first = (0..10_000).filter(|_| *random.early_of(&choices) == 0);
        assert!((900..1100).contains(&first.count()));
    }

    #[test]
    fn every_number_below_is_drawn() {
        let mut random = Random::new(1);
        let mut drawn = [0; 7];
        for _ in 0..700 {
            drawn[random.below(7)] += 1;
        }
        assert!(
            drawn.iter().all(|count| (60..150).contains(count)),
            "{drawn:?}"
        );
    }
}

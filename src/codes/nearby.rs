//! Did you mean: the sound codes that a mistyped one may have been.
//!
//! With the check character under the weight 1, the weighted sum of a sound code is 0 modulo 29, and
//! that of a mistyped one is some s that is not. To mend it by the character at a place of weight w
//! takes the value v − s·w⁻¹ and no other, so a code has at most as many neighbours by substitution
//! as it has places: they are computed, not searched for.

use super::{
    alphabet::{self, MODULUS},
    code::GENERATED_LENGTHS,
};

/// Longest generated code.
const MAX_LENGTH: usize = *GENERATED_LENGTHS.end();

/// A sound code near a mistyped one. It is kept in place: an answer that finds nothing allocates
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NearCode {
    characters: [u8; MAX_LENGTH],
    length: usize,
}

impl NearCode {
    fn new(code: &[u8]) -> Self {
        let mut characters = [0; MAX_LENGTH];
        for (place, character) in characters.iter_mut().zip(code) {
            *place = character.to_ascii_lowercase();
        }
        Self {
            characters,
            length: code.len().min(MAX_LENGTH),
        }
    }

    /// The code as text, in lower case.
    pub fn as_str(&self) -> &str {
        // The alphabet is ASCII, so this is always text.
        std::str::from_utf8(&self.characters[..self.length]).unwrap_or_default()
    }
}

/// Every sound code that one slip away from this one was: two neighbours exchanged, or one
/// character mistaken for another. Nothing for a code that is sound, or has not the shape of a
/// generated one.
///
/// Only *neighbouring* characters count as exchanged, the check character among them: that is the
/// second most frequent slip of people who copy numbers, a tenth of all, while exchanges over a
/// distance come to under a hundredth, and every further candidate is one more chance to offer
/// somebody else's story. Exchanges come first, because there are so few of them that one which
/// mends the sum by accident is rare.
///
/// Source: J. Verhoeff, Error Detecting Decimal Codes (1969), for the frequencies.
pub fn one_edit_away(code: &str) -> impl Iterator<Item = NearCode> {
    Mistyped::read(code)
        .into_iter()
        .flat_map(|mistyped| exchanged(mistyped).chain(replaced(mistyped)))
}

/// A code that is not sound, with what it takes to mend it.
#[derive(Clone, Copy)]
struct Mistyped {
    code: NearCode,
    values: [u32; MAX_LENGTH],
    /// The weighted sum modulo 29; not 0.
    sum: u32,
}

impl Mistyped {
    fn read(code: &str) -> Option<Self> {
        if !GENERATED_LENGTHS.contains(&code.len()) {
            return None;
        }
        let mut mistyped = Self {
            code: NearCode::new(code.as_bytes()),
            values: [0; MAX_LENGTH],
            sum: 0,
        };
        for (place, &character) in code.as_bytes().iter().enumerate() {
            let value = alphabet::value(character)?;
            mistyped.values[place] = value;
            mistyped.sum = (mistyped.sum + mistyped.weight(place) * value) % MODULUS;
        }
        (mistyped.sum != 0).then_some(mistyped)
    }

    /// 2, 3, 4 … for the body, 1 for the check character.
    fn weight(&self, place: usize) -> u32 {
        if place + 1 == self.code.length {
            1
        } else {
            u32::try_from(place + 2).unwrap_or(u32::MAX)
        }
    }

    /// Whether the sum is mended by exchanging a place and the next: it then changes by the
    /// difference of the weights times that of the values.
    fn is_mended_by_exchange(&self, place: usize) -> bool {
        let weights = MODULUS + self.weight(place) - self.weight(place + 1);
        let values = MODULUS + self.values[place + 1] - self.values[place];
        (self.sum + weights * values).is_multiple_of(MODULUS)
    }
}

fn exchanged(mistyped: Mistyped) -> impl Iterator<Item = NearCode> {
    let places = 0..mistyped.code.length - 1;
    places
        .filter(move |&place| mistyped.is_mended_by_exchange(place))
        .map(move |place| {
            let mut mended = mistyped.code;
            mended.characters.swap(place, place + 1);
            mended
        })
}

fn replaced(mistyped: Mistyped) -> impl Iterator<Item = NearCode> {
    (0..mistyped.code.length).filter_map(move |place| {
        let change = mistyped.sum * alphabet::inverse(mistyped.weight(place)) % MODULUS;
        let value = (mistyped.values[place] + MODULUS - change) % MODULUS;
        let mut mended = mistyped.code;
        mended.characters[place] = alphabet::character(value)?;
        Some(mended)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{
        super::{alphabet::ALPHABET, code::Code},
        *,
    };

    fn near(code: &str) -> Vec<String> {
        one_edit_away(code)
            .map(|near| near.as_str().to_owned())
            .collect()
    }

    /// The same by trying everything.
    fn by_trying(code: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut keep = |characters: &[u8]| {
            if alphabet::is_sound(characters) {
                found.insert(String::from_utf8_lossy(characters).into_owned());
            }
        };
        for place in 0..code.len() {
            let mut tried = code.as_bytes().to_vec();
            for &other in ALPHABET {
                tried[place] = other;
                keep(&tried);
            }
            if place + 1 < code.len() {
                tried = code.as_bytes().to_vec();
                tried.swap(place, place + 1);
                keep(&tried);
            }
        }
        found
    }

    /// Numbers that look random and are the same in every run.
    fn draws(mut seed: u64) -> impl FnMut(usize) -> usize {
        move |below| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap() % below
        }
    }

    #[test]
    fn arithmetic_finds_what_trying_everything_finds() {
        let mut draw = draws(7);
        for round in 0..4000 {
            let length = 6 + round % 4;
            let code: String = (0..length)
                .map(|_| char::from(ALPHABET[draw(28)]))
                .collect();
            let expected = by_trying(&code);

            let found = near(&code);

            if alphabet::is_sound(code.as_bytes()) {
                assert!(found.is_empty(), "{code}");
            } else {
                assert_eq!(found.len(), expected.len(), "{code} twice in {found:?}");
                assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);
            }
        }
    }

    #[test]
    fn the_code_that_was_meant_is_always_among_them() {
        let mut draw = draws(11);
        for round in 0..4000 {
            let meant = Code::generate(6 + round % 4).as_str().to_owned();
            let mut typed = meant.clone().into_bytes();
            let place = draw(typed.len() - 1);
            if round % 2 == 0 {
                typed.swap(place, place + 1);
            } else {
                typed[place] = ALPHABET[draw(28)];
            }
            let typed = String::from_utf8(typed).unwrap();

            assert!(
                typed == meant || near(&typed).contains(&meant),
                "{typed} for {meant}"
            );
        }
    }

    #[test]
    fn an_exchange_comes_before_a_substitution() {
        let meant = Code::generate(6);
        let mut typed = meant.as_str().to_owned().into_bytes();
        let place = (0..5).find(|&i| typed[i] != typed[i + 1]).unwrap();
        typed.swap(place, place + 1);

        let found = near(&String::from_utf8(typed).unwrap());

        let by_exchange = found.iter().take_while(|near| {
            let mut letters: Vec<_> = near.chars().collect();
            let mut meant: Vec<_> = meant.as_str().chars().collect();
            letters.sort_unstable();
            meant.sort_unstable();
            letters == meant
        });
        assert!(by_exchange.count() >= 1);
    }

    #[test]
    fn a_code_in_upper_case_has_its_neighbours_in_lower_case() {
        assert!(!near("bcdfgh").is_empty());
        assert_eq!(near("BCDFGH"), near("bcdfgh"));
    }

    #[test]
    fn what_has_no_check_character_has_no_neighbours() {
        let sound = Code::generate(7);
        for code in [
            sound.as_str(),
            "",
            "bcdfg",
            "bcdfghjkmn",
            "harbour",
            "bcdfg\u{e9}",
            "b-dfgh",
        ] {
            assert!(near(code).is_empty(), "{code}");
        }
    }
}

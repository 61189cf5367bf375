//! The alphabet of generated codes and its check character.

/// 28 characters: no vowels, so no words, and none of 0 1 i l o, which are taken for one another.
pub const ALPHABET: &[u8; 28] = b"23456789bcdfghjkmnpqrstvwxyz";

/// Prime above the size of the alphabet. Modulo a prime, weights that differ catch every single
/// substitution and every transposition of two characters.
pub const MODULUS: u32 = 29;

/// What stands in [`VALUES`] for a character outside the alphabet.
const NO_VALUE: u8 = u8::MAX;

/// The value of every byte, in either case: one look instead of a search, because wrong codes are to
/// be as cheap as right ones.
const VALUES: [u8; 256] = values();

#[expect(
    clippy::cast_possible_truncation,
    reason = "28 values fit a byte, and constants know no try_from"
)]
const fn values() -> [u8; 256] {
    let mut values = [NO_VALUE; 256];
    let mut position = 0;
    while position < ALPHABET.len() {
        values[ALPHABET[position] as usize] = position as u8;
        values[ALPHABET[position].to_ascii_uppercase() as usize] = position as u8;
        position += 1;
    }
    values
}

/// For each remainder the one that multiplied with it is 1; 0 has none.
const INVERSES: [u32; MODULUS as usize] = inverses();

const fn inverses() -> [u32; MODULUS as usize] {
    let mut inverses = [0; MODULUS as usize];
    let mut factor = 1;
    while factor < MODULUS {
        let mut inverse = 1;
        while factor * inverse % MODULUS != 1 {
            inverse += 1;
        }
        inverses[factor as usize] = inverse;
        factor += 1;
    }
    inverses
}

/// The value of a character; `None` if it is not of the alphabet. Case does not count.
pub fn value(character: u8) -> Option<u32> {
    let value = VALUES[usize::from(character)];
    (value != NO_VALUE).then_some(u32::from(value))
}

/// The character that stands for a value; `None` for 28, and above.
pub fn character(value: u32) -> Option<u8> {
    ALPHABET.get(usize::try_from(value).ok()?).copied()
}

/// The remainder that multiplied with this one is 1; 0 for multiples of 29, which have none.
pub fn inverse(factor: u32) -> u32 {
    let remainder = usize::try_from(factor % MODULUS).unwrap_or_default();
    INVERSES[remainder]
}

/// The check character c = −Σ (i+2)·vᵢ mod 29 of a code's body.
///
/// `None` for a body that has none: a character outside the alphabet, or the one remainder, 28,
/// that no character stands for.
pub fn check_character(body: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for (weight, &character) in (2_u32..).zip(body) {
        sum = (sum + weight * value(character)?) % MODULUS;
    }
    character((MODULUS - sum) % MODULUS)
}

/// Whether a code ends in the check character of the rest.
pub fn is_sound(code: &[u8]) -> bool {
    match code.split_last() {
        Some((check, body)) => check_character(body) == Some(check.to_ascii_lowercase()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every code of a body that walks through the alphabet, as far as it has a check character.
    fn codes() -> impl Iterator<Item = Vec<u8>> {
        (0..2000_usize).filter_map(|seed| {
            let body: Vec<u8> = (0..5)
                .map(|i| ALPHABET[(seed * 7 + i * i * 11 + seed / 28 * 3) % 28])
                .collect();
            check_character(&body).map(|check| [body, vec![check]].concat())
        })
    }

    #[test]
    fn every_single_substitution_is_caught() {
        for code in codes() {
            assert!(is_sound(&code));
            for place in 0..code.len() {
                for &other in ALPHABET.iter().filter(|&&other| other != code[place]) {
                    let mut wrong = code.clone();
                    wrong[place] = other;
                    assert!(
                        !is_sound(&wrong),
                        "{} for {}",
                        String::from_utf8_lossy(&wrong),
                        String::from_utf8_lossy(&code)
                    );
                }
            }
        }
    }

    #[test]
    fn every_transposition_is_caught() {
        for code in codes() {
            for left in 0..code.len() {
                for right in left + 1..code.len() {
                    let mut wrong = code.clone();
                    wrong.swap(left, right);
                    assert!(wrong == code || !is_sound(&wrong));
                }
            }
        }
    }

    #[test]
    fn case_does_not_count() {
        let code = codes().next().unwrap();
        assert!(is_sound(&code.to_ascii_uppercase()));
    }
}

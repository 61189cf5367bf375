//! The alphabet of generated codes and its check character.

/// 28 characters: no vowels, so no words, and none of 0 1 i l o, which are taken for one another.
pub const ALPHABET: &[u8; 28] = b"23456789bcdfghjkmnpqrstvwxyz";

/// Prime above the size of the alphabet. Modulo a prime, weights that differ catch every single
/// substitution and every transposition of two characters.
const MODULUS: u32 = 29;

/// The value of a character; `None` if it is not of the alphabet. Case does not count.
fn value(character: u8) -> Option<u32> {
    let lower = character.to_ascii_lowercase();
    let position = ALPHABET.iter().position(|&known| known == lower)?;
    u32::try_from(position).ok()
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
    let check = (MODULUS - sum) % MODULUS;
    ALPHABET.get(usize::try_from(check).ok()?).copied()
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

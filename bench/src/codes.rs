//! The same codes in every run: sound ones, ones with a misprint, and numbers for pgbench.

/// The alphabet of generated codes.
const ALPHABET: &[u8; 28] = b"23456789bcdfghjkmnpqrstvwxyz";
/// How many bodies of five characters there are.
const BODIES: u64 = 28_u64.pow(5);
/// Scatters neighbours. It has no factor in common with [`BODIES`], so no body comes twice.
const STRIDE: u64 = 7_919_777;
/// The first alias made of digits. Ten of them are longer than any generated code.
pub const FIRST_ALIAS: u64 = 1_000_000_000;

/// Codes as the service generates them, each once, in an order that is the same in every run.
pub fn sound() -> impl Iterator<Item = String> {
    (0..BODIES).filter_map(|index| {
        let body = body(index * STRIDE % BODIES);
        let check = check_character(&body)?;
        Some(
            body.iter()
                .chain([&check])
                .copied()
                .map(char::from)
                .collect(),
        )
    })
}

/// The same code with another check character, which is a wrong one.
pub fn with_wrong_check(code: &str) -> String {
    let (body, check) = code.split_at(code.len().saturating_sub(1));
    let position = ALPHABET.iter().position(|&c| check.as_bytes() == [c]);
    let next = position.map_or(0, |position| (position + 1) % ALPHABET.len());
    format!("{body}{}", char::from(ALPHABET[next]))
}

/// An alias that pgbench can draw, because it is a number.
pub fn alias(index: u64) -> String {
    (FIRST_ALIAS + index).to_string()
}

fn body(mut number: u64) -> [u8; 5] {
    let mut body = [0; 5];
    for place in &mut body {
        *place = ALPHABET[usize::try_from(number % 28).unwrap_or_default()];
        number /= 28;
    }
    body
}

/// c = −Σ (i+2)·vᵢ mod 29; none for the remainder that no character stands for. The service has its
/// own; that the bench's codes lead somewhere shows that the two agree.
fn check_character(body: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for (weight, character) in (2..).zip(body) {
        sum += weight * ALPHABET.iter().position(|known| known == character)?;
    }
    ALPHABET.get((29 - sum % 29) % 29).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_code_comes_twice_and_each_is_sound() {
        let codes: Vec<String> = sound().take(100_000).collect();
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), codes.len());
        for code in codes {
            let (body, check) = code.as_bytes().split_at(5);
            assert_eq!(check_character(body), Some(check[0]));
        }
    }

    #[test]
    fn a_known_code_has_its_known_check_character() {
        // 2 has the value 0 and 3 the value 1: the sum is the weight, 6, and 29 − 6 = 23 is v.
        assert_eq!(check_character(b"22223"), Some(b'v'));
    }

    #[test]
    fn a_wrong_check_character_differs_in_one_place() {
        for code in sound().take(1000) {
            let wrong = with_wrong_check(&code);
            assert_eq!(wrong.len(), code.len());
            assert!(wrong != code && wrong[..5] == code[..5]);
        }
    }
}

//! The text of a key.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::RngExt;
use sha2::{Digest, Sha256};

/// Length of the public half.
const ID_LENGTH: usize = 12;
const ID_ALPHABET: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Bytes of chance in the secret half: beyond guessing, so a plain hash of it is enough.
const SECRET_BYTES: usize = 32;

/// A key in both halves. It is shown once and kept nowhere.
pub struct Secret {
    /// The public half.
    pub id: String,
    secret: String,
}

impl Secret {
    /// A new key from the system's source of chance.
    pub fn generate() -> Self {
        let mut rng = rand::rng();
        let id = (0..ID_LENGTH)
            .map(|_| char::from(ID_ALPHABET[rng.random_range(0..ID_ALPHABET.len())]))
            .collect();
        let bytes: [u8; SECRET_BYTES] = rng.random();
        Self {
            id,
            secret: URL_SAFE_NO_PAD.encode(bytes),
        }
    }

    /// Takes a key apart as a caller sends it.
    pub fn parse(key: &str) -> Option<Self> {
        let (id, secret) = key.strip_prefix("dl_")?.split_once('_')?;
        is_id(id).then(|| Self {
            id: id.to_owned(),
            secret: secret.to_owned(),
        })
    }

    /// The key as its owner keeps it.
    pub fn reveal(&self) -> String {
        format!("dl_{}_{}", self.id, self.secret)
    }

    /// What the database keeps of the secret half.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.secret.as_bytes()).into()
    }
}

/// Whether a text can be the public half of a key.
pub fn is_id(text: &str) -> bool {
    text.len() == ID_LENGTH && text.bytes().all(|b| ID_ALPHABET.contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_after_a_round_trip() {
        let key = Secret::generate();
        let read = Secret::parse(&key.reveal()).unwrap();
        assert_eq!(
            (read.id.as_str(), read.hash()),
            (key.id.as_str(), key.hash())
        );
        assert!(Secret::parse("dl_short_x").is_none());
        assert!(Secret::parse("Bearer").is_none());
    }
}

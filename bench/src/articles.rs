//! The articles of the bench by their numbers, and articles that are still to be made.

use serde_json::{Value, json};

use crate::random::Random;

/// The id of article `:n` for pgbench, as `newsroom.sql` and `stories.sql` make it.
pub const ID: &str =
    "('0' || to_hex(1700000000000 + :n::bigint * 60000) || '70008000000000000000')::uuid";

/// How many bodies differ in more than their number.
const BODIES: usize = 1000;
/// Tags that an article carries, each drawn from a part of its own of all tags.
const CARRIED: u32 = 5;

/// The id of an article, from 1.
pub fn id(n: u64) -> String {
    let time = format!("{:012x}", 1_700_000_000_000 + n * 60_000);
    let (first, second) = time.split_at(8);
    format!("{first}-{second}-7000-8000-000000000000")
}

/// The path of an article, without its first slash.
pub fn path(n: u64) -> String {
    format!("v1/articles/{}", id(n))
}

/// Tags with numbers from 1, of which those at the beginning are on most articles.
#[derive(Clone, Copy)]
pub struct Tags {
    /// What comes before the number in their keys.
    pub prefix: &'static str,
    /// How many there are.
    pub count: u32,
}

/// The tags of `newsroom.sql`.
pub const NEWSROOM: Tags = Tags {
    prefix: "topic:tag-",
    count: 500,
};

/// The general tags of `stories.sql`: each article carries one of each part of 200, drawn by
/// `floor(200 * random() ^ 3)`.
pub const GENERAL: Tags = Tags {
    prefix: "topic:general-",
    count: 600,
};

impl Tags {
    /// The key of a tag.
    pub fn key(&self, number: u32) -> String {
        format!("{}{number}", self.prefix)
    }

    /// The path of the list by a tag, without its first slash.
    pub fn list(&self, number: u32) -> String {
        format!("v1/articles?tag={}", self.key(number))
    }

    /// The paths of the lists by each of them.
    pub fn lists(self) -> impl Iterator<Item = String> {
        (1..=self.count).map(move |number| self.list(number))
    }

    /// Bodies of articles to be made under them, with `{n}` where each differs.
    pub fn bodies(self) -> impl Iterator<Item = String> {
        let mut random = Random::new(3);
        let part = self.count / CARRIED;
        (0..BODIES).map(move |_| {
            let first = (0..CARRIED).map(|place| 1 + part * place);
            let keys = first.map(|first| self.key(first + cubed(&mut random, part)));
            body(&keys.collect::<Vec<_>>()).to_string()
        })
    }
}

/// The same draw as `floor(count * random() ^ 3)` in SQL.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "below the count"
)]
fn cubed(random: &mut Random, count: u32) -> u32 {
    (f64::from(count) * random.chance().powi(3)) as u32
}

fn body(tags: &[String]) -> Value {
    json!({
        "status": "published",
        "headline": "Story {n} from the harbour of Port Elara",
        "summary": "What happened at the quay, told in two sentences. The second of them is a little longer than the first.",
        "key_points": ["The first point of story {n}", "The second point, which says more", "The third"],
        "dateline": "PORT ELARA",
        "byline": "By the desk",
        "language": "en",
        "canonical_url": "https://news.example/2026/new/story-{n}-of-port-elara",
        "word_count": 400,
        "tags": tags,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_its_time_first() {
        assert_eq!(id(1), "018bcfe6-5260-7000-8000-000000000000");
        assert!(id(2) > id(1));
    }

    #[test]
    fn each_tag_of_an_article_is_another() {
        let body: Value = serde_json::from_str(&NEWSROOM.bodies().next().unwrap()).unwrap();
        let numbers: Vec<u32> = body["tags"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tag| {
                tag.as_str()
                    .unwrap()
                    .trim_start_matches("topic:tag-")
                    .parse()
                    .unwrap()
            })
            .collect();
        assert!(
            (0..)
                .zip(&numbers)
                .all(|(place, number)| (*number - 1) / 100 == place),
            "{numbers:?}"
        );
    }
}

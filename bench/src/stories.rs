//! A newsroom's articles as lines of a file, the same ones in every run.

use std::io::Write;

use serde_json::json;

use crate::random::Random;

/// Tags that there are.
pub const TAGS: usize = 500;
/// Tags of an article.
pub const TAGS_EACH: usize = 5;
/// Words of an article's text.
pub const WORDS: usize = 100;

/// What texts are made of.
const PLAIN: [&str; 24] = [
    "the",
    "harbour",
    "of",
    "a",
    "ferry",
    "council",
    "in",
    "said",
    "quay",
    "and",
    "crane",
    "to",
    "vessel",
    "pilot",
    "dredging",
    "was",
    "on",
    "tide",
    "reopened",
    "for",
    "Thursday",
    "lighthouse",
    "after",
    "weeks",
];

/// The key of a tag, from 0.
fn key(number: usize) -> String {
    format!("topic:tag-{number}")
}

/// Writes the tags that articles carry, one a line.
pub fn write_tags(out: &mut dyn Write) -> std::io::Result<()> {
    for number in 0..TAGS {
        let tag = json!({"key": key(number), "name": format!("Tag {number}")});
        writeln!(out, "{tag}")?;
    }
    Ok(())
}

/// Writes this many articles, one a line.
pub fn write_articles(out: &mut dyn Write, count: u64) -> std::io::Result<()> {
    let mut random = Random::new(0x696d_706f_7274);
    let tags: Vec<String> = (0..TAGS).map(key).collect();
    for number in 0..count {
        writeln!(out, "{}", article(number, &tags, &mut random))?;
    }
    Ok(())
}

/// Its tags are different ones, the first ones of all oftenest.
fn article(number: u64, tags: &[String], random: &mut Random) -> serde_json::Value {
    let mut carried: Vec<&str> = Vec::with_capacity(TAGS_EACH);
    while carried.len() < TAGS_EACH {
        let tag = random.early_of(tags);
        if !carried.contains(&tag.as_str()) {
            carried.push(tag);
        }
    }
    let mut words = |count: usize| -> String {
        let words: Vec<&str> = (0..count).map(|_| *random.one_of(&PLAIN)).collect();
        words.join(" ")
    };
    let (day, hour) = (number / 24 % 28 + 1, number % 24);
    json!({
        "headline": format!("Story {number}: {}", words(6)),
        "status": "published",
        "summary": words(25),
        "key_points": [words(6), words(8), words(5)],
        "dateline": "PORT ELARA",
        "byline": "By the desk",
        "language": "en",
        "canonical_url": format!("https://news.example/2026/harbour/story-{number}-of-port-elara"),
        "external_ids": [{"source": "cms", "id": number.to_string()}],
        "published_at": format!("2026-{:02}-{day:02}T{hour:02}:00:00Z", number / 672 % 10 + 1),
        "tags": carried,
        "custom": {"desk": "harbour", "budget": number % 7},
        "body": words(WORDS),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_article_is_a_line_with_five_tags() {
        let mut out = Vec::new();
        write_articles(&mut out, 1_000).unwrap();

        let text = String::from_utf8(out).unwrap();
        let lines: Vec<serde_json::Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 1_000);
        assert!(
            lines
                .iter()
                .all(|line| line["tags"].as_array().unwrap().len() == TAGS_EACH)
        );
    }
}

//! What callers of a newsroom ask, each time something else.

use serde_json::json;

use crate::{random::Random, traffic::Ask};

/// Gives one of some articles another headline.
pub fn write(articles: &[String], mut random: Random) -> Ask<'_> {
    Box::new(move |client| {
        let path = format!("/v1/articles/{}", random.one_of(articles));
        let headline = format!("Seen again {} times", random.below(1_000_000));
        let body = json!({"headline": headline}).to_string();
        Ok(client.send("PATCH", &path, &body)?.status)
    })
}

/// Reads one of some articles.
pub fn read(articles: &[String], mut random: Random) -> Ask<'_> {
    Box::new(move |client| {
        let path = format!("/v1/articles/{}", random.one_of(articles));
        Ok(client.get(&path)?.status)
    })
}

/// Lists the newest articles of one of some tags.
pub fn list<'a>(tags: &'a [&'a str], mut random: Random) -> Ask<'a> {
    Box::new(move |client| {
        let path = format!("/v1/articles?tag={}", random.one_of(tags));
        Ok(client.get(&path)?.status)
    })
}

/// Turns the pages of the list of all articles.
pub fn turn_pages<'a>() -> Ask<'a> {
    let mut cursor = String::new();
    Box::new(move |client| {
        let answer = client.get(&format!("/v1/articles?{cursor}"))?;
        let next = answer.json().ok();
        let next = next.and_then(|list| Some(format!("cursor={}", list["next_cursor"].as_str()?)));
        cursor = next.unwrap_or_default();
        Ok(answer.status)
    })
}

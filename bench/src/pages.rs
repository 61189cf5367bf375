//! Turning the pages of lists.

use crate::{Result, http::Client};

/// The path of the page behind some pages of a hundred, or of the last; paths are without their first slash.
pub fn turn(client: &mut Client, path: String, pages: usize) -> Result<String> {
    let mut cursor = String::new();
    for _ in 0..pages {
        let page = format!("/{path}&fields=id&limit=100{cursor}");
        let page = client.get(&page)?.json()?;
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    Ok(path + &cursor)
}

/// How many pages of a hundred are half of the list by a tag.
pub fn half_of(client: &mut Client, tag: &str) -> Result<usize> {
    let tag = client.get(&format!("/v1/tags/{tag}"))?.json()?;
    let count = tag["article_count"]
        .as_u64()
        .ok_or("a tag without a count")?;
    Ok(usize::try_from(count / 200)?)
}

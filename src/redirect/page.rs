//! The few pages that readers of a short link can see.

use std::borrow::Cow;

use super::preview::Preview;

/// Most addresses that are offered to somebody who mistyped one.
pub const MAX_SUGGESTIONS: usize = 3;

/// A page with one sentence.
fn page(title: &str, sentence: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"robots\" content=\"noindex\">\
         <title>{title}</title></head><body><p>{sentence}</p></body></html>\n"
    )
}

/// A page with more than a sentence: for a phone, and with the addresses in it to be touched.
fn full_page(title: &str, content: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"robots\" content=\"noindex\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style>body{{font:1.125rem/1.5 sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem;\
         overflow-wrap:anywhere}}li{{margin:.5rem 0}}</style></head><body>{content}</body></html>\n"
    )
}

/// An address to follow. What direction it is read in is its own affair: it may be Arabic.
fn link(address: &str) -> String {
    let address = escape(address);
    format!("<a href=\"{address}\" rel=\"nofollow\" dir=\"auto\">{address}</a>")
}

/// The page behind a redirect, for whom the browser does not take along.
pub fn moved(address: &str) -> String {
    let address = escape(address);
    page("Found", &format!("<a href=\"{address}\">{address}</a>"))
}

/// The page for a code that leads nowhere.
pub fn unknown() -> String {
    page(
        "Not found",
        "No story is known under this address. Please check how it is written.",
    )
}

/// The page for a code that leads nowhere, with the short addresses that may have been meant.
/// Without any it is [`unknown`].
pub fn not_found<'a>(suggestions: impl IntoIterator<Item = &'a str>) -> String {
    let mut suggestions = suggestions.into_iter().take(MAX_SUGGESTIONS).peekable();
    if suggestions.peek().is_none() {
        return unknown();
    }
    let mut content =
        "<p>No story is known under this address. Please check how it is written.</p>\
                       <p>Did you mean:</p><ul>"
            .to_owned();
    for address in suggestions {
        content = content + "<li>" + &link(address) + "</li>";
    }
    full_page("Not found", &(content + "</ul>"))
}

/// The page for a code that led somewhere.
pub fn gone() -> String {
    page(
        "Gone",
        "The story under this address is no longer available.",
    )
}

/// The page for a code that led somewhere, with the address that is named in its place.
pub fn replaced(address: &str) -> String {
    let content = format!(
        "<p>The story under this address is no longer available.</p><p>See instead: {}</p>",
        link(address)
    );
    full_page("Gone", &content)
}

/// The page for a code whose story was taken away for legal reasons.
///
/// Source: RFC 7725 §3.
pub fn blocked() -> String {
    page(
        "Unavailable for legal reasons",
        "The story under this address is not available for legal reasons.",
    )
}

/// The page of `code+`: what is behind a short address, without going there.
pub fn preview(preview: &Preview) -> String {
    let qr = escape(&preview.qr_url);
    let content = format!(
        "<h1>A short address</h1><p>{}</p><p>leads to</p><p>{}</p>\
         <p><a href=\"{qr}\">QR code of the short address</a></p>",
        link(&preview.short_url),
        link(&preview.target_url)
    );
    full_page("Where a short address leads", &content)
}

/// The page for a request that says what nobody can make sense of; the sentence says what.
pub fn bad_request(sentence: &str) -> String {
    page("Bad request", &escape(sentence))
}

/// The page for a method that is not offered.
pub fn not_allowed() -> String {
    page("Method not allowed", "A short address can only be read.")
}

/// The page for when the database cannot be reached.
pub fn unavailable() -> String {
    page(
        "Try again",
        "The service is briefly unavailable. Please try again in a moment.",
    )
}

/// Takes their meaning from the characters that mean something in HTML.
pub fn escape(text: &str) -> Cow<'_, str> {
    // Most addresses have none of them.
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    let escaped = escaped.replace('>', "&gt;").replace('"', "&quot;");
    Cow::Owned(escaped.replace('\'', "&#39;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "https://a.example/'\"><script>&";
    const ESCAPED: &str = "https://a.example/&#39;&quot;&gt;&lt;script&gt;&amp;";

    fn hostile_preview() -> Preview {
        Preview {
            short_url: HOSTILE.to_owned(),
            target_url: HOSTILE.to_owned(),
            qr_url: HOSTILE.to_owned(),
        }
    }

    #[test]
    fn an_address_cannot_become_markup() {
        for (page, times) in [
            (moved(HOSTILE), 2),
            (not_found([HOSTILE]), 2),
            (replaced(HOSTILE), 2),
            (preview(&hostile_preview()), 5),
            (bad_request(HOSTILE), 1),
        ] {
            assert!(!page.contains("<script>"), "{page}");
            assert_eq!(page.matches(ESCAPED).count(), times, "{page}");
        }
    }

    #[test]
    fn at_most_three_addresses_are_offered() {
        let addresses: Vec<String> = (0..5)
            .map(|number| format!("https://exmp.news/{number}"))
            .collect();

        let page = not_found(addresses.iter().map(String::as_str));

        assert_eq!(page.matches("<li>").count(), 3);
        assert!(page.contains(
            "<li><a href=\"https://exmp.news/0\" rel=\"nofollow\" dir=\"auto\">https://exmp.news/0</a></li>"
        ));
        assert_eq!(not_found([]), unknown());
    }

    #[test]
    fn pages_load_nothing_and_run_nothing() {
        let address = "https://a.example/";
        for page in [
            moved(address),
            unknown(),
            gone(),
            not_found([address]),
            replaced(address),
            blocked(),
            preview(&hostile_preview()),
            bad_request("no"),
            not_allowed(),
            unavailable(),
        ] {
            for loads in [" src=", "<script", "<link", "<img", "url(", "@import"] {
                assert!(!page.contains(loads), "{loads} in {page}");
            }
            assert!(
                page.starts_with("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
            );
            assert!(page.ends_with("</body></html>\n"));
            assert!(page.contains("content=\"noindex\""));
        }
    }
}

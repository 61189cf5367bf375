//! The few pages that readers of a short link can see.

/// A page with one sentence.
fn page(title: &str, sentence: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"robots\" content=\"noindex\">\
         <title>{title}</title></head><body><p>{sentence}</p></body></html>\n"
    )
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

/// The page for a code that led somewhere.
pub fn gone() -> String {
    page(
        "Gone",
        "The story under this address is no longer available.",
    )
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
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_cannot_become_markup() {
        assert!(!moved("https://a.example/\"><script>").contains("<script>"));
    }
}

//! Web addresses: what is accepted, and when two are the same.

use url::Url;

/// Longest address that is kept, in bytes.
pub const MAX_BYTES: usize = 2048;

/// Parameters that say how a reader came, not where to.
const TRACKING: &[&str] = &[
    "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid",
    "igshid", "mc_cid", "mc_eid", "_ga", "_gl",
];

/// An absolute http or https address without user information.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpUrl {
    raw: String,
    parsed: Url,
}

impl HttpUrl {
    /// Reads an address; the error is ready to stand behind the field's name.
    pub fn parse(raw: &str) -> Result<Self, String> {
        if raw.len() > MAX_BYTES {
            return Err(format!(
                "has {} bytes; at most {MAX_BYTES} are allowed",
                raw.len()
            ));
        }
        // The parser drops these without a word; a caller that sends them has a fault to find.
        if raw
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || super::text::is_invisible(c))
        {
            return Err("must not contain white space, control or invisible characters".to_owned());
        }
        let parsed =
            Url::parse(raw).map_err(|fault| format!("must be an absolute web address: {fault}"))?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err("must begin with http:// or https://".to_owned());
        }
        if !parsed.username().is_empty() || parsed.password().is_some() {
            return Err("must not carry a user name or password".to_owned());
        }
        if parsed.as_str().len() > MAX_BYTES {
            return Err(format!("has more than {MAX_BYTES} bytes when encoded"));
        }
        Ok(Self {
            raw: raw.to_owned(),
            parsed,
        })
    }

    /// The address as it was given.
    pub fn as_str(&self) -> &str {
        &self.raw
    }

    /// The address as a `Location` header can carry it: encoded, in ASCII.
    pub fn encoded(&self) -> &str {
        self.parsed.as_str()
    }

    /// Host and, where it is not the default, port. The dot that may end a full host name does not count.
    pub fn authority(&self) -> String {
        let host = self.parsed.host_str().unwrap_or_default();
        let host = host.strip_suffix('.').unwrap_or(host);
        match self.parsed.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// The address in the form in which two that lead to one page are equal: scheme and host in
    /// lower case, no default port, no fragment, no tracking parameters, the query sorted, no slash
    /// at the end. http and https stay different.
    ///
    /// Source: RFC 3986 §6.2.
    pub fn normalised(&self) -> String {
        let mut url = self.parsed.clone();
        url.set_fragment(None);
        let query = url
            .query()
            .map(sorted_query)
            .filter(|query| !query.is_empty());
        url.set_query(query.as_deref());
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        url.into()
    }
}

fn sorted_query(query: &str) -> String {
    let mut parameters: Vec<&str> = query
        .split('&')
        .filter(|p| !p.is_empty() && !is_tracking(p))
        .collect();
    parameters.sort_unstable();
    parameters.join("&")
}

fn is_tracking(parameter: &str) -> bool {
    let name = parameter
        .split('=')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    name.starts_with("utm_") || TRACKING.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(raw: &str) -> String {
        HttpUrl::parse(raw).map(|url| url.normalised()).unwrap()
    }

    #[test]
    fn addresses_of_one_page_are_equal() {
        let page = normal("https://news.example/2026/11/harbour?a=1&b=2");
        for same in [
            "HTTPS://News.Example:443/2026/11/harbour/?b=2&a=1",
            "https://news.example/2026/11/harbour?a=1&utm_source=x&b=2#top",
            "https://news.example/2026/11/harbour?b=2&a=1&fbclid=123",
        ] {
            assert_eq!(normal(same), page);
        }
        assert_ne!(normal("http://news.example/2026/11/harbour?a=1&b=2"), page);
        assert_eq!(
            normal("https://news.example"),
            normal("https://news.example/")
        );
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for bad in [
            "",
            "/path",
            "ftp://a.example/",
            "javascript:alert(1)",
            "https://u:p@a.example/",
            "https://a.example/\n",
        ] {
            assert!(HttpUrl::parse(bad).is_err(), "{bad:?}");
        }
    }
}

//! What of the reader's query goes on to the target.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::codes::ForwardQuery;

/// Longest address that parameters are added to, in bytes, with them: what every server on the way reads.
const MAX_BYTES: usize = 4096;

/// Most parameters that are passed on.
const MAX_PARAMETERS: usize = 64;

/// The target with the parameters of the reader's query that go on to it. `target` is an encoded
/// address, `query` what the request has behind its `?`, as it came.
///
/// What the target says stands: a parameter that it has is never replaced nor repeated, and its
/// fragment stays at the end. Whatever a reader sends comes out percent-encoded where it is more
/// than letters, digits and marks of a query, so no header can be made of it. Whole parameters are
/// added until the next would make the address longer than 4,096 bytes. Borrows the target where
/// there is nothing to add.
pub fn forward<'a>(target: &'a str, query: &str, mode: ForwardQuery) -> Cow<'a, str> {
    if query.is_empty() || mode == ForwardQuery::None {
        return Cow::Borrowed(target);
    }
    let (page, fragment) = target.split_at(target.find('#').unwrap_or(target.len()));
    let own: Vec<String> = match page.split_once('?') {
        Some((_, own)) => parameters(own).map(|(name, _)| plain(&name)).collect(),
        None => Vec::new(),
    };
    let goes_on = |name: &str| match mode {
        ForwardQuery::Utm => name.starts_with("utm_"),
        ForwardQuery::All => true,
        ForwardQuery::None => false,
    };
    let is_new = |name: &str| own.is_empty() || !own.contains(&plain(name));
    let added = parameters(query)
        .filter(|(name, _)| !name.is_empty() && goes_on(name))
        .filter(|(name, _)| is_new(name));
    let mut address = Cow::Borrowed(page);
    for (_, parameter) in added.take(MAX_PARAMETERS) {
        let length = 1 + encoded_length(parameter);
        if address.len() + length + fragment.len() > MAX_BYTES {
            break;
        }
        let address = address.to_mut();
        address.reserve(length + fragment.len());
        address.push_str(separator(address));
        push_encoded(address, parameter);
    }
    match address {
        Cow::Borrowed(_) => Cow::Borrowed(target),
        Cow::Owned(address) => Cow::Owned(address + fragment),
    }
}

/// The parameters of a query, each with its name, decoded.
fn parameters(query: &str) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
    query.split('&').map(|parameter| {
        let (name, _) = parameter.split_once('=').unwrap_or((parameter, ""));
        let name = match percent_decode_str(name).decode_utf8_lossy() {
            plus if plus.contains('+') => Cow::Owned(plus.replace('+', " ")),
            name => name,
        };
        (name, parameter)
    })
}

/// A name in the form in which two are equal to at least some server: case and surrounding blanks
/// do not count, nor does what makes a list of it (`tag[]`).
fn plain(name: &str) -> String {
    let name = name.split(['[', '\0']).next().unwrap_or_default();
    name.trim().to_ascii_lowercase()
}

fn separator(address: &str) -> &'static str {
    if !address.contains('?') {
        "?"
    } else if address.ends_with(['?', '&']) {
        ""
    } else {
        "&"
    }
}

/// Whether a byte of a parameter stays as it is. A semicolon does not: some servers end a parameter there.
fn is_kept(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$()*+,:@/?=%".contains(&byte)
}

/// The bytes of a parameter, and whether each stays; a percent sign does only before two hexadecimal digits.
fn bytes(parameter: &str) -> impl Iterator<Item = (u8, bool)> {
    let all = parameter.as_bytes();
    all.iter().enumerate().map(|(index, &byte)| {
        let is_escape = || {
            let digits = all.get(index + 1..index + 3);
            digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        };
        (byte, is_kept(byte) && (byte != b'%' || is_escape()))
    })
}

fn encoded_length(parameter: &str) -> usize {
    bytes(parameter)
        .map(|(_, stays)| if stays { 1 } else { 3 })
        .sum()
}

fn push_encoded(address: &mut String, parameter: &str) {
    for (byte, stays) in bytes(parameter) {
        if stays {
            address.push(char::from(byte));
        } else {
            address.push_str(percent_encoding::percent_encode_byte(byte));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: &str = "https://news.example/a";

    fn utm(target: &str, query: &str) -> String {
        forward(target, query, ForwardQuery::Utm).into_owned()
    }

    fn all(target: &str, query: &str) -> String {
        forward(target, query, ForwardQuery::All).into_owned()
    }

    #[test]
    fn where_nothing_is_added_the_target_is_borrowed() {
        for (query, mode) in [
            ("", ForwardQuery::All),
            ("utm_source=x", ForwardQuery::None),
            ("a=1&b=2", ForwardQuery::Utm),
            ("&&=1&", ForwardQuery::All),
        ] {
            let target = "https://news.example/a?b=1#top";
            assert!(
                matches!(forward(target, query, mode), Cow::Borrowed(same) if same == target),
                "{query}"
            );
        }
    }

    #[test]
    fn by_default_only_campaign_parameters_go_on() {
        let query = "a=1&utm_source=mail&url=https://other.example/&utm_medium=x&UTM_x=1&utm=2";
        assert_eq!(
            utm(TARGET, query),
            "https://news.example/a?utm_source=mail&utm_medium=x"
        );
        assert_eq!(
            utm(TARGET, "utm%5Fsource=mail"),
            "https://news.example/a?utm%5Fsource=mail"
        );
    }

    #[test]
    fn all_go_on_in_their_order_and_as_often_as_they_come() {
        assert_eq!(
            all(TARGET, "b=2&a&a=1&c="),
            "https://news.example/a?b=2&a&a=1&c="
        );
    }

    #[test]
    fn a_parameter_of_the_target_is_never_overridden() {
        let target = "https://news.example/a?Id=7&t%61g=x&utm_source=print&list[]=1";
        for query in [
            "id=8",
            "%69d=8",
            "ID=8",
            "+id=8",
            "id%00=8",
            "id[]=8",
            "tag=y",
            "utm_source=mail",
            "list=2",
            "x;y",
        ] {
            let expected = if query == "x;y" {
                format!("{target}&x%3By")
            } else {
                target.to_owned()
            };
            assert_eq!(all(target, query), expected, "{query}");
        }
        assert_eq!(
            utm(target, "utm_source=mail&utm_medium=x"),
            format!("{target}&utm_medium=x")
        );
    }

    #[test]
    fn the_fragment_stays_at_the_end() {
        assert_eq!(
            utm("https://news.example/a#top?x", "utm_a=1"),
            "https://news.example/a?utm_a=1#top?x"
        );
        assert_eq!(
            utm("https://news.example/a?#top", "utm_a=1"),
            "https://news.example/a?utm_a=1#top"
        );
        assert_eq!(
            utm("https://news.example/a?b&#", "utm_a=1"),
            "https://news.example/a?b&utm_a=1#"
        );
    }

    #[test]
    fn no_header_can_be_made_of_a_query() {
        let added = all(TARGET, "a=%0d%0aX: y\r\n\t\"<b>'#\\;م%zz%4");
        assert_eq!(
            added,
            "https://news.example/a?a=%0d%0aX:%20y%0D%0A%09%22%3Cb%3E%27%23%5C%3B%D9%85%25zz%254"
        );
    }

    #[test]
    fn a_target_is_never_taken_from_the_query() {
        for query in [
            "//other.example/",
            "@other.example",
            "url=https://other.example/",
            "/../x",
            "#x",
            "?x",
        ] {
            let forwarded = url::Url::parse(&all(TARGET, query)).unwrap();
            assert_eq!(forwarded.host_str(), Some("news.example"), "{query}");
            assert_eq!(forwarded.path(), "/a", "{query}");
            assert_eq!(forwarded.fragment(), None, "{query}");
        }
    }

    #[test]
    fn parameters_are_added_whole_until_4096_bytes() {
        let target = format!("https://news.example/{}#top", "a".repeat(2000));
        let query = format!(
            "utm_a={}&utm_b={}&utm_c=1",
            "م".repeat(200),
            "x".repeat(1000)
        );

        let forwarded = utm(&target, &query);

        assert!(forwarded.len() <= MAX_BYTES);
        assert!(forwarded.contains("utm_a=%D9%85"));
        assert!(!forwarded.contains("utm_b"));
        assert!(forwarded.ends_with("%D9%85#top"));
        let exact = format!(
            "utm_a={}",
            "x".repeat(MAX_BYTES - target.len() - "?utm_a=".len())
        );
        assert_eq!(utm(&target, &exact).len(), MAX_BYTES);
        assert_eq!(utm(&target, &format!("{exact}x")), target);
    }

    #[test]
    fn hostile_queries_keep_the_address_bounded_and_in_ascii() {
        let pieces = [
            "utm_a", "=", "&", "%", "%0A", "م", "\n", "#", "?", ";", "\u{200e}", "\"", "b", "[]",
            "+",
        ];
        let mut seed = 9_u64;
        for _ in 0..5000 {
            let mut query = String::new();
            for _ in 0..12 {
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                query += pieces[usize::try_from(seed >> 33).unwrap() % pieces.len()];
            }
            let forwarded = all("https://news.example/a?b=1#top", &query);

            assert!(
                forwarded.starts_with("https://news.example/a?b=1") && forwarded.ends_with("#top")
            );
            assert!(
                forwarded
                    .bytes()
                    .all(|b| b.is_ascii_graphic() && !b"\"<>".contains(&b)),
                "{forwarded}"
            );
            assert_eq!(forwarded.matches('#').count(), 1, "{query:?}");
            let parsed = url::Url::parse(&forwarded).unwrap();
            assert_eq!(
                parsed.query_pairs().filter(|(name, _)| name == "b").count(),
                1,
                "{query:?}"
            );
        }
        assert!(all(TARGET, &"a&".repeat(60_000)).len() < 200);
    }
}

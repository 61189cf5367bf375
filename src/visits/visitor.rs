//! What a request says of who sends it. Neither its address nor its user agent leaves this file.

use std::{borrow::Cow, cell::RefCell, collections::HashMap, net::IpAddr};

use actix_web::http::header::{self, HeaderMap, HeaderName};
use chrono::{DateTime, Utc};
use xxhash_rust::xxh3::xxh3_64;

use super::{class::Class, recorder::Visit};
use crate::base::short_domains::DomainSet;

/// Longest host that is kept, in characters.
const MAX_HOST: usize = 255;

/// What browsers and messengers say when they fetch what nobody has opened.
/// Source: WHATWG Fetch, `Sec-Purpose`; the others are older names for the same.
const PURPOSES: [HeaderName; 4] = [
    HeaderName::from_static("sec-purpose"),
    HeaderName::from_static("purpose"),
    HeaderName::from_static("x-purpose"),
    HeaderName::from_static("x-moz"),
];

/// How many bytes of a user agent are looked at: as many as `iscrawl` takes, without room for the
/// mark at the end.
const MAX_AGENT: usize = 512 - MARK;
/// Length of the mark.
const MARK: usize = 9;
/// Most user agents of which a thread remembers what was found.
const MAX_KNOWN_AGENTS: usize = 4096;

/// Who or what sends a request, and from where.
#[derive(Debug, PartialEq, Eq)]
pub struct Visitor<'a> {
    /// Who or what it is.
    pub class: Class,
    /// The host of the page that it came from, if that is not one of our own.
    pub referrer: Option<Cow<'a, str>>,
    /// The country that a trusted proxy names, in upper case.
    pub country: Option<[u8; 2]>,
}

impl<'a> Visitor<'a> {
    /// Reads a request's headers. `country` is the header in which a trusted proxy names the country;
    /// without it none is believed.
    pub fn read(headers: &'a HeaderMap, domains: &DomainSet, country: Option<&HeaderName>) -> Self {
        let referrer = headers
            .get(header::REFERER)
            .and_then(|value| value.to_str().ok());
        Self {
            class: class(headers),
            referrer: referrer.and_then(|address| host(address, domains)),
            country: country.and_then(|name| country_of(headers, name)),
        }
    }

    /// The visit that this visitor pays now.
    pub fn visit<'v>(&'v self, channel: Option<&'v str>, at: DateTime<Utc>) -> Visit<'v> {
        Visit {
            class: self.class,
            channel,
            referrer: self.referrer.as_deref(),
            country: self.country,
            at,
        }
    }
}

fn class(headers: &HeaderMap) -> Class {
    if PURPOSES.iter().any(|name| is_ahead(headers, name)) {
        return Class::Prefetch;
    }
    match headers.get(header::USER_AGENT) {
        Some(agent) if !is_machine(agent.as_bytes()) => Class::Person,
        _ => Class::Bot,
    }
}

fn is_ahead(headers: &HeaderMap, name: &HeaderName) -> bool {
    let Some(value) = headers.get(name).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let words = value.split([';', ',', ' ']);
    words.into_iter().any(|word| {
        ["prefetch", "preview", "prerender"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    })
}

thread_local! {
    /// What was found of user agents, by their hash: most readers have one of few.
    static KNOWN_AGENTS: RefCell<HashMap<u64, bool>> = RefCell::default();
}

/// Whether a user agent is that of a machine.
fn is_machine(agent: &[u8]) -> bool {
    let agent = &agent[..agent.len().min(MAX_AGENT)];
    let hash = xxh3_64(agent);
    KNOWN_AGENTS.with_borrow_mut(|known| {
        if let Some(is_machine) = known.get(&hash) {
            return *is_machine;
        }
        if known.len() >= MAX_KNOWN_AGENTS {
            known.clear();
        }
        let is_machine = judge_agent(agent, hash);
        known.insert(hash, is_machine);
        is_machine
    })
}

/// The same, from the text alone.
///
/// The crate remembers its answers by the place of the text in memory, its length, its first eight
/// bytes and its last: a machine whose text happens to lie where a browser's lay would be taken for
/// that browser. So the text is copied and ends in a mark that depends on all of it.
fn judge_agent(agent: &[u8], hash: u64) -> bool {
    if agent.iter().all(u8::is_ascii_whitespace) {
        return true;
    }
    let as_ascii = |byte: &u8| char::from(if byte.is_ascii() { *byte } else { b' ' });
    let mut copy: String = agent.iter().map(as_ascii).collect();
    copy.push(' ');
    // Five bits of each byte, from the space to `?`: no letter and no `@`, so nothing spells a word.
    let mark = hash.to_le_bytes();
    copy.extend(mark.iter().map(|byte| char::from(b' ' + (byte & 0x1f))));
    iscrawl::is_crawler(&copy)
}

/// The host of a page's address, in lower case; nothing where it is no page of the web, one of our
/// own, or an address that could be a reader's.
fn host<'a>(address: &'a str, domains: &DomainSet) -> Option<Cow<'a, str>> {
    let (scheme, rest) = address.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let authority = match authority.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(authority.to_ascii_lowercase()),
        false => Cow::Borrowed(authority),
    };
    if domains.named(&authority).is_some() {
        return None;
    }
    let host = match authority {
        Cow::Borrowed(authority) => Cow::Borrowed(without_port(authority)),
        Cow::Owned(authority) => Cow::Owned(without_port(&authority).to_owned()),
    };
    (is_host(&host) && domains.named(&host).is_none()).then_some(host)
}

fn without_port(authority: &str) -> &str {
    let host = authority
        .split_once(':')
        .map_or(authority, |(host, _)| host);
    host.strip_suffix('.').unwrap_or(host)
}

fn is_host(host: &str) -> bool {
    let is_sound = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_')
    };
    (1..=MAX_HOST).contains(&host.len())
        && host.bytes().all(is_sound)
        && host.split('.').all(|label| !label.is_empty())
        && host.parse::<IpAddr>().is_err()
}

/// Two letters; `XX` and `ZZ` are how proxies say that they do not know.
fn country_of(headers: &HeaderMap, name: &HeaderName) -> Option<[u8; 2]> {
    let country: [u8; 2] = headers.get(name)?.as_bytes().try_into().ok()?;
    let country = country.map(|byte| byte.to_ascii_uppercase());
    let is_known = country.iter().all(u8::is_ascii_uppercase) && !matches!(&country, b"XX" | b"ZZ");
    is_known.then_some(country)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;
    use crate::base::config::Config;

    const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    fn read(headers: &[(&'static str, &str)], trusted: Option<&str>) -> (Class, String, String) {
        let config = Config::read(|name| {
            (name == "SHORT_BASE_URLS").then(|| "https://exmp.news,http://localhost:8081".into())
        });
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).unwrap();
            map.insert(HeaderName::from_static(name), value);
        }
        let trusted = trusted.map(|name| HeaderName::from_bytes(name.as_bytes()).unwrap());
        let domains = config.unwrap().short_domains();
        let visitor = Visitor::read(&map, &domains.current(), trusted.as_ref());
        let country = visitor.country.map(|country| country.to_vec());
        (
            visitor.class,
            visitor.referrer.unwrap_or_default().into_owned(),
            String::from_utf8(country.unwrap_or_default()).unwrap(),
        )
    }

    #[test]
    fn people_machines_and_browsers_that_look_ahead_are_told_apart() {
        let class = |headers: &[(&'static str, &str)]| read(headers, None).0;

        assert_eq!(class(&[("user-agent", BROWSER)]), Class::Person);
        for machine in [
            "",
            " ",
            "curl/8.5.0",
            "Mozilla/5.0 (compatible; Examplebot/2.0; +https://bot.example/)",
        ] {
            assert_eq!(class(&[("user-agent", machine)]), Class::Bot, "{machine}");
        }
        assert_eq!(class(&[]), Class::Bot);
        for (name, value) in [
            ("purpose", "prefetch"),
            ("sec-purpose", "prefetch;prerender"),
            ("sec-purpose", "prefetch; anonymous-client-ip"),
            ("x-moz", "Prefetch"),
            ("x-purpose", "preview"),
        ] {
            let headers = [("user-agent", BROWSER), (name, value)];
            assert_eq!(class(&headers), Class::Prefetch, "{name}: {value}");
        }
        let headers = [("user-agent", BROWSER), ("purpose", "reading")];
        assert_eq!(class(&headers), Class::Person);
    }

    #[test]
    fn a_machine_in_the_place_of_a_browser_in_memory_is_a_machine() {
        let browser = "Mozilla/5.0 (compatible; Gecko; Example/1; xyz) Safari/537.36";
        let machine = "Mozilla/5.0 (compatible; Gecko; Example/1; bot) Safari/537.36";
        let mut place = browser.as_bytes().to_vec();

        let mut told = Vec::new();
        for agent in [browser, machine, browser, machine] {
            place.copy_from_slice(agent.as_bytes());
            told.push(is_machine(&place));
        }

        assert_eq!(told, [false, true, false, true]);
    }

    #[test]
    fn a_long_or_strange_user_agent_is_judged_by_its_beginning() {
        let long = format!("Examplebot {}", "Gecko ".repeat(200));

        assert!(is_machine(long.as_bytes()));
        assert!(!is_machine(&[BROWSER.as_bytes(), &[0xff, 0xd9]].concat()));
        assert!(!is_machine(
            format!("{BROWSER} {}", "x".repeat(2000)).as_bytes()
        ));
    }

    #[test]
    fn of_a_referrer_only_the_host_of_somebody_else_is_kept() {
        let host = |address: &str| read(&[("referer", address)], None).1;

        for (address, kept) in [
            (
                "https://social.example/post/7?reader=anna#top",
                "social.example",
            ),
            ("HTTPS://WWW.Social.Example:8443/", "www.social.example"),
            ("https://reader:secret@social.example", "social.example"),
            ("https://social.example.", "social.example"),
            ("https://exmp.news/7kq3m2", ""),
            ("https://EXMP.news:443/", ""),
            ("http://localhost:8081/", ""),
            ("android-app://com.social.example", ""),
            ("https://192.0.2.7/inbox", ""),
            ("https://[2001:db8::1]/", ""),
            ("https://social..example/", ""),
            ("https://so cial.example/", ""),
            ("https://", ""),
            ("social.example", ""),
        ] {
            assert_eq!(host(address), kept, "{address}");
        }
        assert_eq!(host(&format!("https://{}.example/", "a".repeat(255))), "");
    }

    #[test]
    fn a_country_is_believed_of_the_trusted_header_alone() {
        let headers = [("cf-ipcountry", "sa"), ("x-country", "DE")];

        assert_eq!(read(&headers, None).2, "");
        assert_eq!(read(&headers, Some("CF-IPCountry")).2, "SA");
        for none in ["XX", "T1", "SAU", "s", "\u{e9}"] {
            assert_eq!(
                read(&[("x-country", none)], Some("x-country")).2,
                "",
                "{none}"
            );
        }
    }
}

//! What a reader typed, out of the path of the request.
//!
//! Whatever surrounds an address in running text comes along when it is copied or made clickable: a
//! full stop, a bracket, a quotation mark, the invisible marks around Latin text in Arabic. None of
//! it can be part of a code, so dropping it never leads to another link.

use std::{borrow::Cow, ops::Range};

use percent_encoding::percent_decode_str;

use crate::base::text::is_invisible;

/// Longest code, in characters.
const MAX_CODE: usize = 64;

/// Longest channel, in characters.
const MAX_CHANNEL: usize = 12;

/// Longest path that is looked at, in bytes: a longest code and channel, each character of them
/// percent-encoded, with as much around them. What is longer was not typed by anybody.
const MAX_PATH: usize = 512;

/// What a path asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed<'a> {
    /// The domain, without any code.
    Root,
    /// A link, or what belongs to it.
    Link(TypedLink<'a>),
}

/// A link as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedLink<'a> {
    /// A well-formed code, `[a-z0-9_-]{1,64}`, in lower case. Whether a link can have it is another question.
    pub code: Cow<'a, str>,
    /// What is wanted of it.
    pub kind: Kind,
    /// How the reader came, `[a-z]{1,12}`: `/{code}/{channel}`.
    pub channel: Option<Cow<'a, str>>,
}

/// What is wanted of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To go where it leads.
    Follow,
    /// To see where it leads: `/{code}+`.
    Preview,
    /// Its QR code as SVG: `/{code}.svg`.
    Svg,
    /// Its QR code as PNG: `/{code}.png`.
    Png,
}

impl<'a> Typed<'a> {
    /// Reads the raw, still percent-encoded path of a request. `None` for what can be no link at
    /// all. Allocates nothing for a clean code in lower case.
    pub fn read(path: &'a str) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        if is_clean_code(path) {
            return Some(Self::Link(TypedLink {
                code: Cow::Borrowed(path),
                kind: Kind::Follow,
                channel: None,
            }));
        }
        if path.len() > MAX_PATH {
            return None;
        }
        // Cut before decoding: an encoded slash separates nothing. Source: RFC 3986 §2.2.
        let mut parts = [const { Cow::Borrowed("") }; 3];
        let mut count = 0;
        for part in path.split('/') {
            *parts.get_mut(count)? = bare(decoded(part)?);
            count += 1;
        }
        // The one slash that may stand at the end has a part behind it of which nothing is left, as
        // in `7kq3m2/` and in `7kq3m2/).`.
        let ends_in_slash = count > 1 && parts[count - 1].is_empty();
        let [first, second, _] = parts;
        match count - usize::from(ends_in_slash) {
            1 if first.is_empty() => (count == 1).then_some(Self::Root),
            1 => TypedLink::read(first, None).map(Self::Link),
            2 => TypedLink::read(first, Some(second)).map(Self::Link),
            _ => None,
        }
    }
}

impl<'a> TypedLink<'a> {
    fn read(first: Cow<'a, str>, second: Option<Cow<'a, str>>) -> Option<Self> {
        let (first, second, kind) = match second {
            None => {
                let (first, kind) = without_ending(first);
                (first, None, kind)
            }
            Some(second) => {
                let (second, kind) = without_ending(second);
                (first, Some(second), kind)
            }
        };
        let code = lower_case(first);
        let channel = second.map(lower_case);
        let is_well_formed = is_clean_code(&code) && channel.as_deref().is_none_or(is_channel);
        is_well_formed.then_some(Self {
            code,
            kind,
            channel,
        })
    }
}

/// A code that needs nothing done to it.
fn is_clean_code(text: &str) -> bool {
    let is_of_code = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    (1..=MAX_CODE).contains(&text.len()) && text.bytes().all(is_of_code)
}

fn is_channel(text: &str) -> bool {
    (1..=MAX_CHANNEL).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase())
}

/// A part, decoded once; `None` for what is not UTF-8.
fn decoded(part: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(part).decode_utf8().ok()
}

/// Takes from a part what tells what is wanted of it. Readers of QR codes show addresses in upper
/// case, and people copy what they see.
fn without_ending(part: Cow<'_, str>) -> (Cow<'_, str>, Kind) {
    for (ending, kind) in [
        ("+", Kind::Preview),
        (".svg", Kind::Svg),
        (".png", Kind::Png),
    ] {
        let start = part.len().saturating_sub(ending.len());
        let has_ending = |it: &str| it.eq_ignore_ascii_case(ending);
        if part.get(start..).is_some_and(has_ending) {
            // A mark may have come along before somebody put a `+` behind it.
            return (bare(slice(part, 0..start)), kind);
        }
    }
    (part, Kind::Follow)
}

/// A part without what came along from around it: marks on both sides, punctuation behind.
fn bare(part: Cow<'_, str>) -> Cow<'_, str> {
    let left = part.trim_start_matches(is_mark);
    let start = part.len() - left.len();
    let length = left
        .trim_end_matches(|c| is_mark(c) || is_punctuation(c))
        .len();
    slice(part, start..start + length)
}

/// What nobody sees: the zero-width space, joiner and non-joiner (U+200B to U+200D), the marks of
/// direction (U+200E, U+200F, U+061C), embeddings, overrides and their end (U+202A to U+202E), the
/// word joiner and what follows it, with the isolates and their end (U+2060 to U+2069), and the byte
/// order mark (U+FEFF).
fn is_mark(c: char) -> bool {
    is_invisible(c)
}

/// What ends a sentence, a bracket or a quotation, as English, Arabic and their neighbours write it.
fn is_punctuation(c: char) -> bool {
    matches!(
        c,
        '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '}' | '\'' | '"' | '>'
    ) || matches!(
        c,
        '»' | '›' | '’' | '”' | '“' | '…' | '\u{60C}' | '\u{61B}' | '\u{61F}'
    )
}

/// A piece of a text; an empty one where the text has no such piece.
fn slice(text: Cow<'_, str>, range: Range<usize>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(range).unwrap_or_default()),
        Cow::Owned(mut text) => {
            text.truncate(range.end);
            text.drain(..range.start);
            Cow::Owned(text)
        }
    }
}

fn lower_case(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

    use super::*;

    fn link(path: &str) -> Option<TypedLink<'_>> {
        match Typed::read(path) {
            Some(Typed::Link(link)) => Some(link),
            _ => None,
        }
    }

    #[track_caller]
    fn assert_read(path: &str, code: &str, kind: Kind, channel: Option<&str>) {
        let link = link(path);
        let read = link
            .as_ref()
            .map(|link| (&*link.code, link.kind, link.channel.as_deref()));
        assert_eq!(read, Some((code, kind, channel)), "{path:?}");
    }

    #[test]
    fn a_clean_code_is_borrowed() {
        for path in [
            "/7kq3m2",
            "/eid-2026",
            "/a_b",
            "/7kq3m2.",
            "/7kq3m2/print",
            "/7kq3m2+",
        ] {
            let link = link(path).unwrap();
            assert!(matches!(link.code, Cow::Borrowed(_)), "{path}");
            assert!(!matches!(link.channel, Some(Cow::Owned(_))), "{path}");
        }
        assert_read("/7kq3m2", "7kq3m2", Kind::Follow, None);
    }

    #[test]
    fn case_does_not_count() {
        assert_read("/7KQ3M2", "7kq3m2", Kind::Follow, None);
        assert_read("/Eid-2026/Print", "eid-2026", Kind::Follow, Some("print"));
        assert_read("/7KQ3M2.SVG", "7kq3m2", Kind::Svg, None);
        assert_read("/7KQ3M2.Png", "7kq3m2", Kind::Png, None);
    }

    #[test]
    fn a_path_is_decoded_once() {
        assert_read("/%37kq3m2", "7kq3m2", Kind::Follow, None);
        assert_read("/eid%2D2026", "eid-2026", Kind::Follow, None);
        assert_read(
            "/eid%2d2026/p%72int",
            "eid-2026",
            Kind::Follow,
            Some("print"),
        );
        assert_read("/7kq3m2%2B", "7kq3m2", Kind::Preview, None);
        assert_read("/7kq3m2%2Esvg", "7kq3m2", Kind::Svg, None);
        for path in ["/eid%252D2026", "/7kq3m2%252B", "/%2537kq3m2", "/7kq3m2%"] {
            assert_eq!(Typed::read(path), None, "{path}");
        }
    }

    #[test]
    fn one_slash_at_the_end_is_dropped() {
        assert_read("/7kq3m2/", "7kq3m2", Kind::Follow, None);
        assert_read("/7kq3m2/print/", "7kq3m2", Kind::Follow, Some("print"));
        assert_read("/7kq3m2+/", "7kq3m2", Kind::Preview, None);
        assert_read("/7kq3m2.svg/", "7kq3m2", Kind::Svg, None);
        assert_read("/7kq3m2/).", "7kq3m2", Kind::Follow, None);
        for path in [
            "/7kq3m2//",
            "/7kq3m2/print//",
            "//7kq3m2",
            "//",
            "///",
            "//print",
            "/7kq3m2/print/x",
            "/7kq3m2%2F",
            "/7kq3m2%2Fprint",
            "7kq3m2",
            "*",
        ] {
            assert_eq!(Typed::read(path), None, "{path}");
        }
    }

    #[test]
    fn the_domain_alone_is_the_root() {
        for path in ["/", "/.", "/)", "/%E2%80%8E", "/%2E%2E"] {
            assert_eq!(Typed::read(path), Some(Typed::Root), "{path}");
        }
        assert_eq!(Typed::read(""), None);
    }

    #[test]
    fn an_ending_says_what_is_wanted() {
        assert_read("/7kq3m2+", "7kq3m2", Kind::Preview, None);
        assert_read("/7kq3m2+.", "7kq3m2", Kind::Preview, None);
        assert_read("/7kq3m2.+", "7kq3m2", Kind::Preview, None);
        assert_read("/7kq3m2%E2%80%8E+", "7kq3m2", Kind::Preview, None);
        assert_read("/7kq3m2.svg).", "7kq3m2", Kind::Svg, None);
        assert_read("/7kq3m2/print.png", "7kq3m2", Kind::Png, Some("print"));
        assert_read("/7kq3m2/print+", "7kq3m2", Kind::Preview, Some("print"));
        for path in [
            "/+",
            "/.svg",
            "/7kq3m2++",
            "/7kq3m2+.svg",
            "/7kq3m2.svg+",
            "/7kq3m2+/print",
            "/7kq3m2.svg/print",
            "/7kq3m2.gif",
            "/7kq3m2.svgz",
            "/7kq3m2/+",
        ] {
            assert_eq!(Typed::read(path), None, "{path}");
        }
    }

    #[test]
    fn a_channel_has_1_to_12_letters() {
        assert_read("/7kq3m2/a", "7kq3m2", Kind::Follow, Some("a"));
        assert_read(
            "/7kq3m2/newsletterab",
            "7kq3m2",
            Kind::Follow,
            Some("newsletterab"),
        );
        assert_read("/7kq3m2/print,", "7kq3m2", Kind::Follow, Some("print"));
        for path in [
            "/7kq3m2/newsletterabc",
            "/7kq3m2/p1",
            "/7kq3m2/a-b",
            "/7kq3m2/%D9%85",
        ] {
            assert_eq!(Typed::read(path), None, "{path}");
        }
    }

    #[test]
    fn what_no_link_can_be_called_is_none() {
        let long = format!("/{}", "a".repeat(65));
        let longer = format!("/a{}", ".".repeat(512));
        for path in [
            "/a.b",
            "/a%20b",
            "/7kq3m2%20",
            "/%00",
            "/7kq3m2%00",
            "/%00.",
            "/%FF",
            "/7kq3m2%FF",
            "/%D9%85",
            "/ab%E2%80%AEcd",
            "/favicon.ico",
            "/.well-known",
            "/%D9%A77kq3m2",
            "/\u{212a}q3m2b",
            &long,
            &longer,
        ] {
            assert_eq!(Typed::read(path), None, "{path}");
        }
        assert_read(
            &format!("/{}", "a".repeat(64)),
            &"a".repeat(64),
            Kind::Follow,
            None,
        );
        assert_read("/x", "x", Kind::Follow, None);
    }

    /// Numbers that look random and are the same in every run.
    fn draws(mut seed: u64) -> impl FnMut(usize) -> usize {
        move |below| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap() % below
        }
    }

    const MARKS: &[char] = &[
        '\u{200B}', '\u{200C}', '\u{200D}', '\u{200E}', '\u{200F}', '\u{61C}', '\u{202A}',
        '\u{202B}', '\u{202C}', '\u{202D}', '\u{202E}', '\u{2060}', '\u{2066}', '\u{2067}',
        '\u{2068}', '\u{2069}', '\u{FEFF}',
    ];

    #[test]
    fn what_came_along_from_around_an_address_never_counts() {
        let behind: Vec<char> = ".,;:!?)]}'\">»›’”“…،؛؟"
            .chars()
            .chain(MARKS.iter().copied())
            .collect();
        for &c in &behind {
            let encoded = utf8_percent_encode(&c.to_string(), NON_ALPHANUMERIC).to_string();
            assert_read(&format!("/7kq3m2{encoded}"), "7kq3m2", Kind::Follow, None);
        }
        let mut draw = draws(3);
        for round in 0..4000 {
            let code = ["7kq3m2", "Eid-2026", "a_b", "X"][round % 4];
            let (ending, kind) = [
                ("", Kind::Follow),
                ("+", Kind::Preview),
                (".SVG", Kind::Svg),
            ][round % 3];
            let mut text: String = (0..draw(3)).map(|_| MARKS[draw(MARKS.len())]).collect();
            text += code;
            text.extend((0..draw(2)).map(|_| MARKS[draw(MARKS.len())]));
            text += ending;
            text.extend((0..draw(6)).map(|_| behind[draw(behind.len())]));
            let encoded = utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string();
            let slash = ["", "/"][draw(2)];

            for path in [format!("/{encoded}{slash}"), format!("/{text}{slash}")] {
                assert_read(&path, &code.to_ascii_lowercase(), kind, None);
            }
        }
    }

    #[test]
    fn whatever_is_typed_comes_to_a_well_formed_code_or_to_nothing() {
        let pieces = [
            "a",
            "Z",
            "7",
            "-",
            "_",
            "/",
            "+",
            ".",
            ".svg",
            "%",
            "%2",
            "%41",
            "%2F",
            "%00",
            "%FF",
            "%E2%80%8E",
            "\u{200e}",
            "»",
            "م",
            "\u{1F600}",
            " ",
            "\0",
            "\r\n",
            "print",
        ];
        let mut draw = draws(5);
        for _ in 0..20_000 {
            let mut path = "/".to_owned();
            path.extend((0..draw(9)).map(|_| pieces[draw(pieces.len())]));

            if let Some(link) = link(&path) {
                assert!(is_clean_code(&link.code), "{path:?}");
                assert!(link.channel.as_deref().is_none_or(is_channel), "{path:?}");
                assert_read(&format!("/{}", link.code), &link.code, Kind::Follow, None);
            }
        }
    }
}

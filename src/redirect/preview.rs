//! What `code+` tells of a link, and in which form.

use serde::Serialize;
use utoipa::ToSchema;

/// What is behind a short address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ShortLinkPreview)]
pub struct Preview {
    /// The short address.
    #[schema(example = "https://exmp.news/7kq3m2")]
    pub short_url: String,
    /// Where it leads.
    #[schema(example = "https://news.example/2026/11/harbour")]
    pub target_url: String,
    /// The QR code of the short address, as SVG.
    #[schema(example = "https://exmp.news/7kq3m2.svg")]
    pub qr_url: String,
}

/// In which form a preview is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As a page, for people.
    Html,
    /// As JSON, for programs that ask for it.
    Json,
}

impl Form {
    /// Chooses by the `Accept` headers of a request: JSON where it is preferred to HTML, a page for
    /// everybody else, also for those who accept neither.
    ///
    /// Source: RFC 9110 §12.5.1.
    pub fn choose<'a>(accept: impl Iterator<Item = &'a str> + Clone) -> Self {
        let html = quality(accept.clone(), "text", "html");
        let json = quality(accept, "application", "json");
        if json > html { Self::Json } else { Self::Html }
    }
}

/// The quality of a media type, in thousandths: that of the most specific range that names it.
fn quality<'a>(accept: impl Iterator<Item = &'a str>, kind: &str, subtype: &str) -> u16 {
    let ranges = accept.flat_map(|header| header.split(','));
    let matching = ranges.filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let (named_kind, named_subtype) = parts.next()?.split_once('/')?;
        let specificity = match (named_kind, named_subtype) {
            ("*", "*") => 0,
            (it, "*") if it.eq_ignore_ascii_case(kind) => 1,
            (it, sub) if it.eq_ignore_ascii_case(kind) && sub.eq_ignore_ascii_case(subtype) => 2,
            _ => return None,
        };
        Some((specificity, weight(parts)))
    });
    // Of two that are as specific, the greater counts.
    matching.max().map_or(0, |(_, quality)| quality)
}

/// The weight among the parameters of a range, in thousandths; 1 where it is missing or no number.
fn weight<'a>(mut parameters: impl Iterator<Item = &'a str>) -> u16 {
    let weight = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("q")
            .then_some(value.trim())
    });
    weight.and_then(thousandths).unwrap_or(1000)
}

/// `1`, `0.5`, `0.001`: at most three decimal places, and no more than 1.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    let is_number = decimals.len() <= 3 && decimals.bytes().all(|b| b.is_ascii_digit());
    let number = match whole {
        "0" | "1" if is_number => format!("{whole}{decimals:0<3}").parse::<u16>().ok(),
        _ => None,
    };
    number.filter(|&number| number <= 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accept: &[&str]) -> Form {
        Form::choose(accept.iter().copied())
    }

    #[test]
    fn who_prefers_json_gets_it() {
        for accept in [
            &["application/json"][..],
            &["Application/JSON; charset=utf-8"],
            &["text/html;q=0.5, application/json"],
            &["text/html;q=0.5", "application/json;q=0.501"],
            &["text/*;q=0.9,application/*"],
            &["*/*;q=0.1, application/json;q=0.2"],
            &["text/html;q=0, */*"],
            &["text/*;q=0, application/json;q=0.001"],
        ] {
            assert_eq!(chosen(accept), Form::Json, "{accept:?}");
        }
    }

    #[test]
    fn everybody_else_gets_a_page() {
        for accept in [
            &[][..],
            &[""],
            &["*/*"],
            &["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
            &["text/html, application/json"],
            &["application/json;q=0.5, text/html;q=0.9"],
            &["application/json;q=0"],
            &["application/*;q=0.5, */*"],
            &["image/png"],
            &["json"],
            &["application/jsonx, /, ;q=1"],
            &["application/json;q=0.3, text/*;q=0.4"],
        ] {
            assert_eq!(chosen(accept), Form::Html, "{accept:?}");
        }
    }

    #[test]
    fn a_weight_has_at_most_three_places_and_is_at_most_1() {
        for (text, number) in [
            ("0", Some(0)),
            ("1", Some(1000)),
            ("1.000", Some(1000)),
            ("0.5", Some(500)),
            ("0.", Some(0)),
            ("0.001", Some(1)),
            ("1.001", None),
            ("0.0001", None),
            ("2", None),
            ("", None),
            ("-1", None),
            ("0.é", None),
            ("NaN", None),
        ] {
            assert_eq!(thousandths(text), number, "{text}");
        }
    }

    #[test]
    fn a_preview_is_told_as_json() {
        let preview = Preview {
            short_url: "https://exmp.news/7kq3m2".to_owned(),
            target_url: "https://news.example/a".to_owned(),
            qr_url: "https://exmp.news/7kq3m2.svg".to_owned(),
        };
        assert_eq!(
            serde_json::to_value(preview).unwrap(),
            serde_json::json!({
                "short_url": "https://exmp.news/7kq3m2",
                "target_url": "https://news.example/a",
                "qr_url": "https://exmp.news/7kq3m2.svg",
            })
        );
    }
}

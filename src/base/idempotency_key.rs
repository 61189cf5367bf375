//! The header `Idempotency-Key`.

use actix_web::HttpRequest;

use super::error::{AppError, AppResult, Code};

/// The header's name.
const NAME: &str = "Idempotency-Key";

/// Longest key, in characters.
const MAX: usize = 255;

/// The key of a request, if it has one.
pub fn of(request: &HttpRequest) -> AppResult<Option<String>> {
    let mut values = request.headers().get_all(NAME);
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let fault = |detail: &str| AppError::new(Code::InvalidHeader, format!("{NAME} {detail}."));
    if values.next().is_some() {
        return Err(fault("is given twice"));
    }
    let value = value.to_str().unwrap_or_default().trim();
    parse(value).map(Some).map_err(fault)
}

/// Refuses a key where an answer must not be kept.
pub fn refuse(request: &HttpRequest, why: &str) -> AppResult<()> {
    of(request)?.map_or(Ok(()), |_| {
        let detail = format!("{NAME} is not accepted here: {why}.");
        Err(AppError::new(Code::InvalidHeader, detail))
    })
}

/// A string as structured fields write it, or the same without its quotes.
///
/// Source: draft-ietf-httpapi-idempotency-key-header §2.1, RFC 9651 §3.3.3.
fn parse(value: &str) -> Result<String, &'static str> {
    let key = match value.strip_prefix('"') {
        Some(quoted) => unquote(quoted).ok_or("is no string in quotes")?,
        None if value.contains(['"', ',', ' ']) => return Err("must stand in quotes"),
        None => value.to_owned(),
    };
    let is_printable = key.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    match key.len() {
        1..=MAX if is_printable => Ok(key),
        _ => Err("must have 1 to 255 printable characters of ASCII"),
    }
}

/// What stands behind an opening quote, up to the closing one, which must be the end.
fn unquote(quoted: &str) -> Option<String> {
    let (mut text, mut characters) = (String::new(), quoted.chars());
    loop {
        match characters.next()? {
            '"' => return characters.next().is_none().then_some(text),
            '\\' => text.push(characters.next().filter(|c| matches!(c, '"' | '\\'))?),
            character => text.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_string_with_or_without_quotes() {
        for (value, key) in [
            ("8e03978e-40d5", "8e03978e-40d5"),
            ("\"8e03978e-40d5\"", "8e03978e-40d5"),
            ("\"a \\\"b\\\" \\\\c\"", "a \"b\" \\c"),
            ("a;b=c", "a;b=c"),
        ] {
            assert_eq!(parse(value).as_deref(), Ok(key), "{value}");
        }
        let long = "x".repeat(256);
        for value in [
            "", "\"\"", "\"a", "\"a\" ", "\"a\";b", "a b", "a\"b", "\"a\\n\"", "ä", &long,
        ] {
            assert!(parse(value).is_err(), "{value}");
        }
    }
}

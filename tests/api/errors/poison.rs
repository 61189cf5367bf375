//! Bodies and values that nobody sends by mistake

use serde_json::json;

/// Bodies that are hostile as a whole.
pub fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let nested = |open: &str, close: &str| [open.repeat(50_000), close.repeat(50_000)].concat();
    vec![
        ("nothing", Vec::new()),
        ("white space", b" \n\t ".to_vec()),
        ("null", b"null".to_vec()),
        ("a number", b"7".to_vec()),
        ("a text", b"\"x\"".to_vec()),
        ("an empty object", b"{}".to_vec()),
        ("an empty list", b"[]".to_vec()),
        ("a list of lists", b"[[[]]]".to_vec()),
        ("half of an object", b"{\"headline\": ".to_vec()),
        ("two objects", b"{} {}".to_vec()),
        ("a byte order mark", b"\xEF\xBB\xBF{}".to_vec()),
        ("no UTF-8", b"{\"name\": \"\xFF\xFE\"}".to_vec()),
        (
            "a surrogate in UTF-8",
            b"{\"name\": \"\xED\xA0\x80\"}".to_vec(),
        ),
        ("a NUL", b"{\"name\": \"\0\"}".to_vec()),
        ("a NUL as a name", br#"{"\u0000": 1}"#.to_vec()),
        ("a lone surrogate as a name", br#"{"\udc00": 1}"#.to_vec()),
        (
            "a name given twice",
            br#"{"name": "a", "name": "b"}"#.to_vec(),
        ),
        ("a number out of range", br#"{"version": 1e999}"#.to_vec()),
        ("deep lists", nested("[", "]").into_bytes()),
        ("deep objects", nested("{\"custom\":", "}").into_bytes()),
        (
            "a prototype",
            br#"{"__proto__": {"x": 1}, "constructor": 1}"#.to_vec(),
        ),
        (
            "UTF-16",
            "{}".encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ),
    ]
}

/// Values that are hostile at the place of any member, as JSON.
pub fn values() -> Vec<String> {
    let texts = [
        "",
        " ",
        "\u{0}",
        "\u{7F}",
        "\u{202E}",
        "\u{200B}",
        "\u{0640}",
        "\u{FDFA}",
        "a\nb",
        "'; drop table articles; --",
        "%_\\",
        "{}",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "99999-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "9999-12-31T23:59:60.999999999-23:59",
        "2026-02-30T00:00:00Z",
        "https://",
        "https://\u{0}/",
        "https://[::ffff]/%00?a=%ff#%",
        "http://localhost:65536/",
        "topic:\u{0}",
        "wikidata:\u{1D160}",
        "00000000-0000-0000-0000-000000000000",
    ];
    let mut values: Vec<String> = texts.iter().map(|text| json!(text).to_string()).collect();
    for long in ["a", "\u{1D160}", "\u{FDFA}", "\u{0344}", "İ"] {
        values.extend([128, 300].map(|count| json!(long.repeat(count)).to_string()));
    }
    values.push(r#""\ud800""#.to_owned());
    values.push(r#""\udc00\ud800""#.to_owned());
    for bare in [
        "null",
        "true",
        "0",
        "-1",
        "1.5",
        "-0.0",
        "2147483648",
        "-2147483649",
        "18446744073709551616",
        "1e308",
        "1e999",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[{}]",
        "[\"\\u0000\"]",
        "{\"a\": \"\\u0000\"}",
        "{\"\\u0000\": 1}",
        "{\"key\": \"\\u0000\"}",
        "{\"kind\": \"topic\", \"name\": \"\\u0640\"}",
    ] {
        values.push(bare.to_owned());
    }
    values.push(format!("[{}\"place:a\"]", "\"place:a\",".repeat(99)));
    values.push("{\"a\":".repeat(120) + "1" + &"}".repeat(120));
    values
}

/// Members that are tried with large values too, which take their time.
pub const TRIED_LARGE: &[&str] = &["headline", "name", "tags", "scopes", "custom", "target_url"];

/// Values that are hostile by their size.
pub fn large_values() -> Vec<String> {
    vec![
        json!("a".repeat(600_000)).to_string(),
        format!("[{}0]", "0,".repeat(100_000)),
        format!("[{}\"place:a\"]", "\"place:a\",".repeat(100_000)),
        "{\"a\":".repeat(20_000) + "1" + &"}".repeat(20_000),
    ]
}

//! Words that do not stand in this house.

use crate::{
    source::{Source, expect_none, sources},
    tokens::reads,
};

/// Names that say nothing of what a file holds.
const EMPTY_NAMES: &[&str] = &[
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "service",
    "repository",
    "dto",
];

fn everything() -> impl Iterator<Item = Source> {
    sources("src").into_iter().chain(sources("tests"))
}

#[test]
fn files_and_modules_are_named_after_what_they_hold() {
    expect_none(everything().flat_map(|source| {
        let parts = source.path.trim_end_matches(".rs").split('/');
        let files = parts
            .filter(|part| EMPTY_NAMES.contains(part))
            .map(|part| source.offence(1, format!("is named {part}")));
        let modules = source.tokens.windows(2).filter_map(|pair| {
            let name = &pair[1];
            (pair[0].text == "mod" && EMPTY_NAMES.contains(&name.text.as_str()))
                .then(|| source.offence(name.line, format!("has a module named {}", name.text)))
        });
        files.chain(modules).collect::<Vec<_>>()
    }));
}

#[test]
fn nothing_panics_outside_of_tests() {
    expect_none(sources("src").iter().flat_map(|source| {
        let panics = source.code().filter(|(index, _)| {
            let starts = |wanted: &[&str]| reads(&source.tokens, *index, wanted);
            let is_call = starts(&[".", "unwrap", "("]) || starts(&[".", "expect", "("]);
            let macros = ["panic", "todo", "unimplemented", "unreachable"];
            is_call || macros.iter().any(|name| starts(&[name, "!"]))
        });
        let offence =
            |(_, token): (usize, &crate::tokens::Token)| source.offence(token.line, "may panic");
        panics.map(offence).collect::<Vec<_>>()
    }));
}

#[test]
fn lints_are_expected_and_never_allowed() {
    expect_none(everything().flat_map(|source| {
        let allowed = source.code().filter(|(index, token)| {
            token.in_attribute && reads(&source.tokens, *index, &["allow", "("])
        });
        let offence = |(_, token): (usize, &crate::tokens::Token)| {
            source.offence(token.line, "allows a lint; use #[expect(…, reason = …)]")
        };
        allowed.map(offence).collect::<Vec<_>>()
    }));
}

//! How large files, functions and handlers may be.
//!
//! What counts is lines of code: blank lines, comments, attributes and test modules do not.

use std::collections::BTreeSet;

use crate::{
    source::{Offence, Source, expect_none, sources},
    tokens::{Token, closing, reads},
};

/// Most lines of code in a file, those of tests included; about 300 is what to aim at.
const MAX_FILE: usize = 400;
/// Most lines of code in the body of a function.
const MAX_FUNCTION: usize = 40;
/// Most lines of code in the body of a handler.
const MAX_HANDLER: usize = 15;

#[test]
fn a_file_has_at_most_400_lines() {
    let all = sources("src").into_iter().chain(sources("tests"));
    expect_none(all.filter_map(|source| {
        let lines = lines_of_code(&source.tokens);
        (lines > MAX_FILE).then(|| source.offence(1, format!("has {lines} lines of code")))
    }));
}

#[test]
fn a_function_has_at_most_40_lines() {
    let all = sources("src");
    expect_none(all.iter().flat_map(|source| {
        let functions = functions(source).into_iter();
        functions.filter_map(|function| function.longer_than(MAX_FUNCTION, source))
    }));
}

#[test]
fn the_body_of_a_handler_has_at_most_15_lines() {
    let all = sources("src");
    expect_none(all.iter().flat_map(|source| {
        let handlers = functions(source)
            .into_iter()
            .filter(|function| function.is_handler);
        handlers.filter_map(|function| function.longer_than(MAX_HANDLER, source))
    }));
}

struct Function<'a> {
    name: &'a Token,
    body: &'a [Token],
    is_handler: bool,
}

impl Function<'_> {
    fn longer_than(&self, max: usize, source: &Source) -> Option<Offence> {
        let lines = lines_of_code(self.body);
        let name = &self.name.text;
        let fault = || format!("{name} has {lines} lines of code, of {max}");
        (lines > max).then(|| source.offence(self.name.line, fault()))
    }
}

/// The functions of a file outside of its tests.
fn functions(source: &Source) -> Vec<Function<'_>> {
    let tokens = &source.tokens;
    let begins = source.code().filter(|(index, token)| {
        let is_named = tokens.get(index + 1).is_some_and(|name| {
            name.text
                .starts_with(|c: char| c.is_alphabetic() || c == '_')
        });
        token.text == "fn" && is_named && !token.in_attribute
    });
    let function = |(index, _): (usize, &Token)| {
        let open = start_of_body(tokens, index)?;
        Some(Function {
            name: &tokens[index + 1],
            body: &tokens[open + 1..closing(tokens, open) - 1],
            is_handler: is_handler(tokens, index),
        })
    };
    begins.filter_map(function).collect()
}

/// The bracket that opens the body of the function at `index`, if it has one.
fn start_of_body(tokens: &[Token], index: usize) -> Option<usize> {
    let mut at = index;
    loop {
        match tokens.get(at)?.text.as_str() {
            "{" => return Some(at),
            ";" => return None,
            "(" | "[" => at = closing(tokens, at),
            _ => at += 1,
        }
    }
}

/// Whether a function is documented as an operation.
fn is_handler(tokens: &[Token], function: usize) -> bool {
    let before = (0..function).rev().take_while(|index| {
        let token = &tokens[*index];
        token.in_attribute || matches!(token.text.as_str(), "pub" | "async")
    });
    let is_operation = |index: usize| reads(tokens, index, &["utoipa", ":", ":", "path"]);
    before.into_iter().any(is_operation)
}

fn lines_of_code(tokens: &[Token]) -> usize {
    let code = tokens
        .iter()
        .filter(|token| !token.in_attribute && !token.in_test);
    let lines: BTreeSet<usize> = code
        .flat_map(|token| token.line..=token.last_line)
        .collect();
    lines.len()
}

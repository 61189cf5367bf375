//! What is written beside the code says what the code does.

use std::collections::BTreeSet;

use dateline::base::{
    config::{VARIABLES, Variable},
    error::Code,
};
use serde_json::Value;

use crate::{
    paths::named_paths,
    source::{Source, expect_none, read, sources},
    tokens::reads,
};

/// A variable as a document lists it: its name, and the default that is told.
type Listed = (String, Option<String>);

fn listed(variable: &Variable) -> Listed {
    (
        variable.name.to_owned(),
        variable.default.map(str::to_owned),
    )
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

#[test]
fn the_sample_environment_lists_every_variable_with_its_default() {
    // `#NAME=default` is the form of a setting, so that a copy of the sample changes nothing.
    let text = read(".env.sample");
    let settings = text.lines().filter_map(|line| {
        let (name, value) = line.strip_prefix('#')?.split_once('=')?;
        let known = VARIABLES.iter().find(|variable| variable.name == name);
        // Where absence has a meaning of its own, the sample shows an example instead.
        let default = known.is_none_or(|variable| variable.default.is_some());
        is_variable(name).then(|| (name.to_owned(), default.then(|| value.to_owned())))
    });
    let expected: Vec<Listed> = VARIABLES.iter().map(listed).collect();
    assert_eq!(settings.collect::<Vec<_>>(), expected, ".env.sample");
}

#[test]
fn every_setting_of_the_sample_environment_is_explained() {
    let text = read(".env.sample");
    let lines: Vec<&str> = text.lines().collect();
    let bare = lines.windows(2).enumerate().filter(|(_, pair)| {
        let is_setting = |line: &str| line.starts_with('#') && !line.starts_with("# ");
        is_setting(pair[1]) && !pair[0].starts_with("# ")
    });
    let bare: Vec<usize> = bare.map(|(index, _)| index + 2).collect();
    assert!(
        bare.is_empty(),
        ".env.sample: no comment above lines {bare:?}"
    );
}

#[test]
fn the_readme_lists_every_variable_with_its_default() {
    let text = read("README.md");
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
        let name = cells.next()?.trim_matches('`').to_owned();
        let default = cells.next()?;
        let default = default
            .strip_prefix('`')
            .and_then(|it| it.strip_suffix('`'));
        let default = default.map(str::to_owned);
        is_variable(&name).then_some((name, default))
    });
    let rows: Vec<Listed> = rows.collect();
    let expected: Vec<Listed> = VARIABLES.iter().map(listed).collect();
    assert_eq!(rows, expected, "README.md");
}

#[test]
fn every_problem_code_is_used() {
    let all = sources("src");
    let used: BTreeSet<String> = all.iter().flat_map(codes_used).collect();
    let unused: Vec<&str> = Code::ALL
        .iter()
        .filter(|code| !used.contains(&format!("{code:?}")))
        .map(|code| code.as_str())
        .collect();
    assert!(
        unused.is_empty(),
        "src/base/error.rs: nothing fails with {unused:?}"
    );
}

/// The problem codes that a file names, under whatever name it imports them. Their definition names
/// none, and the document only repeats what handlers say.
fn codes_used(source: &Source) -> Vec<String> {
    let is_definition = source.path == "src/base/error.rs";
    let import = named_paths(source)
        .into_iter()
        .find(|named| named.segments.join("::") == "base::error::Code");
    let name = match import.and_then(|named| named.alias) {
        Some(_) if source.path == "src/base/openapi.rs" => return Vec::new(),
        Some(name) => name,
        None if is_definition => "Code".to_owned(),
        None => return Vec::new(),
    };
    let uses = source.code().filter_map(|(index, _)| {
        let is_use = reads(&source.tokens, index, &[&name, ":", ":"]);
        let variant = source.tokens.get(index + 3)?;
        is_use.then(|| variant.text.clone())
    });
    uses.collect()
}

#[test]
fn every_problem_code_is_documented() {
    let document = dateline::app::document("http://localhost:8081");
    let document = serde_json::to_value(document).expect("the document");
    let mut told = String::new();
    descriptions(&document, &mut told);
    let untold: Vec<&str> = Code::ALL
        .iter()
        .map(|code| code.as_str())
        .filter(|code| !told.contains(&format!("`{code}`")))
        .collect();
    assert!(
        untold.is_empty(),
        "no description of the OpenAPI document names {untold:?}"
    );
}

fn descriptions(value: &Value, told: &mut String) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if name == "description" => *told += text,
                    other => descriptions(other, told),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| descriptions(item, told)),
        _ => {}
    }
}

#[test]
fn a_slice_begins_with_a_paragraph() {
    let all = sources("src");
    let roots = all.iter().filter(|source| source.file_name() == "mod.rs");
    expect_none(roots.filter_map(|source| {
        let lines = source
            .text
            .lines()
            .map_while(|line| line.strip_prefix("//! "));
        let paragraph = lines.collect::<Vec<_>>().join(" ");
        let is_prose = paragraph.ends_with('.');
        (!is_prose).then(|| source.offence(1, "begins without a paragraph"))
    }));
}

#[test]
fn every_table_is_told_by_a_slice() {
    let roots = sources("src");
    let told: String = roots
        .iter()
        .filter(|source| source.file_name() == "mod.rs")
        .flat_map(|source| source.text.lines())
        .filter(|line| line.starts_with("//!"))
        .collect();
    let schema = sources("src")
        .into_iter()
        .find(|source| source.path == "src/schema.rs");
    let schema = schema.expect("src/schema.rs");
    expect_none(schema.code().filter_map(|(index, _)| {
        let is_table = reads(&schema.tokens, index, &["table", "!", "{"]);
        let name = schema.tokens.get(index + 3).filter(|_| is_table)?;
        let is_told = told.contains(&format!("`{}`", name.text));
        (!is_told)
            .then(|| schema.offence(name.line, format!("{} is in no slice's mod.rs", name.text)))
    }));
}

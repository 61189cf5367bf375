//! Who may import whom.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    paths::{Named, handed_out, named_paths},
    source::{Offence, Source, expect_none, read, sources},
    tokens::reads,
};

/// What a file of this name never names: crates by their words, files of its slice by their modules.
/// The rest of the table, diesel and the schema in models alone, has tests of its own.
const NEVER: &[(&str, &[&str], &[&str])] = &[
    ("view.rs", &["actix_web"], &["handlers"]),
    ("input.rs", &["actix_web"], &["handlers"]),
    ("filter.rs", &["actix_web"], &["handlers"]),
    ("worker.rs", &["actix_web", "utoipa"], &["handlers", "view"]),
];

/// The modules as the map in `src/lib.rs` lists them, lowest first.
fn modules() -> Vec<String> {
    let map = read("src/lib.rs");
    let entry = |line: &str| {
        let name = line.strip_prefix("//! - ")?.trim_start_matches('[');
        Some(name.strip_prefix('`')?.split('`').next()?.to_owned())
    };
    map.lines().filter_map(entry).collect()
}

/// The top module that a file belongs to; empty for `lib.rs`.
fn top(source: &Source) -> String {
    source.module().into_iter().next().unwrap_or_default()
}

/// The modules that are slices: folders with an own `mod.rs`, besides `base`.
fn is_slice(module: &str) -> bool {
    let path = format!("{}/src/{module}/mod.rs", env!("CARGO_MANIFEST_DIR"));
    module != "base" && std::path::Path::new(&path).exists()
}

#[test]
fn the_map_of_the_crate_lists_every_module() {
    let known: BTreeSet<String> = modules().into_iter().collect();
    let present: BTreeSet<String> = sources("src")
        .iter()
        .map(top)
        .filter(|module| !module.is_empty() && module != "main")
        .collect();
    assert_eq!(known, present, "the list in src/lib.rs");
}

#[test]
fn a_module_imports_only_lower_modules() {
    let order = modules();
    let rank = |module: &str| order.iter().position(|known| known == module);
    let faults = |source: &Source| {
        let own = rank(&top(source));
        let is_higher = |named: &Named| {
            own.is_some() && rank(named.segment(0)).is_some_and(|it| Some(it) > own)
        };
        let paths = named_paths(source);
        let higher = paths.into_iter().filter(is_higher);
        let offence = |named: Named| {
            source.offence(
                named.line,
                format!("imports {}, which stands above", named.segment(0)),
            )
        };
        higher.map(offence).collect::<Vec<_>>()
    };
    expect_none(sources("src").iter().flat_map(faults));
}

#[test]
fn main_knows_the_command_line_alone() {
    let text = read("src/main.rs");
    let uses: Vec<&str> = text.split("dateline::").skip(1).collect();
    assert!(
        uses.iter().all(|rest| rest.starts_with("cli::")),
        "src/main.rs names more than dateline::cli"
    );
}

#[test]
fn a_slice_is_used_only_through_what_it_hands_out() {
    let all = sources("src");
    let open: BTreeMap<String, BTreeSet<String>> = all
        .iter()
        .filter(|source| source.module().len() == 1 && is_slice(&top(source)))
        .map(|root| (top(root), names_of(root)))
        .collect();
    let faults = |source: &Source| {
        let own = top(source);
        let is_inner = |named: &Named| {
            let names = open
                .get(named.segment(0))
                .filter(|_| named.segment(0) != own);
            let name = named.segment(1);
            names.is_some_and(|names| !name.is_empty() && !names.contains(name))
        };
        let paths = named_paths(source);
        let inner = paths.into_iter().filter(is_inner);
        let offence = |named: Named| {
            let path = named.segments.join("::");
            source.offence(named.line, format!("reaches inside a slice: {path}"))
        };
        inner.map(offence).collect::<Vec<_>>()
    };
    expect_none(all.iter().flat_map(faults));
}

/// What the root of a slice hands out: what it uses publicly, and its own public items.
fn names_of(root: &Source) -> BTreeSet<String> {
    let used = handed_out(root).into_iter().filter_map(|named| named.alias);
    let own = root.code().filter_map(|(index, token)| {
        let is_item = matches!(
            token.text.as_str(),
            "fn" | "struct" | "enum" | "trait" | "const"
        );
        let is_public = reads(&root.tokens, index.saturating_sub(1), &["pub"])
            || reads(&root.tokens, index.saturating_sub(2), &["pub", "async"]);
        let name = root.tokens.get(index + 1)?;
        (is_item && is_public).then(|| name.text.clone())
    });
    used.chain(own).collect()
}

#[test]
fn the_modules_of_a_slice_are_private() {
    let roots = sources("src");
    let roots = roots
        .iter()
        .filter(|source| source.file_name() == "mod.rs" && is_slice(&top(source)));
    let faults = |source: &Source| {
        let open = source
            .code()
            .filter(|(index, _)| reads(&source.tokens, *index, &["pub", "mod"]))
            .map(|(_, token)| source.offence(token.line, "opens a module instead of names"));
        open.collect::<Vec<_>>()
    };
    expect_none(roots.flat_map(faults));
}

#[test]
fn the_schema_is_known_to_models_alone() {
    let all = sources("src");
    let others = all.iter().filter(|source| !source.is_model());
    let faults = |source: &Source| {
        let schema = named_paths(source)
            .into_iter()
            .filter(|named| named.segment(0) == "schema");
        let offence = |named: Named| source.offence(named.line, "names crate::schema");
        schema.map(offence).collect::<Vec<_>>()
    };
    expect_none(others.flat_map(faults));
}

#[test]
fn diesel_is_known_to_base_and_to_models_alone() {
    let all = sources("src");
    let others = all.iter().filter(|source| {
        is_slice(&top(source)) && !source.is_model() || source.path == "src/app.rs"
    });
    expect_none(others.flat_map(|source| words(source, &["diesel", "diesel_async"])));
}

#[test]
fn models_know_nothing_of_http() {
    let all = sources("src");
    let models: Vec<&Source> = all.iter().filter(|source| source.is_model()).collect();
    let crates = ["actix_web", "utoipa", "utoipa_actix_web"];
    let words = models.iter().flat_map(|source| words(source, &crates));
    let files = ["handlers", "view", "input", "worker"];
    let siblings = models.iter().flat_map(|source| siblings(source, &files));
    expect_none(words.chain(siblings));
}

#[test]
fn a_file_names_nothing_that_its_kind_must_not() {
    let all = sources("src");
    let faults = |source: &Source| {
        let is_of = |kind: &str| is_slice(&top(source)) && source.file_name() == kind;
        let rules = NEVER.iter().filter(|(kind, _, _)| is_of(kind));
        let faults = rules.flat_map(|(_, crates, files)| {
            words(source, crates)
                .into_iter()
                .chain(siblings(source, files))
        });
        faults.collect::<Vec<_>>()
    };
    expect_none(all.iter().flat_map(faults));
}

/// Places where a file names a crate.
fn words(source: &Source, crates: &[&str]) -> Vec<Offence> {
    let named = source
        .code()
        .filter(|(_, token)| crates.contains(&token.text.as_str()));
    let offence = |(_, token): (usize, &crate::tokens::Token)| {
        source.offence(token.line, format!("names {}", token.text))
    };
    named.map(offence).collect()
}

/// Places where a file names another file of its slice.
fn siblings(source: &Source, files: &[&str]) -> Vec<Offence> {
    let own = top(source);
    let named = named_paths(source).into_iter().filter(|named| {
        named.segment(0) == own && named.segments.iter().any(|it| files.contains(&it.as_str()))
    });
    named
        .map(|named| source.offence(named.line, format!("names {}", named.segments.join("::"))))
        .collect()
}

/// The noun that a path of the crate belongs to: a file, with the folder of its name.
fn noun(segments: &[String]) -> Option<(String, String)> {
    Some((segments.first()?.clone(), segments.get(1)?.clone()))
}

#[test]
fn no_two_files_need_each_other() {
    let all = sources("src");
    let mut needs: BTreeMap<(String, String), BTreeSet<(String, String)>> = BTreeMap::new();
    let mut places = Vec::new();
    for source in &all {
        let Some(from) = noun(&source.module()) else {
            continue;
        };
        for named in named_paths(source) {
            match noun(&named.segments) {
                Some(to) if to != from && to.0 == from.0 => {
                    needs.entry(from.clone()).or_default().insert(to.clone());
                    places.push((source, named.line, from.clone(), to));
                }
                _ => {}
            }
        }
    }
    let leads_back = |from: &(String, String), to: &(String, String)| {
        let mut seen = BTreeSet::new();
        let mut next = vec![to];
        while let Some(here) = next.pop() {
            if seen.insert(here) {
                next.extend(needs.get(here).into_iter().flatten());
            }
        }
        seen.contains(from)
    };
    let circular = places
        .iter()
        .filter(|(_, _, from, to)| leads_back(from, to));
    expect_none(circular.map(|(source, line, _, to)| {
        source.offence(*line, format!("needs {}, which needs this file", to.1))
    }));
}

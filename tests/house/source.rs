//! The files that the rules are about.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::tokens::{Token, tokenize};

/// A file of Rust.
pub struct Source {
    /// Its path from the root of the repository.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Its tokens.
    pub tokens: Vec<Token>,
}

/// A place where a rule is broken.
pub struct Offence {
    path: String,
    line: usize,
    fault: String,
}

impl Source {
    /// A rule is broken here.
    pub fn offence(&self, line: usize, fault: impl Into<String>) -> Offence {
        Offence {
            path: self.path.clone(),
            line,
            fault: fault.into(),
        }
    }

    /// The module that the file is, as segments behind `crate`.
    pub fn module(&self) -> Vec<String> {
        let inner = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let inner = inner.strip_suffix(".rs").unwrap_or(inner);
        let mut segments: Vec<String> = inner.split('/').map(str::to_owned).collect();
        if matches!(segments.last().map(String::as_str), Some("mod" | "lib")) {
            segments.pop();
        }
        segments
    }

    /// The name of the file without its folder.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether the file belongs to a slice's model: rows and SQL.
    pub fn is_model(&self) -> bool {
        self.path.ends_with("/model.rs") || self.path.contains("/model/")
    }

    /// Tokens outside of test modules, with their indices.
    pub fn code(&self) -> impl Iterator<Item = (usize, &Token)> {
        let tokens = self.tokens.iter().enumerate();
        tokens.filter(|(_, token)| !token.in_test)
    }
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.fault)
    }
}

/// Ends the test if a rule is broken anywhere, naming every place.
#[track_caller]
pub fn expect_none(offences: impl IntoIterator<Item = Offence>) {
    let mut lines: Vec<String> = offences.into_iter().map(|one| one.to_string()).collect();
    lines.sort();
    lines.dedup();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

/// Text of a file of the repository.
pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect(path)
}

/// Every Rust file below a folder of the repository.
pub fn sources(folder: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    collect(&root().join(folder), &mut paths);
    paths.sort();
    let inner = |path: &PathBuf| {
        let inner = path.strip_prefix(root()).expect("a path below the root");
        inner.to_string_lossy().into_owned()
    };
    let open = |path: String| {
        let text = read(&path);
        let tokens = tokenize(&text);
        Source { path, text, tokens }
    };
    paths.iter().map(inner).map(open).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            paths.push(path);
        }
    }
}

//! The paths that a file names within the crate.

use crate::{
    source::Source,
    tokens::{Token, reads},
};

/// A path that a file names, from the crate's root.
#[derive(Clone, Debug)]
pub struct Named {
    /// Segments behind `crate`.
    pub segments: Vec<String>,
    /// The name that an import gives it in the file.
    pub alias: Option<String>,
    /// Whether it is handed on by `pub use`.
    pub is_public: bool,
    /// Where it stands.
    pub line: usize,
}

impl Named {
    /// The segment at a place, or nothing.
    pub fn segment(&self, index: usize) -> &str {
        self.segments.get(index).map_or("", String::as_str)
    }
}

/// Every path into the crate that a file names outside of its tests, in imports and in code.
pub fn named_paths(source: &Source) -> Vec<Named> {
    let mut found = Vec::new();
    for (index, token) in source.code() {
        let is_inner = index > 0 && source.tokens[index - 1].text == ":";
        let base = match token.text.as_str() {
            _ if is_inner || !reads(&source.tokens, index + 1, &[":", ":"]) => continue,
            "crate" => Vec::new(),
            "self" => source.module(),
            "super" => parent(source.module()),
            _ => continue,
        };
        let start = Named {
            segments: base,
            alias: None,
            is_public: false,
            line: token.line,
        };
        branch(&source.tokens, index + 3, start, &mut found);
    }
    found
}

/// Every leaf of the imports that begin with a module of the file's own, such as `pub use model::find`.
pub fn handed_out(source: &Source) -> Vec<Named> {
    let mut found = Vec::new();
    for (index, token) in source.code() {
        if token.text == "use" {
            let start = Named {
                segments: source.module(),
                alias: None,
                is_public: index > 0 && source.tokens[index - 1].text == "pub",
                line: token.line,
            };
            branch(&source.tokens, index + 1, start, &mut found);
        }
    }
    found.retain(|named| named.is_public);
    found
}

fn parent(mut module: Vec<String>) -> Vec<String> {
    module.pop();
    module
}

/// Follows a path from a segment to its leaves; answers the index behind it.
fn branch(tokens: &[Token], start: usize, mut path: Named, found: &mut Vec<Named>) -> usize {
    let mut index = start;
    loop {
        match tokens.get(index).map(|token| token.text.as_str()) {
            Some("{") => return branches(tokens, index + 1, &path, found),
            Some("super") => path.segments = parent(path.segments),
            Some("self") => {}
            Some("<") => break,
            Some(segment) => {
                path.segments.push(segment.to_owned());
                path.line = tokens[index].line;
            }
            None => return index,
        }
        index += 1;
        if !reads(tokens, index, &[":", ":"]) {
            break;
        }
        index += 2;
    }
    path.alias = path.segments.last().cloned();
    if reads(tokens, index, &["as"]) {
        path.alias = tokens.get(index + 1).map(|token| token.text.clone());
        index += 2;
    }
    found.push(path);
    index
}

fn branches(tokens: &[Token], start: usize, path: &Named, found: &mut Vec<Named>) -> usize {
    let mut index = start;
    while index < tokens.len() && !reads(tokens, index, &["}"]) {
        index = branch(tokens, index, path.clone(), found);
        index += usize::from(reads(tokens, index, &[","]));
    }
    index + 1
}

//! As much of Rust's grammar as the rules need: words, marks and literals, without comments.

/// A word, a mark or a literal.
#[derive(Debug)]
pub struct Token {
    /// The word or mark; `"` for text, whatever stands in it.
    pub text: String,
    /// Line of its first character, from 1.
    pub line: usize,
    /// Line of its last character.
    pub last_line: usize,
    /// Whether it is part of an attribute.
    pub in_attribute: bool,
    /// Whether it is part of an item under `#[cfg(test)]`.
    pub in_test: bool,
}

/// The tokens of a file.
pub fn tokenize(text: &str) -> Vec<Token> {
    let mut reader = Reader {
        rest: text,
        line: 1,
        tokens: Vec::new(),
    };
    while !reader.rest.is_empty() {
        reader.step();
    }
    let mut tokens = reader.tokens;
    mark_attributes(&mut tokens);
    mark_tests(&mut tokens);
    tokens
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    tokens: Vec<Token>,
}

impl<'a> Reader<'a> {
    fn step(&mut self) {
        let rest = self.rest;
        let first = rest.chars().next().unwrap_or_default();
        if first.is_whitespace() {
            self.take(first.len_utf8());
        } else if rest.starts_with("//") {
            self.take(rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            self.take(block_comment(rest));
        } else if let Some((prefix, hashes)) = string_start(rest) {
            self.string(prefix, hashes);
        } else if first == '\'' {
            self.quote();
        } else if first.is_alphanumeric() || first == '_' {
            let word = |c: char| !(c.is_alphanumeric() || c == '_');
            self.push(rest.find(word).unwrap_or(rest.len()), false);
        } else {
            self.push(first.len_utf8(), false);
        }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    fn push(&mut self, length: usize, is_text: bool) {
        let line = self.line;
        let text = self.take(length);
        self.tokens.push(Token {
            text: if is_text { "\"" } else { text }.to_owned(),
            line,
            last_line: self.line,
            in_attribute: false,
            in_test: false,
        });
    }

    fn string(&mut self, prefix: usize, hashes: Option<usize>) {
        let inside = &self.rest[prefix..];
        let length = match hashes {
            Some(hashes) => inside
                .find(&format!("\"{}", "#".repeat(hashes)))
                .unwrap_or(inside.len()),
            None => unescaped(inside, '"'),
        };
        let whole = prefix + length + 1 + hashes.unwrap_or_default();
        self.push(whole.min(self.rest.len()), true);
    }

    /// A character such as `'x'`, or a lifetime such as `'a`.
    fn quote(&mut self) {
        let inside = &self.rest[1..];
        let second = inside.chars().nth(1);
        if inside.starts_with('\\') || second == Some('\'') {
            self.push(unescaped(inside, '\'') + 2, true);
        } else {
            self.push(1, false);
        }
    }
}

fn unescaped(text: &str, end: char) -> usize {
    let mut is_escaped = false;
    for (index, c) in text.char_indices() {
        if c == end && !is_escaped {
            return index;
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    text.len()
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut index = 0;
    while index < text.len() {
        if text[index..].starts_with("/*") {
            (depth, index) = (depth + 1, index + 2);
        } else if text[index..].starts_with("*/") {
            (depth, index) = (depth - 1, index + 2);
        } else {
            index += text[index..].chars().next().map_or(1, char::len_utf8);
        }
        if depth == 0 {
            break;
        }
    }
    index
}

/// Where the content of a string begins, and how many `#` a raw one has.
fn string_start(text: &str) -> Option<(usize, Option<usize>)> {
    let kind = text.trim_start_matches(['b', 'c']);
    let (raw, quoted) = match kind.strip_prefix('r') {
        Some(raw) => (true, raw.trim_start_matches('#')),
        None => (false, kind),
    };
    if !quoted.starts_with('"') || text.len() - kind.len() > 1 {
        return None;
    }
    let prefix = text.len() - quoted.len() + 1;
    let hashes = kind.len() - quoted.len();
    Some((prefix, raw.then(|| hashes.saturating_sub(1))))
}

/// The index behind the bracket that closes the one at `open`.
pub fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    tokens.len()
}

/// Whether the tokens from `start` on are these.
pub fn reads(tokens: &[Token], start: usize, wanted: &[&str]) -> bool {
    let found = tokens.iter().skip(start).map(|token| token.text.as_str());
    found.take(wanted.len()).eq(wanted.iter().copied())
}

fn mark_attributes(tokens: &mut [Token]) {
    let mut index = 0;
    while index < tokens.len() {
        let open = index + 1 + usize::from(reads(tokens, index, &["#", "!"]));
        if reads(tokens, index, &["#"]) && reads(tokens, open, &["["]) {
            let end = closing(tokens, open);
            tokens[index..end]
                .iter_mut()
                .for_each(|token| token.in_attribute = true);
            index = end;
        } else {
            index += 1;
        }
    }
}

fn mark_tests(tokens: &mut [Token]) {
    for start in 0..tokens.len() {
        if reads(tokens, start, &["#", "[", "cfg", "(", "test", ")", "]"]) {
            let end = end_of_item(tokens, start);
            tokens[start..end]
                .iter_mut()
                .for_each(|token| token.in_test = true);
        }
    }
}

/// The index behind the item that begins at `start`: its block, or its semicolon.
fn end_of_item(tokens: &[Token], start: usize) -> usize {
    let mut index = start;
    while index < tokens.len() {
        match tokens[index].text.as_str() {
            "{" => return closing(tokens, index),
            ";" => return index + 1,
            "(" | "[" => index = closing(tokens, index),
            _ => index += 1,
        }
    }
    index
}

//! How deeply JSON is nested, before anybody follows it.

use std::io::{self, Read};

/// Deepest nesting of lists and objects. A vocabulary needs half of it. The reader of JSON-LD calls itself
/// for each level, with frames of some 80 KiB in a debug build.
const DEEPEST: usize = 16;

/// JSON on its way to a reader, which fails where it is nested too deeply.
pub struct Shallow<R> {
    bytes: R,
    depth: usize,
    is_text: bool,
    is_escaped: bool,
}

impl<R: Read> Shallow<R> {
    /// The same bytes, watched.
    pub fn new(bytes: R) -> Self {
        Self {
            bytes,
            depth: 0,
            is_text: false,
            is_escaped: false,
        }
    }

    fn watch(&mut self, byte: u8) {
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' => self.is_escaped = self.is_text,
            b'"' => self.is_text = !self.is_text,
            b'[' | b'{' if !self.is_text => self.depth += 1,
            b']' | b'}' if !self.is_text => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

impl<R: Read> Read for Shallow<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        for byte in &buffer[..count] {
            self.watch(*byte);
            if self.depth > DEEPEST {
                let fault = format!("lists and objects are nested more than {DEEPEST} deep");
                return Err(io::Error::other(fault));
            }
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_opens_outside_of_texts_counts() {
        let deep = |open: &str, close: &str, times: usize| {
            let text = [open.repeat(times), close.repeat(times)].concat();
            let mut sink = Vec::new();
            Shallow::new(text.as_bytes()).read_to_end(&mut sink).is_ok()
        };
        for (open, close) in [("[", "]"), ("{\"\\\"\": ", "}"), ("{\"a\\\\\":[", "]}")] {
            let each = open.matches(['[', '{']).count();
            assert!(deep(open, close, DEEPEST / each), "{open}");
            assert!(!deep(open, close, DEEPEST / each + 1), "{open}");
        }
        assert!(deep("[\"[[\\\"{{\"]", "", DEEPEST * 2));
    }
}

//! Whether the quotes of a table are closed, before its rows are told apart by them.

use std::io::{self, Read};

/// Where in a field a byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Begin,
    Bare,
    Quoted,
    /// Behind a quote that ends the field, or is the first half of one that is doubled.
    Behind,
}

/// A table (RFC 4180) on its way to a reader, which fails where text follows a closed quote, and at the end
/// if a quote is open: readers take all that follows for one cell, and its rows would be lost.
pub struct Closed<R> {
    bytes: R,
    place: Place,
    line: u64,
    opened: u64,
}

impl<R: Read> Closed<R> {
    /// The same bytes, watched.
    pub fn new(bytes: R) -> Self {
        Self {
            bytes,
            place: Place::Begin,
            line: 1,
            opened: 1,
        }
    }

    fn watch(&mut self, byte: u8) -> io::Result<()> {
        self.line += u64::from(byte == b'\n');
        self.place = match (self.place, byte) {
            (Place::Begin, b'"') => {
                self.opened = self.line;
                Place::Quoted
            }
            (Place::Behind, b'"') => Place::Quoted,
            (Place::Quoted, b'"') => Place::Behind,
            (Place::Quoted, _) => Place::Quoted,
            (_, b',' | b'\n' | b'\r') => Place::Begin,
            // The mark of an encoding, with which the tables of some programs begin.
            (Place::Begin, 0xEF | 0xBB | 0xBF) if self.line == 1 => Place::Begin,
            (Place::Behind, _) => return Err(self.fault("is followed by text")),
            (Place::Begin | Place::Bare, _) => Place::Bare,
        };
        Ok(())
    }

    fn fault(&self, what: &str) -> io::Error {
        let line = self.opened;
        let detail =
            format!("the quote that opens in line {line} {what}; a quote in a cell is \"\"");
        io::Error::other(detail)
    }
}

impl<R: Read> Read for Closed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        for byte in &buffer[..count] {
            self.watch(*byte)?;
        }
        if count == 0 && !buffer.is_empty() && self.place == Place::Quoted {
            return Err(self.fault("is never closed"));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_ends_where_its_cell_does() {
        let fault = |table: &str| {
            let mut sink = Vec::new();
            let read = Closed::new(table.as_bytes()).read_to_end(&mut sink);
            read.err().map(|fault| fault.to_string())
        };
        for whole in [
            "a,b\n1,2",
            "a,b\n\"1\",\"2\"",
            "\u{FEFF}\"a\",b\r\n\"1\r\n2\",\"say \"\"so\"\"\"\r\n",
            "a,b\n5\" pipe,\"\"\n",
        ] {
            assert_eq!(fault(whole), None, "{whole}");
        }
        for (broken, told) in [
            ("a,b\n1,\"2\n3,4\n", "line 2 is never closed"),
            ("a\n\"", "line 2 is never closed"),
            ("a,b\n1,\"2\n3,\"4\"\n", "line 2 is followed by text"),
        ] {
            assert!(fault(broken).unwrap_or_default().contains(told), "{broken}");
        }
    }
}

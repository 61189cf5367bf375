//! Lines of a file.

use std::io::{self, BufRead, Read};

/// Most bytes of a line: all that an article may say fits, also where each letter is escaped. Without a bound, a file
/// that has no lines would be held as a whole.
const MAX_LINE_BYTES: usize = 8 * 1024 * 1024;

/// The mark of UTF-8 that some programs begin a file with. Source: RFC 3629 §6.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A line with its number, from 1; or why it is not read.
pub type Numbered = (u64, Result<Vec<u8>, String>);

/// The lines that are not empty, without their ends.
pub fn numbered(mut file: impl BufRead) -> impl Iterator<Item = io::Result<Numbered>> {
    let numbers = 1_u64..;
    numbers
        .map_while(move |number| {
            let mut line = Vec::new();
            match read(&mut file, number, &mut line) {
                Ok(0) => None,
                Ok(length) if length <= MAX_LINE_BYTES => Some(Ok((number, Ok(line)))),
                Ok(_) => Some(Ok((number, Err(too_long())))),
                Err(fault) => Some(Err(fault)),
            }
        })
        .filter(|line| !matches!(line, Ok((_, Ok(line))) if line.trim_ascii().is_empty()))
}

fn too_long() -> String {
    format!("cannot be read: is longer than {MAX_LINE_BYTES} bytes")
}

/// Reads to the end of the line, and keeps no more of it than a line may have; answers how long it is, with its end.
fn read(file: &mut impl BufRead, number: u64, line: &mut Vec<u8>) -> io::Result<usize> {
    let most = u64::try_from(MAX_LINE_BYTES).unwrap_or(u64::MAX);
    let kept = file.by_ref().take(most).read_until(b'\n', line)?;
    let has_end = line.pop_if(|last| *last == b'\n').is_some();
    let is_whole = has_end || kept < MAX_LINE_BYTES;
    let rest = if is_whole { 0 } else { file.skip_until(b'\n')? };
    if number == 1 && line.starts_with(BYTE_ORDER_MARK) {
        line.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(kept + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(file: &[u8]) -> Vec<(u64, Result<String, String>)> {
        let lines = numbered(file).map(Result::unwrap);
        let words = |line: Vec<u8>| String::from_utf8(line).unwrap().trim_end().to_owned();
        lines
            .map(|(number, line)| (number, line.map(words)))
            .collect()
    }

    #[test]
    fn lines_keep_their_numbers_and_lose_a_byte_order_mark() {
        let file = b"\xEF\xBB\xBFone\r\n\n  \nfour\nfive";
        let said = |number, words: &str| (number, Ok(words.to_owned()));
        assert_eq!(
            told(file),
            [said(1, "one"), said(4, "four"), said(5, "five")]
        );
        assert!(told(b"").is_empty());
    }

    #[test]
    fn a_line_that_is_too_long_is_told_and_the_next_one_read() {
        for (more, is_read) in [(0, true), (1, false), (MAX_LINE_BYTES, false)] {
            let mut file = vec![b'a'; MAX_LINE_BYTES - 1 + more];
            file.extend(b"\nb\n");
            let lines = told(&file);
            let is_as_long = matches!(&lines[0], (1, Ok(line)) if line.len() == MAX_LINE_BYTES - 1);
            assert_eq!(is_as_long, is_read, "{more}");
            assert_eq!(lines[1], (2, Ok("b".to_owned())));
        }
    }
}

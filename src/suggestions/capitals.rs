//! What of a text is written wholly in capitals.

/// A line with fewer words that stands among others may be a name: US, above what is told of it.
const FEWEST_WORDS: usize = 4;

/// Passages in capitals: of each, in order, its first byte and the byte behind it.
#[derive(Debug, PartialEq, Eq)]
pub struct Capitals(Vec<(usize, usize)>);

impl Capitals {
    /// The whole text, or its lines, if they are wholly in capitals.
    pub fn of(text: &str) -> Self {
        if is_in_capitals(text) {
            return Self(vec![(0, text.len())]);
        }
        let mut end = 0;
        let lines = text.split_inclusive('\n').map(|line| {
            end += line.len();
            (end - line.len(), line)
        });
        let shouted = lines.filter(|(_, line)| {
            is_in_capitals(line) && line.split_whitespace().count() >= FEWEST_WORDS
        });
        Self(
            shouted
                .map(|(start, line)| (start, start + line.len()))
                .collect(),
        )
    }

    /// Whether a byte stands among them.
    pub fn hold(&self, byte: usize) -> bool {
        let place = self.0.partition_point(|(_, end)| *end <= byte);
        self.0.get(place).is_some_and(|(start, _)| *start <= byte)
    }
}

fn is_in_capitals(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic());
    letters.all(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_in_capitals_are_told_from_names() {
        let capitals = Capitals::of("US\nGive us peace.\nWHO TELLS US ALL\nNATO, US");
        assert_eq!(capitals, Capitals(vec![(18, 35)]));
        assert!(capitals.hold(18) && capitals.hold(34));
        assert!(!capitals.hold(17) && !capitals.hold(35));
        assert!(Capitals::of("US SILENT").hold(0));
    }
}

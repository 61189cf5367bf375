//! How the names of tags have to be written in a text.

use super::tokens::Token;
use crate::tags::TagKind;

/// How a name must be written in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// In capitals or not.
    Any,
    /// With a capital at the beginning.
    Capital,
    /// In capitals.
    Capitals,
}

impl Writing {
    /// A short name in capitals is another word without them (US and us), and a proper name without its
    /// capital too (Nice and nice).
    pub fn of(kind: TagKind, words: &[Token<'_>]) -> Self {
        let Some(first) = words.first() else {
            return Self::Any;
        };
        let has_capital = first.written.chars().next().is_some_and(char::is_uppercase);
        let letters = first.written.chars().filter(|c| c.is_alphabetic()).count();
        if words.len() == 1 && has_capital && letters > 1 && first.is_in_capitals() && letters <= 3
        {
            Self::Capitals
        } else if has_capital && (is_proper(kind) || first.is_in_capitals()) {
            Self::Capital
        } else {
            Self::Any
        }
    }

    /// Whether these words are written so.
    pub fn is_kept(self, written: &[Token<'_>]) -> bool {
        match self {
            Self::Any => true,
            Self::Capital => written.first().is_some_and(Token::is_capitalised),
            Self::Capitals => written.iter().all(Token::is_in_capitals),
        }
    }
}

/// Whether tags of this kind bear proper names.
pub fn is_proper(kind: TagKind) -> bool {
    !matches!(kind, TagKind::Topic | TagKind::Genre | TagKind::Section)
}

/// Whether names of this kind call somebody or something that there is once. A feast comes every year, and
/// is named by a common word.
pub fn is_called(kind: TagKind) -> bool {
    is_proper(kind) && !matches!(kind, TagKind::Event | TagKind::Series)
}

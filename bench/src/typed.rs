//! What editors type into a field for tags, the same in every run: beginnings and misprints of names.

use crate::{
    random::Random,
    vocabulary::{Name, Tag, Vocabulary},
};

/// Fewest letters of a name that is mistyped.
const LONG: usize = 5;

/// How something is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// This many letters of a name.
    Beginning(usize),
    /// Three letters of a later word.
    LaterWord,
    /// A whole name.
    Whole,
    /// A name with a wrong letter.
    Wrong,
    /// A name that lacks a letter.
    Missing,
    /// A name with a letter twice.
    Doubled,
    /// A name in which two letters have changed places.
    Swapped,
    /// Nothing that is like a name.
    Nonsense,
}

/// All manners, each as often as the others.
pub const MANNERS: [Manner; 11] = [
    Manner::Beginning(1),
    Manner::Beginning(2),
    Manner::Beginning(3),
    Manner::Beginning(5),
    Manner::LaterWord,
    Manner::Whole,
    Manner::Wrong,
    Manner::Missing,
    Manner::Doubled,
    Manner::Swapped,
    Manner::Nonsense,
];

impl Manner {
    /// What it is called.
    pub fn name(self) -> String {
        match self {
            Self::Beginning(letters) => format!("{letters} letters"),
            Self::LaterWord => "later word".to_owned(),
            other => format!("{other:?}").to_lowercase(),
        }
    }

    /// Whether a whole name is meant, so that its tag should be found.
    pub fn is_whole(self) -> bool {
        !matches!(self, Self::Beginning(_) | Self::LaterWord | Self::Nonsense)
    }
}

/// Something that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The text.
    pub text: String,
    /// The only kind that is wanted.
    pub kind: Option<&'static str>,
    /// How it came about.
    pub manner: Manner,
    /// The number of the tag whose name it was, from 1.
    pub meant: usize,
}

/// This many texts, of names in all languages; a quarter with a kind.
pub fn type_names(vocabulary: &Vocabulary, count: usize) -> Vec<Typed> {
    let mut random = Random::new(0x7479_7065);
    let manners = MANNERS.iter().cycle().take(count);
    manners
        .map(|manner| {
            let (meant, tag, name) = choose(vocabulary, *manner, &mut random);
            Typed {
                text: mistype(&name.folded(), *manner, &mut random),
                kind: (random.chance() < 0.25).then_some(tag.kind),
                manner: *manner,
                meant,
            }
        })
        .collect()
}

/// A name that can be typed in this manner, with its tag.
fn choose<'a>(
    vocabulary: &'a Vocabulary,
    manner: Manner,
    random: &mut Random,
) -> (usize, &'a Tag, &'a Name) {
    loop {
        let place = random.below(vocabulary.tags.len());
        let tag = &vocabulary.tags[place];
        let name = random.one_of(&tag.names);
        let fits = match manner {
            Manner::LaterWord => name.text.contains(' '),
            manner if manner.is_whole() => name.text.chars().count() >= LONG,
            _ => true,
        };
        if fits {
            return (place + 1, tag, name);
        }
    }
}

fn mistype(name: &str, manner: Manner, random: &mut Random) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    // The first letter is seldom wrong, and a blank is no letter.
    let last = letters.len().saturating_sub(1).max(2);
    let mut place = 1 + random.below(last - 1);
    while letters.get(place) == Some(&' ') || letters.get(place + 1) == Some(&' ') {
        place = 1 + random.below(last - 1);
    }
    match manner {
        Manner::Beginning(count) => letters.truncate(count),
        Manner::LaterWord => {
            let word = name.split(' ').nth(1).unwrap_or(name);
            letters = word.chars().take(3).collect();
        }
        Manner::Whole => {}
        Manner::Wrong => letters[place] = if name.is_ascii() { 'z' } else { 'ط' },
        Manner::Missing => drop(letters.remove(place)),
        Manner::Doubled => letters.insert(place, letters[place]),
        Manner::Swapped => letters.swap(place, place + 1),
        Manner::Nonsense => {
            letters = (0..6)
                .map(|_| *random.one_of(&['x', 'q', 'z', 'v', 'j']))
                .collect();
        }
    }
    letters.into_iter().collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(manner: Manner) -> String {
        mistype("port elara", manner, &mut Random::new(3))
    }

    #[test]
    fn a_slip_is_one_letter_away() {
        assert_eq!(typed(Manner::Whole), "port elara");
        assert_eq!(typed(Manner::Missing).chars().count(), 9);
        assert_eq!(typed(Manner::Doubled).chars().count(), 11);
        let wrong = typed(Manner::Wrong);
        let differing = wrong
            .chars()
            .zip("port elara".chars())
            .filter(|(one, other)| one != other);
        assert_eq!(differing.count(), 1);
        let swapped = typed(Manner::Swapped);
        assert_ne!(swapped, "port elara");
        assert_eq!(letters(&swapped), letters("port elara"));
    }

    fn letters(text: &str) -> Vec<char> {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    }

    #[test]
    fn beginnings_are_those_of_words() {
        assert_eq!(typed(Manner::Beginning(3)), "por");
        assert_eq!(typed(Manner::LaterWord), "ela");
    }

    #[test]
    fn every_run_types_the_same_in_every_script() {
        let vocabulary = Vocabulary::invent(1_000);
        let typed = type_names(&vocabulary, 1_100);
        assert_eq!(typed, type_names(&vocabulary, 1_100));
        assert!(typed.iter().any(|typed| typed.text.contains('م')));
        assert!(typed.iter().any(|typed| typed.kind.is_some()));
        for manner in MANNERS {
            assert_eq!(
                typed.iter().filter(|typed| typed.manner == manner).count(),
                100
            );
        }
    }
}

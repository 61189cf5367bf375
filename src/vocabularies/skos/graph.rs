//! The statements of a file, gathered by what they are about.

use std::collections::HashMap;

use oxrdf::{Literal, NamedOrBlankNode, Term, vocab::rdf};

use super::terms::{SKOS, Word, word};

/// A text and its language, empty where nobody said.
pub type Text = (String, String);

/// What is said of one node.
#[derive(Debug, Default)]
pub struct Node {
    /// Its address, or its name in the file behind `_:`.
    pub address: String,
    /// Whether it is said to be a concept.
    pub is_concept: bool,
    /// Whether it is said to be something else.
    pub is_other: bool,
    /// Preferred names.
    pub preferred: Vec<Text>,
    /// Other names.
    pub alternative: Vec<Text>,
    /// Names that are never shown.
    pub hidden: Vec<Text>,
    /// Definitions.
    pub definitions: Vec<Text>,
    /// Notes on its use.
    pub notes: Vec<Text>,
    /// Addresses of what it is part of.
    pub broader: Vec<String>,
    /// Addresses of what is the same.
    pub matches: Vec<String>,
    /// Codes.
    pub notations: Vec<String>,
    /// Since when it is retired.
    pub retired: Option<String>,
    /// Whether it is out of use.
    pub is_deprecated: bool,
}

/// All nodes that something is said of, in the order in which they first occur.
#[derive(Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    places: HashMap<String, usize>,
}

impl Graph {
    /// Takes a statement in.
    pub fn add(&mut self, subject: &NamedOrBlankNode, predicate: &str, object: &Term) {
        let subject = named(subject);
        if predicate == rdf::TYPE.as_str() {
            let node = self.node(subject);
            match address(object) {
                Some(kind) if kind.strip_prefix(SKOS) == Some("Concept") => node.is_concept = true,
                _ => node.is_other = true,
            }
            return;
        }
        if let (Some(Word::Narrower), Some(part)) = (word(predicate), address(object)) {
            self.node(part).broader.push(subject);
            return;
        }
        let node = self.node(subject);
        match (word(predicate), object) {
            (Some(word), Term::Literal(literal)) => node.add_literal(word, literal),
            (Some(word), object) => node.add_address(word, address(object)),
            (None, _) => {}
        }
    }

    fn node(&mut self, address: String) -> &mut Node {
        let next = self.nodes.len();
        let place = *self.places.entry(address.clone()).or_insert(next);
        if place == next {
            self.nodes.push(Node {
                address,
                ..Node::default()
            });
        }
        &mut self.nodes[place]
    }

    /// All nodes.
    pub fn into_nodes(self) -> Vec<Node> {
        self.nodes
    }
}

impl Node {
    fn add_literal(&mut self, word: Word, literal: &Literal) {
        let language = literal.language().unwrap_or_default().to_owned();
        let text = (literal.value().to_owned(), language);
        match word {
            Word::Preferred => self.preferred.push(text),
            Word::Alternative => self.alternative.push(text),
            Word::Hidden => self.hidden.push(text),
            Word::Definition => self.definitions.push(text),
            Word::ScopeNote => self.notes.push(text),
            Word::Notation => self.notations.push(text.0),
            Word::Retired => self.retired = Some(text.0),
            Word::Deprecated => self.is_deprecated = matches!(&*text.0, "true" | "1"),
            Word::Broader | Word::Narrower | Word::ExactMatch => {}
        }
    }

    fn add_address(&mut self, word: Word, address: Option<String>) {
        match word {
            Word::Broader => self.broader.extend(address),
            Word::ExactMatch => self.matches.extend(address),
            _ => {}
        }
    }
}

fn named(node: &NamedOrBlankNode) -> String {
    match node {
        NamedOrBlankNode::NamedNode(node) => node.as_str().to_owned(),
        NamedOrBlankNode::BlankNode(node) => node.to_string(),
    }
}

fn address(term: &Term) -> Option<String> {
    match term {
        Term::NamedNode(node) => Some(node.as_str().to_owned()),
        Term::BlankNode(node) => Some(node.to_string()),
        Term::Literal(_) => None,
    }
}

//! Concepts out of a file.

use std::{io::Read, thread};

use oxjsonld::JsonLdParser;
use oxttl::TurtleParser;

use super::{
    concept,
    depth::Shallow,
    graph::{Graph, Node},
};
use crate::{
    base::error::{AppError, AppResult, Code},
    vocabularies::entry::Entry,
};

/// The concepts of a file.
#[derive(Debug)]
pub struct Vocabulary {
    /// One entry for each.
    pub entries: Vec<Entry>,
    /// How many other nodes the file says something of.
    pub ignored: u64,
}

/// Why a context that is only named cannot be read.
const ELSEWHERE: &str = "nothing is fetched from elsewhere; write the context into the document";

/// The stack on which JSON-LD is read, in bytes: several calls for each level of [`Shallow`], with room to
/// spare.
const STACK: usize = 32 * 1024 * 1024;

/// Reads JSON-LD. A context that stands elsewhere is not fetched; a document that needs one is
/// refused.
pub fn read_json(bytes: impl Read + Send, default: &str) -> AppResult<Vocabulary> {
    thread::scope(|scope| {
        let reading = thread::Builder::new().stack_size(STACK);
        let reading = reading.spawn_scoped(scope, || graph_of_json(bytes));
        let read = reading.map_err(|fault| AppError::internal(&fault))?.join();
        let graph = read.map_err(|_| AppError::internal(&"the reader of JSON-LD panicked"))?;
        Ok(vocabulary(graph?, default))
    })
}

fn graph_of_json(bytes: impl Read) -> AppResult<Graph> {
    let mut graph = Graph::default();
    let parser = JsonLdParser::new().for_reader(Shallow::new(bytes));
    let parser = parser.with_load_document_callback(|_, _| Err(ELSEWHERE.into()));
    for quad in parser {
        let quad = quad.map_err(unreadable)?;
        graph.add(&quad.subject, quad.predicate.as_str(), &quad.object);
    }
    Ok(graph)
}

/// Reads Turtle.
pub fn read_turtle(bytes: impl Read, default: &str) -> AppResult<Vocabulary> {
    let mut graph = Graph::default();
    for triple in TurtleParser::new().for_reader(bytes) {
        let triple = triple.map_err(unreadable)?;
        graph.add(&triple.subject, triple.predicate.as_str(), &triple.object);
    }
    Ok(vocabulary(graph, default))
}

fn unreadable(fault: impl std::fmt::Display) -> AppError {
    let detail = format!("The document cannot be read: {fault}.");
    AppError::new(Code::MalformedDocument, detail)
}

fn vocabulary(graph: Graph, default: &str) -> Vocabulary {
    // A node of which only its names are said is a concept too.
    let is_concept = |node: &Node| node.is_concept || !(node.is_other || node.preferred.is_empty());
    let (concepts, others): (Vec<Node>, Vec<Node>) =
        graph.into_nodes().into_iter().partition(is_concept);
    Vocabulary {
        entries: concepts
            .into_iter()
            .map(|node| concept::entry(node, default))
            .collect(),
        ignored: others.len() as u64,
    }
}

//! A page as the list of its nodes in document order.
//!
//! Everything below a node stands right after it, so a walk, a subtree and a sum over either are
//! plain loops, whatever the depth.

use super::boilerplate::{Says, said};
use crate::formats::markup::{Guard, Plain, is_hidden, is_silent, with_few_attributes};
use crate::formats::words::one_line;
use dom_query::{Document, NodeData, NodeId};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{LocalName, local_name};
use std::cell::OnceCell;
use std::ops::Range;

/// Bytes that are parsed between two looks at the size of the tree.
const STEP: usize = 1 << 16;

/// A page's tree has so many nodes at most: 20 MB of ordinary markup.
const NODES: usize = 3_000_000;

/// Lines of one text in which line ends count.
const LINES: usize = 5_000;

/// Parses a page. What would make a tree too deep or too large is left out.
pub(super) fn parse(html: &str) -> Document {
    let options = TreeBuilderOpts { scripting_enabled: false, ..Default::default() };
    let builder = Guard::new(TreeBuilder::new(Document::default(), options));
    let tokenizer = Tokenizer::new(builder, TokenizerOpts::default());
    let input = BufferQueue::default();
    let html = with_few_attributes(html);
    let mut rest = &*html;
    while !rest.is_empty() {
        let mut end = STEP.min(rest.len());
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (step, after) = rest.split_at(end);
        rest = after;
        input.push_back(StrTendril::from_slice(step));
        // It stops after each script, for a browser to run it.
        while !input.is_empty() {
            let _ = tokenizer.feed(&input);
        }
        if tokenizer.sink.inner().sink.tree.len() > NODES {
            break;
        }
    }
    tokenizer.end();
    tokenizer.sink.into_inner().sink
}

/// An element or a text.
#[derive(Debug)]
pub(super) struct Node {
    /// The element's name; empty for a text.
    pub(super) name: LocalName,
    pub(super) attrs: Vec<(LocalName, StrTendril)>,
    /// The text; empty for an element.
    pub(super) text: StrTendril,
    /// Where the element stands that holds it; its own place for the first.
    pub(super) parent: usize,
    /// Where what it holds ends.
    pub(super) end: usize,
    /// Its name in the tree that it comes from.
    pub(super) id: NodeId,
    /// What its names say; read when it is first asked.
    says: OnceCell<Says>,
}

impl Node {
    pub(super) fn is_text(&self) -> bool {
        self.name == local_name!("")
    }

    /// What its names say of it.
    pub(super) fn says(&self) -> Says {
        let attrs = || self.attrs.iter().map(|(name, value)| (&**name, &**value));
        *self.says.get_or_init(|| said(attrs()))
    }

    /// A text in which line ends count, as lines with line breaks between them. `at` is its place.
    fn lines(&self, at: usize) -> Vec<Self> {
        let parts = self.text.splitn(LINES, '\n').enumerate().flat_map(|(number, line)| {
            let breaks = (number > 0).then_some((local_name!("br"), ""));
            breaks.into_iter().chain([(local_name!(""), line)])
        });
        let node = |(place, (name, text)): (usize, (LocalName, &str))| Self {
            name,
            attrs: Vec::new(),
            text: StrTendril::from_slice(text),
            parent: self.parent,
            end: at + place + 1,
            id: self.id,
            says: OnceCell::new(),
        };
        parts.enumerate().map(node).collect()
    }

    /// An attribute's value, without white space around it; absent when that is empty.
    pub(super) fn attr(&self, name: &str) -> Option<&str> {
        let (_, value) = self.attrs.iter().find(|(own, _)| **own == *name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// Whether it shows nothing to a reader.
    pub(super) fn is_unseen(&self) -> bool {
        is_silent(&self.name) || is_hidden(self.attrs.iter().map(|(name, value)| (name, &**value)))
    }
}

/// The nodes of a page, in document order.
#[derive(Debug, Default)]
pub(super) struct Page {
    nodes: Vec<Node>,
}

impl Page {
    pub(super) fn new(document: &Document) -> Self {
        let mut nodes: Vec<Node> = Vec::with_capacity(document.tree.len());
        let mut parent = 0;
        let mut next = document.root().first_child();
        while let Some(node) = next {
            let in_pre = nodes.get(parent).is_some_and(|node| node.name == local_name!("pre"));
            let at = nodes.len();
            let made = node.query(|inner| match &inner.data {
                NodeData::Element(element) => Some(Node {
                    name: element.name.local.clone(),
                    attrs: element
                        .attrs
                        .iter()
                        .map(|attr| (attr.name.local.clone(), attr.value.clone()))
                        .collect(),
                    text: StrTendril::new(),
                    parent,
                    end: at + 1,
                    id: inner.id,
                    says: OnceCell::new(),
                }),
                NodeData::Text { contents } => Some(Node {
                    name: local_name!(""),
                    attrs: Vec::new(),
                    text: contents.clone(),
                    parent,
                    end: at + 1,
                    id: inner.id,
                    says: OnceCell::new(),
                }),
                _ => None,
            });
            if let Some(made) = made.flatten() {
                if in_pre && made.is_text() && nodes.len() < NODES {
                    nodes.extend(made.lines(at));
                } else {
                    nodes.push(made);
                }
                if let Some(child) = node.first_child() {
                    parent = at;
                    next = Some(child);
                    continue;
                }
            }
            // The next sibling, of the node or of the nearest ancestor that has one.
            let mut last = node;
            next = loop {
                if let Some(sibling) = last.next_sibling() {
                    break Some(sibling);
                }
                match last.parent().filter(|above| above.is_element()) {
                    Some(above) => last = above,
                    None => break None,
                }
                let end = nodes.len();
                if let Some(closed) = nodes.get_mut(parent) {
                    closed.end = end;
                    parent = closed.parent;
                }
            };
        }
        Self { nodes }
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Node> {
        self.nodes.get(at)
    }

    /// All nodes with their places.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (usize, &Node)> {
        self.nodes.iter().enumerate()
    }

    /// The nodes of a range, with their places.
    pub(super) fn between(&self, range: Range<usize>) -> impl Iterator<Item = (usize, &Node)> {
        let nodes = self.nodes.get(range.clone()).unwrap_or(&[]);
        range.zip(nodes)
    }

    /// Elements of a name, with their places.
    pub(super) fn named(&self, name: LocalName) -> impl Iterator<Item = (usize, &Node)> {
        self.nodes().filter(move |(_, node)| node.name == name)
    }

    /// The places of a node and of all below it.
    pub(super) fn range(&self, at: usize) -> Range<usize> {
        at..self.nodes.get(at).map_or(at, |node| node.end)
    }

    /// A node and all below it.
    pub(super) fn below(&self, at: usize) -> impl Iterator<Item = (usize, &Node)> {
        self.between(self.range(at))
    }

    /// The nodes right below a node.
    pub(super) fn children(&self, at: usize) -> impl Iterator<Item = (usize, &Node)> {
        let Range { start, end } = self.range(at);
        let mut next = start + 1;
        std::iter::from_fn(move || {
            let (at, node) = (next, self.nodes.get(next).filter(|_| next < end)?);
            next = node.end;
            Some((at, node))
        })
    }

    /// The elements around a node, the nearest first.
    pub(super) fn ancestors(&self, at: usize) -> impl Iterator<Item = (usize, &Node)> {
        let mut at = at;
        std::iter::from_fn(move || {
            let parent = self.nodes.get(at)?.parent;
            if parent == at {
                return None;
            }
            at = parent;
            Some((at, self.nodes.get(at)?))
        })
    }

    /// The text of a node as it is read: paragraphs, lines. What `left_out` says of a node holds
    /// for all below it.
    pub(super) fn text(&self, at: usize, left_out: impl Fn(usize, &Node) -> bool) -> String {
        self.parted(at, false, left_out)
    }

    /// [`text`](Self::text) in which elements that touch are parted by a tab, since styles show them
    /// apart: `<span>Ada Berg</span><span>5 May</span>`.
    pub(super) fn fields(&self, at: usize, left_out: impl Fn(usize, &Node) -> bool) -> String {
        self.parted(at, true, left_out)
    }

    fn parted(&self, at: usize, fields: bool, left_out: impl Fn(usize, &Node) -> bool) -> String {
        let mut plain = Plain::default();
        let mut open: Vec<usize> = Vec::new();
        let Range { start: mut place, end } = self.range(at);
        while let Some(node) = self.nodes.get(place).filter(|_| place < end) {
            let closes = open.len();
            self.close(&mut open, place, &mut plain);
            if fields && open.len() < closes && !node.is_text() {
                plain.cell();
            }
            if node.is_text() {
                plain.push(&node.text);
                place += 1;
            } else if node.is_unseen() || left_out(place, node) {
                plain.tag(&node.name, true);
                place = node.end;
            } else {
                plain.tag(&node.name, true);
                open.push(place);
                place += 1;
            }
        }
        plain.finish()
    }

    /// Ends the elements that end before a place.
    fn close(&self, open: &mut Vec<usize>, place: usize, plain: &mut Plain) {
        while let Some(node) = open.last().and_then(|at| self.nodes.get(*at)) {
            if node.end > place {
                break;
            }
            if node.name != local_name!("br") {
                plain.tag(&node.name, false);
            }
            open.pop();
        }
    }

    /// The text of a node on one line.
    pub(super) fn line(&self, at: usize) -> String {
        one_line(&self.text(at, |_, _| false))
    }

    /// The text of an element as it stands, of a script for instance.
    pub(super) fn raw(&self, at: usize) -> String {
        self.below(at).map(|(_, node)| &*node.text).collect()
    }
}

//! A page in lines, and where in them its article is.

use super::super::About;
use super::super::labels::begins_comments;
use super::flags::{AWAY, FOOT, HEADING, LINK, UNKNOWN, own_flags};
use super::{PARAGRAPH, may_have_date};
use crate::formats::html::tree::{Node, Page};
use crate::formats::markup::is_any;
use crate::formats::words::letters;
use html5ever::{LocalName, local_name};
use std::cell::RefCell;

/// Of a longer line, about so many bytes are looked at; no longer word is part of a date.
pub(super) const LINE: usize = 400;

/// A line of text as a reader sees it.
#[derive(Default)]
pub(super) struct Line {
    /// Its first bytes.
    pub(super) text: String,
    /// Where in the text each node begins.
    pub(super) parts: Vec<(usize, usize)>,
    /// Bytes of the whole line.
    pub(super) length: usize,
    /// Bytes of text on the page before it.
    pub(super) before: usize,
}

/// A date in an attribute.
pub(super) struct Marked {
    pub(super) node: usize,
    pub(super) line: usize,
    /// How much of the line's text stands before it.
    pub(super) at: usize,
    pub(super) value: String,
}

/// The page in lines, with what its elements say of them.
pub(super) struct Lines<'a> {
    pub(super) page: &'a Page,
    pub(super) lines: Vec<Line>,
    pub(super) marked: Vec<Marked>,
    /// What stands at a node, where that was asked; `UNKNOWN` elsewhere.
    pub(super) flags: RefCell<Vec<u16>>,
    /// Who wrote the article.
    pub(super) authors: &'a [String],
    /// The line of the headline.
    pub(super) headline: Option<usize>,
    /// The first and the last paragraph of the article.
    pub(super) body: Option<(usize, usize)>,
    /// The line from which on readers speak.
    pub(super) comments: usize,
}

impl Line {
    pub(super) fn node_at(&self, byte: usize) -> usize {
        let part = self.parts.partition_point(|(start, _)| *start <= byte);
        self.parts.get(part.saturating_sub(1)).map_or(0, |(_, node)| *node)
    }

    fn push(&mut self, text: &str, node: usize) {
        self.length += text.trim().len();
        if self.text.len() >= LINE {
            return;
        }
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        self.parts.push((self.text.len(), node));
        for word in text.split_whitespace().take_while(|word| word.len() < LINE) {
            self.text.push_str(word);
            self.text.push(' ');
            if self.text.len() >= LINE {
                break;
            }
        }
    }
}

impl<'a> Lines<'a> {
    pub(super) fn new(page: &'a Page, about: &About<'a>) -> Self {
        let mut lines = Self {
            page,
            lines: Vec::new(),
            marked: Vec::new(),
            flags: RefCell::new(vec![UNKNOWN; page.len()]),
            authors: about.authors,
            headline: None,
            body: None,
            comments: usize::MAX,
        };
        lines.split();
        lines.headline = lines.find_headline(about.headline);
        // What holds the headline is no other part of the page.
        let first = lines.headline.and_then(|line| lines.lines.get(line)?.parts.first());
        if let Some((_, node)) = first {
            let mut flags = vec![UNKNOWN; page.len()];
            let above: Vec<_> = page.ancestors(*node).collect();
            let mut wide = 0;
            for (at, node) in above.into_iter().rev() {
                let own = own_flags(at, node) & !(AWAY | FOOT);
                if let Some(flags) = flags.get_mut(at) {
                    *flags = wide | own;
                }
                wide |= own;
            }
            lines.flags = RefCell::new(flags);
        }
        lines.find_body();
        lines
    }

    /// Splits the text into lines, and collects the dates in attributes.
    fn split(&mut self) {
        let page = self.page;
        let mut line = Line::default();
        let mut open: Vec<usize> = Vec::new();
        let mut read = 0;
        let mut at = 0;
        while let Some(node) = page.get(at) {
            let mut ended = false;
            while open.last().is_some_and(|end| *end <= at) {
                open.pop();
                ended = true;
            }
            let is_block = !node.is_text() && !is_inline(&node.name);
            if (ended || is_block) && line.length > 0 {
                let mut done = std::mem::take(&mut line);
                done.before = read;
                read += done.length;
                self.lines.push(done);
            }
            if is_any!(node.name, "head" | "select") || node.is_unseen() {
                at = node.end;
                continue;
            }
            if node.is_text() {
                line.push(&node.text, at);
            } else if let Some(value) = marked(node) {
                let (line, text) = (self.lines.len(), line.text.len());
                self.marked.push(Marked { node: at, line, at: text, value });
            }
            if is_block {
                open.push(node.end);
            }
            at += 1;
        }
        line.before = read;
        self.lines.push(line);
    }

    /// What stands at a node: what it says itself, and what those around it say.
    pub(super) fn flags(&self, node: usize) -> u16 {
        let mut flags = self.flags.borrow_mut();
        let mut unknown = Vec::new();
        let mut wide = 0;
        let own = self.page.get(node).map(|own| (node, own));
        for (at, node) in own.into_iter().chain(self.page.ancestors(node)) {
            match flags.get(at) {
                Some(&UNKNOWN) => unknown.push((at, node)),
                known => {
                    wide = known.copied().unwrap_or(0);
                    break;
                }
            }
        }
        for (at, node) in unknown.into_iter().rev() {
            wide |= own_flags(at, node);
            if let Some(flags) = flags.get_mut(at) {
                *flags = wide;
            }
        }
        flags.get(node).copied().unwrap_or(0)
    }

    /// The line that is the headline: in a heading, if any such line is like it.
    fn find_headline(&self, headline: Option<&str>) -> Option<usize> {
        let wanted = headline.map(letters).filter(|wanted| !wanted.is_empty());
        let short = self.lines.iter().enumerate().filter(|(_, line)| line.length < LINE);
        let mut like = Vec::new();
        if let Some(wanted) = &wanted {
            for (number, line) in short {
                let own = letters(&line.text);
                let same = own == *wanted
                    || own.len() >= 12 && wanted.contains(&own) && own.len() * 2 > wanted.len()
                    || own.len() >= 5 && wanted.ends_with(&own) && !self.is_link(number)
                    || wanted.len() >= 12 && own.contains(wanted.as_str());
                if same {
                    like.push(number);
                }
            }
        }
        let in_heading = |number: &&usize| {
            let first = self.lines.get(**number).and_then(|line| line.parts.first());
            first.is_some_and(|(_, node)| self.flags(*node) & HEADING != 0)
        };
        like.iter().find(in_heading).or(like.first()).copied().or_else(|| {
            let (at, _) = self.page.named(local_name!("h1")).next()?;
            let end = self.page.range(at).end;
            let held =
                |line: &Line| line.parts.first().is_some_and(|(_, node)| (at..end).contains(node));
            self.lines.iter().position(held)
        })
    }

    pub(super) fn is_link(&self, number: usize) -> bool {
        let first = self.lines.get(number).and_then(|line| line.parts.first());
        first.is_some_and(|(_, node)| self.flags(*node) & LINK != 0)
    }

    fn find_body(&mut self) {
        let after = self.headline.map_or(0, |line| line + 1);
        let is_paragraph = |line: &Line| {
            line.length >= PARAGRAPH
                && line
                    .parts
                    .first()
                    .is_some_and(|(_, node)| self.flags(*node) & (AWAY | FOOT) == 0)
        };
        let mut paragraphs = self
            .lines
            .iter()
            .enumerate()
            .skip(after)
            .filter(|(_, line)| is_paragraph(line))
            .map(|(number, _)| number);
        let first = paragraphs.next();
        let after = first.unwrap_or(after);
        let comments =
            self.lines.iter().enumerate().skip(after).find(|(_, line)| {
                line.length < 40 && line.length > 0 && begins_comments(&line.text)
            });
        let comments = comments.map_or(usize::MAX, |(number, _)| number);
        let mut paragraphs = paragraphs.take_while(|number| *number < comments);
        let last = paragraphs.by_ref().last().or(first);
        self.body = first.zip(last);
        self.comments = comments;
    }
}

/// Whether an element does not end a line.
fn is_inline(name: &LocalName) -> bool {
    is_any!(
        *name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "nobr"
            | "q"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    )
}

/// Whether a text is a moment and nothing else: `2015-03-13T21:00:00+11:00`.
fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    (16..=30).contains(&bytes.len()) && (bytes.get(4), bytes.get(10)) == (Some(&b'-'), Some(&b'T'))
}

/// The date that an element's attributes give.
fn marked(node: &Node) -> Option<String> {
    let known = ["datetime", "title"].iter().find_map(|name| match (*name, &*node.name) {
        ("datetime", _) => node.attr("datetime"),
        (_, "abbr" | "span") => node.attr("title").filter(|title| may_have_date(title)),
        _ => node.attr("title").filter(|title| is_timestamp(title)),
    });
    let dated = |name: &str| {
        name.starts_with("data-")
            && ["date", "time", "publish", "epoch", "seconds"]
                .iter()
                .any(|part| name.contains(part))
    };
    let data = || {
        let mut data = node.attrs.iter().filter(|(name, _)| dated(name));
        data.find(|(_, value)| value.len() < 60 && may_have_date(value)).map(|(_, value)| &**value)
    };
    known.or_else(data).map(str::to_owned)
}

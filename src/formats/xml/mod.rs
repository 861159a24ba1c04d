//! XML as it really comes: quick-xml, and what a person would mend above it.
//!
//! Encodings, control characters, stray `<` and `&`, HTML's entities, missing quotes and end
//! tags, sections that are never closed. Memory is bounded by the greatest token allowed, with its
//! references replaced; entities of a document type are short, and never fetched. Names are told apart by their
//! namespace and not by the prefix that a document chose.

mod element;
mod entities;
mod source;

pub(super) use element::{Element, Node};

use crate::model::{Limits, Reason};
use element::is_void;
use entities::Entities;
use quick_xml::Reader;
use quick_xml::events::Event as Quick;
use source::Source;
use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};
use std::io::Read;

/// Attributes of one tag, namespaces and entities of a document: more are not looked at.
const MANY: usize = 256;

/// quick-xml remembers every element that was not closed; after so many it forgets them.
const OPENED: u64 = 1 << 16;

/// Elements that are open, by which end tags are told from stray ones: more are not remembered.
const OPEN: usize = 1 << 12;

/// Elements that may stand within a text: markup, and what RDF says at length.
const WITHIN: &[&str] = &["xhtml:", "foaf:", "rdf:", "?"];

/// Bytes that may be read a second time to mend a document: so many, and so many times its size.
const MENDING: u64 = 64 << 20;
const MENDING_SHARE: u64 = 64;

/// The names of a vocabulary.
pub(super) struct Vocabulary {
    /// Namespaces in lower case without `/` and `#` at the end, and the prefix that stands for
    /// each of them.
    pub(super) namespaces: &'static [(&'static str, &'static str)],
    /// Elements that an input may have many of, and never one within another.
    pub(super) items: &'static [&'static str],
    /// Elements within items that hold text alone, and never one another.
    pub(super) texts: &'static [&'static str],
    /// Elements that stand around items.
    pub(super) around: &'static [&'static str],
}

pub(super) enum Event {
    /// A start tag: an element without what it holds.
    Start(Element),
    /// An end tag, by its key.
    End(String),
    Text(String),
    /// The end of the input.
    Done,
}

/// Why reading stopped short.
#[derive(Debug)]
pub(super) enum Fault {
    /// The element was passed over; what follows can be read.
    Passed(Reason),
    /// Nothing more can be read.
    Ended(Reason),
}

/// Reads a document event by event.
pub(super) struct Xml {
    reader: Reader<Source>,
    buffer: Vec<u8>,
    vocabulary: &'static Vocabulary,
    limits: Limits,
    /// Prefixes in force: the depth of the element, the prefix, what the vocabulary calls it.
    prefixes: Vec<(usize, String, Cow<'static, str>)>,
    /// The names of the elements that are open, as hashes.
    open: Vec<u64>,
    hasher: RandomState,
    opened: u64,
    entities: Entities,
    /// Given back by whoever found that it is not theirs.
    waiting: Option<Event>,
    mended: u64,
}

impl Xml {
    pub(super) fn new(
        input: impl Read + Send + 'static,
        vocabulary: &'static Vocabulary,
        limits: Limits,
    ) -> Self {
        Self {
            reader: reader(Source::new(input)),
            buffer: Vec::new(),
            vocabulary,
            limits,
            prefixes: Vec::new(),
            open: Vec::new(),
            hasher: RandomState::new(),
            opened: 0,
            entities: Entities::default(),
            waiting: None,
            mended: 0,
        }
    }

    /// The line, from 1, up to which was read.
    pub(super) fn line(&self) -> u64 {
        self.reader.get_ref().line
    }

    /// Gives an event back, to be the next again.
    pub(super) fn put_back(&mut self, event: Event) {
        self.waiting = Some(event);
    }

    /// The next event.
    pub(super) fn next(&mut self) -> Result<Event, Fault> {
        if let Some(event) = self.waiting.take() {
            return Ok(event);
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let event = loop {
            buffer.clear();
            self.reader.get_mut().allowance = self.limits.article;
            let token = match self.reader.read_event_into(&mut buffer) {
                Ok(Quick::Start(_) | Quick::Empty(_)) => Token::Start,
                Ok(Quick::End(_)) => Token::End,
                Ok(Quick::Text(_)) => Token::Text,
                Ok(Quick::CData(_)) => Token::CData,
                Ok(Quick::GeneralRef(_)) => Token::Reference,
                Ok(Quick::DocType(_)) => Token::DocType,
                Ok(Quick::Eof) => Token::Eof,
                Ok(Quick::Comment(_) | Quick::PI(_) | Quick::Decl(_)) => continue,
                Err(quick_xml::Error::Io(error)) => Token::Failed(error.to_string()),
                Err(_) => Token::Broken,
            };
            if let Some(event) = self.event(token, &buffer).transpose() {
                break event;
            }
        };
        self.buffer = buffer;
        event
    }

    /// What a token stands for, if anything. `bytes` is the token as it is written.
    fn event(&mut self, token: Token, bytes: &[u8]) -> Result<Option<Event>, Fault> {
        let text = String::from_utf8_lossy(bytes);
        Ok(match token {
            Token::Start => self.start(&text, bytes)?,
            Token::End => {
                let name = text.get(2..).unwrap_or("");
                let end = name.find(|c: char| c.is_whitespace() || "<>/".contains(c));
                let (name, rest) = name.split_at(end.unwrap_or(name.len()));
                if let Some(at) = rest.find('<') {
                    self.read_again(rest.get(at..).unwrap_or("").as_bytes())?;
                }
                self.end(name)
            }
            Token::Text => Some(Event::Text(text.into_owned())),
            Token::CData => {
                text.get(9..text.len().saturating_sub(3)).map(|text| Event::Text(text.to_owned()))
            }
            Token::Reference => {
                let name = text.get(1..text.len().saturating_sub(1)).unwrap_or("");
                Some(Event::Text(match self.entities.value(name) {
                    Some(value) => value.into_owned(),
                    None => text.into_owned(),
                }))
            }
            Token::DocType => {
                self.entities.declare(&text);
                None
            }
            Token::Eof => Some(Event::Done),
            Token::Broken => self.broken(&text)?,
            Token::Failed(_) if self.reader.get_ref().allowance == 0 => {
                return Err(self.pass_over());
            }
            Token::Failed(error) => return Err(Fault::Ended(Reason::Unreadable(error))),
        })
    }

    fn over(&self, limit: &'static str, allowed: u64) -> Fault {
        Fault::Passed(Reason::OverLimit { limit, allowed })
    }

    /// Goes on at the next item, after a token that is too long.
    fn pass_over(&mut self) -> Fault {
        let items = self.vocabulary.items;
        self.reader.get_mut().skip_to(items);
        self.restart();
        self.over("article", self.limits.article)
    }

    /// A start tag; `text` is all of it, with `<` and `>`.
    fn start(&mut self, text: &str, bytes: &[u8]) -> Result<Option<Event>, Fault> {
        let raw = text.get(1..text.len() - 1).unwrap_or("");
        if !raw.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == ':') {
            // A `<` that is text, up to where a tag may begin.
            let end = text.match_indices('<').map(|(at, _)| at).skip(1).find(|at| {
                let next = text.as_bytes().get(at + 1);
                next.is_some_and(|b| b.is_ascii_alphabetic() || b"/!?_".contains(b))
            });
            let (before, after) = text.split_at(end.unwrap_or(text.len()));
            self.read_again(after.as_bytes())?;
            let text = self.entities.unescape(before, self.limits.article).map(Cow::into_owned);
            return text.map(|text| Some(Event::Text(text))).ok_or_else(|| self.pass_over());
        }
        let Some(at) = raw.find('<') else { return self.open(raw).map(Some) };
        // `<` does not stand in tags: a `>` or a quotation mark is missing.
        let (before, _) = raw.split_at(at);
        if let Some(end) = before.find('>') {
            self.read_again(bytes.get(end + 2..).unwrap_or_default())?;
            return self.open(raw.get(..end).unwrap_or(raw)).map(Some);
        }
        if before.matches(['"', '\'']).count() % 2 == 0 {
            self.read_again(bytes.get(at + 1..).unwrap_or_default())?;
            return self.open(before).map(Some);
        }
        self.open(raw).map(Some)
    }

    /// What was not closed before the end of the input.
    fn broken(&mut self, text: &str) -> Result<Option<Event>, Fault> {
        self.restart();
        for opening in ["<![CDATA[", "<!--", "<!", "<?"] {
            if let Some(rest) = text.strip_prefix(opening) {
                self.read_again(rest.as_bytes())?;
                return Ok(None);
            }
        }
        if let Some(name) = text.strip_prefix("</")
            && !name.contains('<')
        {
            return Ok(self.end(name.trim()));
        }
        match text.find('>') {
            // An attribute without its second quotation mark.
            Some(end) => {
                let (tag, rest) = text.split_at(end + 1);
                self.read_again(rest.as_bytes())?;
                self.start(tag, tag.as_bytes())
            }
            None => Err(Fault::Ended(cut("a tag"))),
        }
    }

    /// Puts bytes back to be read again.
    fn read_again(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        if bytes.is_empty() {
            return Ok(());
        }
        let moved = self.reader.get_mut().unread(bytes);
        self.mended += moved as u64;
        if self.mended > MENDING + MENDING_SHARE * self.reader.get_ref().came {
            let reason = "the document is too damaged to be read further";
            return Err(Fault::Ended(Reason::Malformed(reason.to_owned())));
        }
        Ok(())
    }

    /// Begins afresh where the input stands; quick-xml reads on after no syntax error.
    fn restart(&mut self) {
        let old = std::mem::replace(&mut self.reader, reader(Source::new(std::io::empty())));
        self.reader = reader(old.into_inner());
    }

    /// The element of a tag without its `<` and `>`.
    fn open(&mut self, raw: &str) -> Result<Event, Fault> {
        self.opened += 1;
        if self.opened.is_multiple_of(OPENED) {
            self.restart();
        }
        let (raw, empty) = match raw.strip_suffix('/') {
            Some(raw) => (raw, true),
            None => (raw, false),
        };
        let end = raw.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(raw.len());
        let tag = quick_xml::events::BytesStart::from_content(raw, end);
        let written = tag.name().as_ref().to_owned();
        let (prefix, name) = written.split_once(':').unwrap_or(("", &written));
        let around = self.open.len();
        if around < OPEN {
            self.open.push(self.hash(&written));
        }
        let depth = self.open.len();
        let mut room = self.limits.article;
        let mut attributes = Vec::new();
        for attribute in tag.html_attributes().with_checks(false).take(MANY).flatten() {
            let Some(value) = self.entities.unescape(&attribute.value, room).map(Cow::into_owned)
            else {
                return Err(self.pass_over());
            };
            room -= value.len() as u64;
            attributes.push((attribute.key.as_ref().to_ascii_lowercase(), value));
        }
        for (attribute, uri) in &attributes {
            let declared = match attribute.strip_prefix("xmlns") {
                Some("") => "",
                Some(prefix) if prefix.starts_with(':') => prefix.get(1..).unwrap_or(""),
                _ => continue,
            };
            if self.prefixes.len() < MANY {
                // An `rss` is RSS, whatever it calls its namespace.
                let is_rss = declared == prefix && name.eq_ignore_ascii_case("rss");
                let known = if is_rss { Some("") } else { self.vocabulary.prefix(uri) };
                let called = match known {
                    Some(known) => Cow::Borrowed(known),
                    // Within a document, another vocabulary; of the whole of it, a misspelt one.
                    None if declared.is_empty() && !uri.is_empty() && depth > 2 => {
                        Cow::Borrowed("?")
                    }
                    None => Cow::Owned(declared.to_owned()),
                };
                self.prefixes.push((depth, declared.to_owned(), called));
            }
        }
        for (name, _) in &mut attributes {
            if let Some((prefix, local)) = name.split_once(':')
                && let Some(called) = self.called(prefix)
            {
                *name = join(called, local);
            }
        }
        let element = Element::new(self.key(prefix, name), name, attributes, empty);
        if empty {
            self.close(around);
        }
        Ok(Event::Start(element))
    }

    fn hash(&self, name: &str) -> u64 {
        self.hasher.hash_one(name.to_ascii_lowercase())
    }

    fn end(&mut self, name: &str) -> Option<Event> {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let hash = self.hash(name);
        let begun = self.open.iter().rposition(|open| *open == hash);
        // What was not closed within is closed by it, and a stray one closes nothing.
        if let Some(at) = begun {
            self.close(at + 1);
        }
        let key = self.key(prefix, local);
        if let Some(at) = begun {
            self.close(at);
        }
        (!local.is_empty()).then_some(Event::End(key))
    }

    /// Forgets all open elements but so many, and the prefixes that they declared.
    fn close(&mut self, left: usize) {
        self.open.truncate(left);
        while self.prefixes.last().is_some_and(|(depth, ..)| *depth > left) {
            self.prefixes.pop();
        }
    }

    /// What the vocabulary calls a prefix.
    fn called(&self, prefix: &str) -> Option<&str> {
        let found = self.prefixes.iter().rev().find(|(_, known, _)| known == prefix);
        found.map(|(.., called)| called.as_ref())
    }

    fn key(&self, prefix: &str, local: &str) -> String {
        let lower = prefix.to_ascii_lowercase();
        let mut key = join(self.called(&lower).unwrap_or(&lower), local);
        key.make_ascii_lowercase();
        key
    }

    /// The element that a start tag began, with all that it holds. Missing end tags are made up
    /// for: an element ends where one around it ends, or where the next item begins. An item
    /// of no content within another is a slip.
    ///
    /// # Errors
    /// [`Fault::Passed`] for an element over a limit: it was passed over.
    pub(super) fn element(&mut self, start: Element) -> Result<Element, Fault> {
        let is_item = |key: &str| self.vocabulary.items.contains(&key);
        let within_item = is_item(&start.key);
        let is_text = self.vocabulary.texts.contains(&start.key.as_str());
        let mut bytes = 0;
        let mut over = None;
        let mut stack = vec![start];
        if stack.first().is_some_and(|element| element.is_empty()) {
            return Ok(stack.pop().unwrap_or_default());
        }
        while !stack.is_empty() {
            let event = match self.next() {
                Err(Fault::Passed(reason)) => return Err(Fault::Passed(reason)),
                other => other?,
            };
            match event {
                Event::Start(element) => {
                    let is_slip = element.is_empty() && element.attributes.is_empty();
                    let begins = is_item(&element.key) && !is_slip && !is_content(&stack);
                    let ends = |open| stack.len() == open && self.ends_text(&stack, &element.key);
                    if begins || is_text && ends(1) {
                        self.put_back(Event::Start(element));
                        break;
                    }
                    if within_item && ends(2) {
                        close(&mut stack, 1);
                    }
                    let size = |(name, value): &(String, String)| name.len() + value.len();
                    bytes += element.key.len() + element.attributes.iter().map(size).sum::<usize>();
                    if stack.len() as u64 >= self.limits.nesting {
                        over.get_or_insert(("nesting", self.limits.nesting));
                    }
                    if over.is_none() {
                        if element.is_empty() || is_void(&element.key) {
                            add(&mut stack, Node::Element(element));
                        } else {
                            stack.push(element);
                        }
                    }
                }
                Event::Text(text) => {
                    bytes += text.len();
                    if over.is_none() {
                        add(&mut stack, Node::Text(text));
                    }
                }
                Event::End(key) => match stack.iter().rposition(|open| open.key == key) {
                    Some(0) => break,
                    // What was passed over may have elements of this name.
                    Some(_) if over.is_some() => {}
                    Some(at) => close(&mut stack, at),
                    None if self.vocabulary.around.contains(&key.as_str())
                        || !within_item && is_item(&key) =>
                    {
                        self.put_back(Event::End(key));
                        break;
                    }
                    None => {}
                },
                Event::Done => return Err(Fault::Ended(cut(&name_of(&stack)))),
            }
            if bytes as u64 > self.limits.article && over.is_none() {
                over = Some(("article", self.limits.article));
                stack.truncate(1);
                stack.iter_mut().for_each(|element| element.children.clear());
            }
        }
        if let Some((limit, allowed)) = over {
            return Err(self.over(limit, allowed));
        }
        close(&mut stack, 1);
        Ok(stack.pop().unwrap_or_default())
    }

    /// Whether the start tag of an element says that the end tag of the one before is missing.
    fn ends_text(&self, stack: &[Element], key: &str) -> bool {
        let texts = self.vocabulary.texts;
        let other = key.contains(':') && !WITHIN.iter().any(|prefix| key.starts_with(prefix));
        (other || texts.contains(&key))
            && stack.last().is_some_and(|open| texts.contains(&open.key.as_str()))
    }
}

enum Token {
    Start,
    End,
    Text,
    CData,
    Reference,
    DocType,
    Eof,
    /// Something that has no end.
    Broken,
    Failed(String),
}

impl Vocabulary {
    fn prefix(&self, uri: &str) -> Option<&'static str> {
        let uri = uri.trim().trim_end_matches(['/', '#']).to_ascii_lowercase();
        self.namespaces.iter().find(|(known, _)| *known == uri).map(|(_, prefix)| *prefix)
    }
}

fn reader(source: Source) -> Reader<Source> {
    let mut reader = Reader::from_reader(source);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    reader
}

fn join(prefix: &str, local: &str) -> String {
    if prefix.is_empty() { local.to_owned() } else { format!("{prefix}:{local}") }
}

fn cut(within: &str) -> Reason {
    Reason::Malformed(format!("the document ends within {within}"))
}

fn name_of(stack: &[Element]) -> String {
    stack.first().map_or_else(String::new, |element| format!("<{}>", element.name))
}

/// Whether the innermost element is one of markup, where any name may stand.
fn is_content(stack: &[Element]) -> bool {
    stack.iter().any(|element| element.key.starts_with("xhtml:"))
}

/// Adds to the innermost element.
fn add(stack: &mut [Element], node: Node) {
    let Some(element) = stack.last_mut() else { return };
    match (element.children.last_mut(), node) {
        (Some(Node::Text(before)), Node::Text(text)) => before.push_str(&text),
        (_, node) => element.children.push(node),
    }
}

/// Closes all elements from a depth on.
fn close(stack: &mut Vec<Element>, depth: usize) {
    while stack.len() > depth.max(1) {
        if let Some(element) = stack.pop() {
            add(stack, Node::Element(element));
        }
    }
}

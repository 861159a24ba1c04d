//! IPTC NewsML-G2 and NITF: news items in XML, as agencies send them.
//!
//! An input is a news item, a news message that carries several, or a bare NITF document. What
//! an item says is put into the words of ninjs 3.1, its sister standard, and read from there: a
//! code such as `medtop:20000350` is a subject's scheme and code, and what the model has no field
//! for (rights, slug line, editorial note, genre, signals …) stands in the attribute `ninjs`.
//!
//! Only text news items are articles. Packages, concepts, knowledge, planning and catalogues,
//! and news items of other classes, are refused, each by its name.

mod item;
mod nitf;

use super::xml::{Element, Event, Fault, Vocabulary, Xml};
use super::{Item, ReadOptions, ninjs};
use crate::formats::words::one_line;
use crate::model::{NewArticle, Place, Reason, Rejected};
use std::io::Read;

const VOCABULARY: Vocabulary = Vocabulary {
    namespaces: &[
        ("http://iptc.org/std/nar/2006-10-01", ""),
        ("http://iptc.org/std/nitf/2006-10-18", ""),
        ("http://www.w3.org/1999/xhtml", ""),
    ],
    items: &[
        "newsitem",
        "packageitem",
        "conceptitem",
        "knowledgeitem",
        "planningitem",
        "catalogitem",
    ],
    texts: &[],
    around: &["newsmessage", "itemset"],
};

/// The articles of an input.
pub(super) struct Newsml {
    xml: Xml,
    name: String,
    source: Option<String>,
    /// Elements of a message that are open.
    open: Vec<String>,
    /// Whether anything was told of the input yet.
    begun: bool,
    ended: bool,
}

impl Newsml {
    pub(super) fn new(
        input: impl Read + Send + 'static,
        name: String,
        options: &ReadOptions,
    ) -> Self {
        Self {
            xml: Xml::new(input, &VOCABULARY, options.limits),
            name,
            source: options.source.clone(),
            open: Vec::new(),
            begun: false,
            ended: false,
        }
    }

    /// What an element is to a reader of news; `None` for what only stands around items.
    fn item(&mut self, start: Element) -> Result<Option<NewArticle>, Fault> {
        let key = start.key.clone();
        let is_item = VOCABULARY.items.contains(&key.as_str()) || key == "nitf";
        if !is_item && self.open.is_empty() {
            let reason = match key.as_str() {
                "newsml" => "NewsML 1 is not read, NewsML-G2 is".to_owned(),
                _ => format!("<{}> is no news item, and no message of news items", start.name),
            };
            return Err(Fault::Ended(Reason::Malformed(reason)));
        }
        let element = self.xml.element(start)?;
        let translated = match key.as_str() {
            "newsitem" => item::translate(&element),
            "nitf" => Ok(nitf::translate(&element)),
            _ if is_item => Err(format!("a {} is not a text article", element.name)),
            // The header of a message.
            _ => return Ok(None),
        };
        let item = translated.map_err(|reason| Fault::Passed(Reason::Malformed(reason)))?;
        let mut article =
            ninjs::from_item(item.ninjs, item.source.as_deref().or(self.source.as_deref()));
        article.source_name = item.source_name;
        Ok(Some(article))
    }

    fn refuse(&self, line: u64, reason: Reason) -> Item {
        Err(Rejected { place: Place::line(&self.name, line), reason })
    }
}

impl Iterator for Newsml {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while !self.ended {
            let event = self.xml.next();
            let line = self.xml.line();
            let found = match event {
                Ok(Event::Start(start)) if VOCABULARY.around.contains(&start.key.as_str()) => {
                    self.open.push(start.key);
                    continue;
                }
                Ok(Event::Start(start)) => self.item(start),
                Ok(Event::End(key)) => {
                    if let Some(at) = self.open.iter().rposition(|open| *open == key) {
                        self.open.truncate(at);
                    }
                    continue;
                }
                Ok(Event::Text(_)) => continue,
                Ok(Event::Done) => {
                    self.ended = true;
                    let reason = match self.open.last() {
                        Some(key) => format!("the document ends within <{key}>"),
                        None if !self.begun => "no news item".to_owned(),
                        None => return None,
                    };
                    return Some(self.refuse(line, Reason::Malformed(reason)));
                }
                Err(fault) => Err(fault),
            };
            self.begun = true;
            match found {
                Ok(None) => {}
                Ok(Some(article)) => {
                    return Some(Ok(NewArticle {
                        place: Place::line(&self.name, line),
                        ..article
                    }));
                }
                Err(Fault::Passed(reason)) => return Some(self.refuse(line, reason)),
                Err(Fault::Ended(reason)) => {
                    // Where the input ends, not where the item began.
                    self.ended = true;
                    return Some(self.refuse(self.xml.line(), reason));
                }
            }
        }
        None
    }
}

/// An item in the words of ninjs 3.1, and who sends it.
struct Translated {
    ninjs: serde_json::Map<String, serde_json::Value>,
    source: Option<String>,
    source_name: Option<String>,
}

/// The first element of a name among those within.
fn child<'a>(element: &'a Element, key: &'a str) -> Option<&'a Element> {
    children(element, key).next()
}

fn children<'a>(element: &'a Element, key: &'a str) -> impl Iterator<Item = &'a Element> {
    element.elements().filter(move |child| child.key == key)
}

/// The first element at a path of names.
fn at<'a>(element: &'a Element, path: &[&'a str]) -> Option<&'a Element> {
    path.iter().try_fold(element, |element, key| child(element, key))
}

/// The text within on one line, unless it is blank: documents are indented.
fn line(element: &Element) -> Option<String> {
    let text = one_line(&element.text());
    (!text.is_empty()).then_some(text)
}

/// The text of the first element of a name.
fn line_of(element: &Element, key: &str) -> Option<String> {
    children(element, key).find_map(line)
}

//! OPML: lists of feeds, in folders (<http://opml.org/spec2.opml>).

use super::xml::{Element, Event, Fault, Vocabulary, Xml};
use crate::model::{Feed, Limits, Place, Reason, Rejected};
use std::io::Read;

const VOCABULARY: Vocabulary =
    Vocabulary { namespaces: &[], items: &["outline"], texts: &[], around: &["opml", "body"] };

/// The feeds of a list, in its order. A damaged list gives what can be read and says what cannot.
///
/// ```
/// use newsdb::formats::read_opml;
/// let list = r#"<opml version="2.0"><body><outline text="News">
///     <outline type="rss" text="Baltic Post" xmlUrl="https://baltic-post.example/rss"/>
///     </outline></body></opml>"#;
/// let feeds: Vec<_> = read_opml(list.as_bytes(), "list", &Default::default()).collect::<Result<_, _>>()?;
/// assert_eq!(feeds[0].url, "https://baltic-post.example/rss");
/// assert_eq!(feeds[0].folder.as_deref(), Some("News"));
/// # Ok::<(), newsdb::Rejected>(())
/// ```
pub fn read_opml(
    input: impl Read + Send + 'static,
    name: &str,
    limits: &Limits,
) -> impl Iterator<Item = Result<Feed, Rejected>> {
    Opml {
        xml: Xml::new(input, &VOCABULARY, *limits),
        name: name.to_owned(),
        nesting: usize::try_from(limits.nesting).unwrap_or(usize::MAX),
        folders: Vec::new(),
        passed: 0,
        is_opml: false,
        ended: false,
    }
}

struct Opml {
    xml: Xml,
    name: String,
    nesting: usize,
    /// The outlines that are open; those of feeds have no name.
    folders: Vec<Option<String>>,
    /// Outlines that are open and too deep.
    passed: usize,
    is_opml: bool,
    ended: bool,
}

impl Opml {
    fn rejected(&self, reason: Reason) -> Rejected {
        Rejected { place: Place::line(&self.name, self.xml.line()), reason }
    }

    fn feed(&self, outline: &Element) -> Option<Feed> {
        let says = |name: &str| outline.attribute(name).map(str::to_owned);
        let folders: Vec<_> = self.folders.iter().flatten().map(String::as_str).collect();
        // Lists without folders may name one as a category.
        let category = || {
            let first = outline.attribute("category")?.split(',').next()?;
            Some(first.trim().trim_matches('/').to_owned())
        };
        let folder = if folders.is_empty() { category() } else { Some(folders.join("/")) };
        Some(Feed {
            url: says("xmlurl")?,
            title: says("title").or_else(|| says("text")),
            site: says("htmlurl"),
            language: says("language"),
            folder: folder.filter(|folder| !folder.is_empty()),
            ..Feed::default()
        })
    }

    /// An outline: a feed, a folder, or one within too many.
    fn outline(&mut self, outline: &Element) -> Option<Result<Feed, Rejected>> {
        let feed = self.feed(outline);
        if outline.is_empty() {
            return feed.map(Ok);
        }
        if self.passed > 0 || self.folders.len() >= self.nesting {
            self.passed += 1;
            let reason = Reason::OverLimit { limit: "nesting", allowed: self.nesting as u64 };
            return (self.passed == 1).then(|| Err(self.rejected(reason)));
        }
        let name = outline.attribute("text").or_else(|| outline.attribute("title"));
        self.folders.push(name.map(str::to_owned).filter(|_| feed.is_none()));
        feed.map(Ok)
    }
}

impl Iterator for Opml {
    type Item = Result<Feed, Rejected>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.xml.next() {
                Ok(Event::Start(element)) if element.key == "outline" => {
                    self.is_opml = true;
                    if let Some(item) = self.outline(&element) {
                        return Some(item);
                    }
                }
                Ok(Event::Start(element)) => self.is_opml |= element.key == "opml",
                Ok(Event::End(key)) if key == "outline" => {
                    if self.passed > 0 {
                        self.passed -= 1;
                    } else {
                        self.folders.pop();
                    }
                }
                Ok(Event::End(_) | Event::Text(_)) => {}
                Ok(Event::Done) => {
                    self.ended = true;
                    let reason = match (self.is_opml, self.folders.is_empty()) {
                        (false, _) => "not OPML: no outline",
                        (true, false) => "the document ends within <outline>",
                        (true, true) => return None,
                    };
                    return Some(Err(self.rejected(Reason::Malformed(reason.to_owned()))));
                }
                Err(Fault::Passed(reason)) => return Some(Err(self.rejected(reason))),
                Err(Fault::Ended(reason)) => {
                    self.ended = true;
                    return Some(Err(self.rejected(reason)));
                }
            }
        }
        None
    }
}

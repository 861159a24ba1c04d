//! RSS and Atom: a document of elements around items.

use super::{Piece, Pieces, Scope, channel, item, names};
use crate::formats::ReadOptions;
use crate::formats::xml::{Element, Event, Fault, Xml};
use crate::model::{Channel, Place, Reason, Rejected};
use std::io::Read;
use url::Url;

/// What servers print above a feed: `<b>Warning</b>: … on line <b>7</b><br />`.
const PRINTED: &[&str] = &["b", "br", "div", "font", "i", "p", "pre", "strong"];

/// A feed may stand within another document (a page, an envelope of SOAP), below so many elements.
const ENVELOPE: usize = 8;

/// A feed in XML.
pub(super) struct XmlFeed {
    xml: Xml,
    name: String,
    channel: Channel,
    head: channel::Head,
    /// The elements around what is read: their keys, and what is inherited within.
    open: Vec<(String, Scope)>,
    outside: Scope,
    /// The base that the feed gave by its addresses.
    told: Option<Url>,
    nesting: usize,
    /// Whether an element of a feed was seen.
    is_feed: bool,
    /// How many elements were seen before it that are of no feed, and the name of the first.
    envelope: usize,
    root: String,
    /// Whether what is said of the feed stands below items.
    is_turned: bool,
    ended: bool,
}

impl XmlFeed {
    pub(super) fn new(
        input: impl Read + Send + 'static,
        name: String,
        options: &ReadOptions,
    ) -> Self {
        let base = options.url.as_deref().and_then(|url| Url::parse(url).ok());
        Self {
            xml: Xml::new(input, &names::VOCABULARY, options.limits),
            name,
            channel: Channel::default(),
            head: channel::Head::default(),
            open: Vec::new(),
            outside: Scope { base, ..Scope::default() },
            told: None,
            nesting: usize::try_from(options.limits.nesting).unwrap_or(usize::MAX),
            is_feed: false,
            envelope: 0,
            root: String::new(),
            is_turned: false,
            ended: false,
        }
    }

    fn scope(&self) -> &Scope {
        self.open.last().map_or(&self.outside, |(_, scope)| scope)
    }

    fn rejected(&self, line: u64, reason: Reason) -> Piece {
        Piece::Rejected(Rejected { place: Place::line(&self.name, line), reason })
    }

    /// Whether what is read stands in another document, in which a feed may yet come.
    fn is_within_other(&self) -> bool {
        self.envelope > 0 && !self.is_feed
    }

    fn no_feed(&self) -> Reason {
        Reason::Malformed(match self.root.as_str() {
            "" => "not a feed: no element of RSS or Atom".to_owned(),
            root => format!("not a feed: the document is <{root}>"),
        })
    }

    /// Enters an element that stands around items.
    fn enter(&mut self, element: &Element) {
        self.is_feed = true;
        let mut scope = self.scope().enter(element).into_owned();
        scope.atom |= matches!(element.key.as_str(), "feed" | "atom:feed");
        if self.channel.language.is_none() {
            self.channel.language = scope.language.clone().filter(|tag| !tag.is_empty());
        }
        // CDF says these as attributes.
        if let Some(href) = element.attribute("href") {
            self.channel.site = item::url_of(href, &scope);
        }
        if self.open.len() < self.nesting {
            self.open.push((element.key.clone(), scope));
        }
    }

    fn leave(&mut self, key: &str) {
        if let Some(at) = self.open.iter().rposition(|(open, _)| open == key) {
            self.open.truncate(at);
        }
    }

    /// Takes what an element says of the feed.
    fn describe(&mut self, element: &Element) {
        // In RSS 1.0, pictures and forms stand beside the channel.
        if self.open.last().is_some_and(|(key, _)| key == "rdf:rdf") {
            return;
        }
        let scope = self.scope().clone();
        channel::take(&mut self.channel, &mut self.head, element, &scope);
        // Links of items are read against the site, or the feed's own address, where nothing
        // else is said.
        let told = self.channel.site.as_deref().or(self.channel.url.as_deref());
        let told = told.and_then(|told| Url::parse(told).ok());
        if let (Some(told), Some((_, scope))) = (told, self.open.last_mut())
            && !told.cannot_be_a_base()
            && (scope.base.is_none()
                || scope.base == self.told
                || (!scope.atom && scope.base == self.outside.base))
        {
            scope.base = Some(told.clone());
            self.told = Some(told);
        }
    }
}

/// Whether an element is an item, be its vocabulary known or not.
fn is_item(key: &str) -> bool {
    let local = key.rsplit_once(':').map_or(key, |(_, local)| local);
    names::VOCABULARY.items.contains(&local)
}

impl Pieces for XmlFeed {
    fn channel(&self) -> &Channel {
        &self.channel
    }

    fn is_settled(&self) -> bool {
        self.channel.title.is_some() && !self.is_turned
    }

    fn next(&mut self) -> Option<Piece> {
        while !self.ended {
            let event = self.xml.next();
            let line = self.xml.line();
            let element = match event {
                Ok(Event::Start(element)) => element,
                Ok(Event::End(key)) if is_item(&key) && !self.is_within_other() => {
                    let reason = format!("</{key}> ends what did not begin");
                    return Some(self.rejected(line, Reason::Malformed(reason)));
                }
                Ok(Event::End(key)) => {
                    self.leave(&key);
                    continue;
                }
                Ok(Event::Text(_)) => continue,
                Ok(Event::Done) => {
                    self.ended = true;
                    let reason = match self.open.last() {
                        _ if !self.is_feed => self.no_feed(),
                        Some((key, _)) => {
                            Reason::Malformed(format!("the document ends within <{key}>"))
                        }
                        None => return None,
                    };
                    return Some(self.rejected(line, reason));
                }
                Err(Fault::Passed(reason)) => return Some(self.rejected(line, reason)),
                Err(Fault::Ended(reason)) => {
                    self.ended = true;
                    return Some(self.rejected(line, reason));
                }
            };
            let key = element.key.as_str();
            let is_within = self.is_within_other();
            if names::VOCABULARY.around.contains(&key)
                && (!is_within || matches!(key, "rss" | "atom:feed"))
            {
                self.enter(&element);
                continue;
            }
            let is_item = is_item(&element.key);
            if !self.is_feed && PRINTED.contains(&element.key.as_str()) {
                continue;
            }
            if is_within || !self.is_feed && !is_item {
                self.envelope += 1;
                if self.root.is_empty() {
                    self.root = element.name;
                }
                if self.envelope <= ENVELOPE {
                    continue;
                }
                self.ended = true;
                return Some(self.rejected(line, self.no_feed()));
            }
            match self.xml.element(element) {
                Ok(element) if is_item => {
                    self.is_feed = true;
                    self.is_turned |= self.channel.title.is_none();
                    let mut article = item::article(&element, self.scope());
                    article.place = Place::line(&self.name, line);
                    return Some(Piece::Item(Box::new(article)));
                }
                Ok(element) => {
                    self.describe(&element);
                    return Some(Piece::Channel);
                }
                Err(Fault::Passed(reason)) => return Some(self.rejected(line, reason)),
                Err(Fault::Ended(reason)) => {
                    self.ended = true;
                    return Some(self.rejected(line, reason));
                }
            }
        }
        None
    }
}

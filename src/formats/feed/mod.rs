//! Feeds: RSS 0.9 to 2.0, Atom 0.3 and 1.0, CDF and JSON Feed, and what has grown around them
//! (Dublin Core, `content:encoded`, Media RSS, podcasts, Atom elements in RSS).
//!
//! What the fields of an article come from stands in tables, in `item` and `json`. Besides:
//!
//! - An `id` is never made up. Without a link, the page is where a permanent `guid` or
//!   `rdf:about` says.
//! - A description is the summary. Where it is the only text and longer than 1,000 characters,
//!   it is the article itself, and so the body too.
//! - Atom tells the date of the last change and not always that of publication: then the one
//!   stands for the other. No date is taken from the feed for its items.
//! - The source is the host of the feed's site (of the item's `source` where it comes from
//!   another feed), `www.` cut, unless the caller names one.

#[cfg(feature = "xml")]
mod channel;
#[cfg(feature = "xml")]
mod construct;
#[cfg(feature = "xml")]
mod item;
mod json;
#[cfg(feature = "xml")]
mod media;
#[cfg(feature = "xml")]
mod names;
mod people;
mod text;
#[cfg(feature = "xml")]
mod xml;

#[cfg(not(feature = "xml"))]
use super::refused;
use super::{BOM, Channels, Item, Items, ReadOptions, host, unique};
#[cfg(not(feature = "xml"))]
use crate::model::Reason;
use crate::model::{Channel, Enclosure, Image, NewArticle, weight};
#[cfg(feature = "xml")]
use std::borrow::Cow;
use std::collections::VecDeque;
use text::{Text, picture};
use url::Url;

/// A description of so many characters is no description but the text.
const LONG: usize = 1_000;

/// Items wait for what a feed says of itself below them, so many at most, and no more than hold
/// [`weight::MOST`] bytes.
const WAITING: usize = 1_000;

/// What an input holds, in its order.
enum Piece {
    /// More is known of the feed.
    Channel,
    Item(Box<NewArticle>),
    Rejected(crate::model::Rejected),
}

/// A format of feeds: what it has read of the feed so far, and the next piece.
trait Pieces {
    fn channel(&self) -> &Channel;
    /// Whether what is to be known of the feed stands above its items, and was read.
    fn is_settled(&self) -> bool;
    fn next(&mut self) -> Option<Piece>;
}

/// The items of a feed.
struct Feed<P> {
    pieces: P,
    waiting: VecDeque<Item>,
    /// Bytes that these hold.
    held: usize,
    ended: bool,
    options: ReadOptions,
    channels: Channels,
}

/// Reads a feed; `head` is what it begins with.
pub(super) fn read(
    head: &[u8],
    input: impl std::io::Read + Send + 'static,
    name: String,
    options: &ReadOptions,
    channels: &Channels,
) -> Items {
    let head = head.strip_prefix(BOM).unwrap_or(head).trim_ascii_start();
    if matches!(head.first(), Some(b'{' | b'[')) {
        return Box::new(Feed::new(json::JsonFeed::new(input, name, options), options, channels));
    }
    #[cfg(feature = "xml")]
    return Box::new(Feed::new(xml::XmlFeed::new(input, name, options), options, channels));
    #[cfg(not(feature = "xml"))]
    refused(name, Reason::Malformed("RSS and Atom are read with the feature `xml`".to_owned()))
}

impl<P: Pieces> Feed<P> {
    fn new(pieces: P, options: &ReadOptions, channels: &Channels) -> Self {
        channels.set(&Channel::default());
        Self {
            pieces,
            waiting: VecDeque::new(),
            held: 0,
            ended: false,
            options: options.clone(),
            channels: channels.clone(),
        }
    }

    /// Whether items need not wait for more to be said of the feed.
    fn is_settled(&self) -> bool {
        let enough = self.waiting.len() >= WAITING || self.held >= weight::MOST;
        self.ended || enough || self.pieces.is_settled()
    }

    /// Adds to an item what it takes from its feed.
    fn complete(&self, mut article: NewArticle) -> NewArticle {
        let channel = self.pieces.channel();
        if article.authors.is_empty() {
            article.authors.clone_from(&channel.authors);
        }
        // Said to be of no language: then not of the feed's.
        let language = article.language.or_else(|| channel.language.clone());
        article.language = language.filter(|tag| !tag.is_empty());
        let address = self.options.url.clone().or_else(|| channel.url.clone());
        let base = channel.site.as_ref().or(address.as_ref());
        let base = base.and_then(|base| Url::parse(base).ok());
        let enclosures = article.enclosures.iter_mut().map(|enclosure| &mut enclosure.url);
        let images = article.images.iter_mut().map(|image| &mut image.url);
        for url in article.url.iter_mut().chain(images).chain(enclosures) {
            if !url.contains("://") {
                *url = text::address(url, base.as_ref()).unwrap_or_default();
            }
        }
        article.feed = self.options.feed.clone().or_else(|| address.clone());
        // An item that came from another feed names its own publisher.
        let from = article.source_url.as_deref().and_then(source_of);
        let foreign = from.or_else(|| article.source_name.clone());
        if foreign.is_none() {
            article.source_name = channel.title.clone();
            article.source_url = channel.site.clone();
        }
        if self.options.source.is_none() {
            let own = || channel.site.as_deref().and_then(source_of);
            article.source =
                foreign.or_else(own).or_else(|| address.as_deref().and_then(source_of));
        }
        article
    }
}

impl<P: Pieces> Iterator for Feed<P> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while self.waiting.is_empty() || !self.is_settled() {
            match self.pieces.next() {
                Some(Piece::Channel) => {}
                Some(Piece::Item(article)) => {
                    self.held += article.weight();
                    self.waiting.push_back(Ok(*article));
                }
                Some(Piece::Rejected(rejected)) => self.waiting.push_back(Err(rejected)),
                None if self.ended => break,
                None => self.ended = true,
            }
            self.channels.set(self.pieces.channel());
        }
        let item = self.waiting.pop_front()?;
        self.held -= item.as_ref().map_or(0, NewArticle::weight);
        Some(item.map(|article| self.complete(article)))
    }
}

/// Sorts what is said into summary and body: where there are two texts, the first introduces
/// the second. One that is as long as an article is both.
fn texts(article: &mut NewArticle, summary: Option<Text>, content: Option<Text>) {
    let body = match (&content, &summary) {
        (Some(content), _) => Some(content.clone()),
        (None, Some(summary)) if summary.plain.chars().nth(LONG).is_some() => Some(summary.clone()),
        _ => None,
    };
    // A picture in the text is the article's where no other is named.
    if article.images.is_empty() {
        let texts = [&body, &summary].into_iter().flatten();
        article.images.extend(texts.filter_map(|text| picture(text.html.as_deref()?)).next());
    }
    article.summary = summary.map(|text| text.plain).filter(|text| !text.is_empty());
    if let Some(body) = body {
        article.body_html = body.html;
        article.body = Some(body.plain).filter(|text| !text.is_empty());
    }
}

/// Endings of the names of pictures.
const PICTURES: &[&str] = &[".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"];

/// Adds the files of an item that are pictures to its pictures: by their type, else by their name.
fn picture_files(article: &mut NewArticle) {
    let is_picture = |file: &&Enclosure| match &file.media_type {
        Some(kind) => kind.to_ascii_lowercase().starts_with("image/"),
        None => {
            let path = file.url.split(['?', '#']).next().unwrap_or("").to_ascii_lowercase();
            PICTURES.iter().any(|ending| path.ends_with(ending))
        }
    };
    let pictures = article.enclosures.iter().filter(is_picture);
    let pictures = pictures.map(|file| Image { url: file.url.clone(), ..Image::default() });
    article.images.extend(pictures);
    unique(&mut article.images, |image| image.url.clone());
}

/// The key of a source by its page.
fn source_of(url: &str) -> Option<String> {
    host(url).map(str::to_ascii_lowercase)
}

/// What elements inherit from those around them.
#[cfg(feature = "xml")]
#[derive(Debug, Clone, Default)]
struct Scope {
    /// Against which relative addresses are read (`xml:base`).
    base: Option<Url>,
    /// `xml:lang`; empty where it takes the language away.
    language: Option<String>,
    /// Whether the rules of Atom hold.
    atom: bool,
}

#[cfg(feature = "xml")]
impl Scope {
    /// Within an element; most say nothing of their own.
    fn enter(&self, element: &super::xml::Element) -> Cow<'_, Self> {
        let language = element.attributes.iter().find(|(name, _)| name == "xml:lang");
        let given = element.attribute("xml:base");
        if language.is_none() && given.is_none() {
            return Cow::Borrowed(self);
        }
        let mut scope = self.clone();
        if let Some(given) = given {
            let joined = match &scope.base {
                Some(base) => base.join(given),
                None => Url::parse(given),
            };
            scope.base = joined.ok().filter(|url| !url.cannot_be_a_base()).or(scope.base);
        }
        if let Some((_, tag)) = language {
            scope.language = Some(tag.trim().to_owned());
        }
        Cow::Owned(scope)
    }
}

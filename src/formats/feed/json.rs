//! JSON Feed 1.0 and 1.1 (<https://www.jsonfeed.org/version/1.1/>).
//!
//! The document is cut into the values of its object and the items of its list, which are then
//! parsed one by one: memory does not grow with the number of items, and a damaged one costs
//! no other.

use super::people::{name_of, several};
use super::text::{Text, address};
use super::{Piece, Pieces, picture_files, texts};
use crate::formats::dates;
use crate::formats::encoding::to_utf8;
use crate::formats::{BOM, ReadOptions, unique};
use crate::model::{
    Channel, Enclosure, Image, Limits, NewArticle, Place, Reason, Rejected, Subject,
};
use serde_json::{Map, Value};
use std::io::{BufRead, BufReader, Read};
use url::Url;

type Object = Map<String, Value>;

/// A feed in JSON.
pub(super) struct JsonFeed {
    input: Box<dyn BufRead + Send>,
    name: String,
    line: u64,
    limits: Limits,
    base: Option<Url>,
    channel: Channel,
    /// Whether it has a list of items, be it empty.
    has_items: bool,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    /// Between the members of the feed's object.
    Members,
    /// Between the items.
    Items,
    Ended,
}

/// Why a value cannot be had.
enum Fault {
    Cut,
    TooLong,
    Unreadable(std::io::Error),
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Unreadable(error)
    }
}

impl JsonFeed {
    pub(super) fn new(
        input: impl Read + Send + 'static,
        name: String,
        options: &ReadOptions,
    ) -> Self {
        Self {
            input: Box::new(BufReader::with_capacity(1 << 16, input)),
            name,
            line: 1,
            limits: options.limits,
            base: options.url.as_deref().and_then(|url| Url::parse(url).ok()),
            channel: Channel::default(),
            has_items: false,
            state: State::Start,
        }
    }

    fn rejected(&self, line: u64, reason: Reason) -> Piece {
        Piece::Rejected(Rejected { place: Place::line(&self.name, line), reason })
    }

    /// The next byte, not taken yet.
    fn peek(&mut self) -> Result<Option<u8>, Fault> {
        Ok(self.input.fill_buf()?.first().copied())
    }

    fn take(&mut self, byte: u8) {
        self.line += u64::from(byte == b'\n');
        self.input.consume(1);
    }

    /// The next byte that stands at the beginning of something.
    fn skip(&mut self) -> Result<u8, Fault> {
        loop {
            match self.peek()? {
                None => return Err(Fault::Cut),
                Some(byte) if byte.is_ascii_whitespace() || matches!(byte, b',' | b':') => {
                    self.take(byte);
                }
                Some(byte) => return Ok(byte),
            }
        }
    }

    /// The bytes of one value.
    fn value(&mut self) -> Result<Vec<u8>, Fault> {
        let (mut value, mut depth, mut quoted, mut escaped) = (Vec::new(), 0_u64, false, false);
        let mut too_long = false;
        loop {
            let Some(byte) = self.peek()? else { return Err(Fault::Cut) };
            if depth == 0 && !quoted && matches!(byte, b',' | b'}' | b']') {
                break;
            }
            self.take(byte);
            too_long |= value.len() as u64 >= self.limits.article;
            if !too_long {
                value.push(byte);
            }
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && !quoted && matches!(byte, b'"' | b'}' | b']') {
                break;
            }
        }
        if too_long { Err(Fault::TooLong) } else { Ok(value) }
    }

    fn parse<T: serde::de::DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, Reason> {
        let read = serde_json::from_slice(bytes);
        let read = read.or_else(|error| serde_json::from_str(&mended(bytes)).map_err(|_| error));
        read.map_err(|error| {
            let message = error.to_string();
            if message.starts_with("recursion limit") {
                Reason::OverLimit { limit: "nesting", allowed: self.limits.nesting.min(128) }
            } else {
                Reason::Malformed(message)
            }
        })
    }

    fn fault(&mut self, fault: Fault) -> Piece {
        let reason = match fault {
            Fault::TooLong => Reason::OverLimit { limit: "article", allowed: self.limits.article },
            Fault::Cut => {
                self.state = State::Ended;
                Reason::Malformed("the document ends within the feed".to_owned())
            }
            Fault::Unreadable(error) => {
                self.state = State::Ended;
                Reason::from(&error)
            }
        };
        self.rejected(self.line, reason)
    }

    fn step(&mut self) -> Result<Piece, Fault> {
        match self.state {
            State::Start => {
                for byte in BOM {
                    if self.peek()? == Some(*byte) {
                        self.take(*byte);
                    }
                }
                let first = self.skip()?;
                self.take(first);
                if first == b'{' {
                    self.state = State::Members;
                    return Ok(Piece::Channel);
                }
                self.state = State::Ended;
                let reason = "not a feed: no JSON object".to_owned();
                Ok(self.rejected(self.line, Reason::Malformed(reason)))
            }
            State::Members => self.member(),
            State::Items | State::Ended => self.item(),
        }
    }

    /// One member of the feed's object.
    fn member(&mut self) -> Result<Piece, Fault> {
        let byte = self.skip()?;
        if byte != b'"' {
            self.take(byte);
            if byte == b'}' {
                self.state = State::Ended;
                if !self.has_items {
                    let reason = "not a feed: no list of items".to_owned();
                    return Ok(self.rejected(self.line, Reason::Malformed(reason)));
                }
            }
            return Ok(Piece::Channel);
        }
        let line = self.line;
        let name = self.value()?;
        let name: String = match self.parse(&name) {
            Ok(name) => name,
            Err(reason) => return Ok(self.rejected(line, reason)),
        };
        self.has_items |= name == "items";
        if self.skip()? == b'[' && name == "items" {
            self.take(b'[');
            self.state = State::Items;
            return Ok(Piece::Channel);
        }
        let value = self.value()?;
        match self.parse::<Value>(&value) {
            Ok(value) if name == "items" && !value.is_null() => {
                let reason = "items: a list expected".to_owned();
                return Ok(self.rejected(line, Reason::Malformed(reason)));
            }
            Ok(value) => self.describe(&name, value),
            Err(reason) => return Ok(self.rejected(line, reason)),
        }
        Ok(Piece::Channel)
    }

    /// One item of the list.
    fn item(&mut self) -> Result<Piece, Fault> {
        if self.skip()? == b']' {
            self.take(b']');
            self.state = State::Members;
            return Ok(Piece::Channel);
        }
        let line = self.line;
        let value = self.value()?;
        if value.is_empty() {
            // A bracket that closes nothing.
            let byte = self.skip()?;
            self.take(byte);
            return Ok(Piece::Channel);
        }
        Ok(match self.parse::<Object>(&value) {
            Ok(object) => {
                let mut article = article(object, self.base.as_ref());
                article.place = Place::line(&self.name, line);
                Piece::Item(Box::new(article))
            }
            Err(reason) => self.rejected(line, reason),
        })
    }

    /// Takes what a member says of the feed.
    fn describe(&mut self, name: &str, value: Value) {
        let text = text_of(&value);
        let url = || address(text.as_deref()?, self.base.as_ref());
        let channel = &mut self.channel;
        match name {
            "title" => channel.title = text,
            "description" => channel.description = text,
            "language" => channel.language = text,
            "home_page_url" => channel.site = url(),
            "feed_url" => channel.url = url(),
            "icon" | "favicon" => {
                if let (None, Some(url)) = (&channel.image, url()) {
                    channel.image = Some(Image { url, ..Image::default() });
                }
            }
            "author" | "authors" if channel.authors.is_empty() => channel.authors = names(&value),
            "hubs" => {
                let hub = value.as_array().and_then(|hubs| hubs.first()?.get("url")?.as_str());
                channel.hub = hub.map(str::to_owned);
            }
            _ => {}
        }
        if self.base.is_none() && matches!(name, "home_page_url" | "feed_url") {
            let given = [self.channel.site.as_deref(), self.channel.url.as_deref()];
            self.base = given.into_iter().flatten().find_map(|url| Url::parse(url).ok());
            // One of them may be told from the other.
            let site = self.channel.site.take();
            self.channel.site = site.and_then(|site| address(&site, self.base.as_ref()));
        }
    }
}

impl Pieces for JsonFeed {
    fn channel(&self) -> &Channel {
        &self.channel
    }

    fn is_settled(&self) -> bool {
        let channel = &self.channel;
        self.state == State::Items && channel.title.is_some() && channel.site.is_some()
    }

    fn next(&mut self) -> Option<Piece> {
        if self.state == State::Ended {
            return None;
        }
        Some(self.step().unwrap_or_else(|fault| self.fault(fault)))
    }
}

/// JSON in UTF-8 without commas behind the last of a list or an object, and with control characters
/// in texts escaped.
fn mended(json: &[u8]) -> String {
    let json = to_utf8(json, Some("utf-8"));
    let (mut out, mut quoted, mut escaped) = (String::with_capacity(json.len()), false, false);
    for c in json.chars() {
        if !quoted && matches!(c, '}' | ']') {
            let end = out.trim_end().len();
            out.truncate(end - usize::from(out[..end].ends_with(',')));
        }
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        match c {
            '\0'..' ' if quoted => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// Text, or a number as text.
fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The names of one person or of many.
fn names(value: &Value) -> Vec<String> {
    let people = match value {
        Value::Array(people) => people.as_slice(),
        one => std::slice::from_ref(one),
    };
    let name = |person: &Value| {
        let named = person.get("name").and_then(text_of);
        named.or_else(|| text_of(person)).or_else(|| person.get("url").and_then(text_of))
    };
    let mut names: Vec<_> =
        people.iter().filter_map(|person| name_of(&name(person)?)).flat_map(several).collect();
    unique(&mut names, String::clone);
    names
}

/// An item as an article. What no field takes is kept under its own name.
fn article(mut item: Object, base: Option<&Url>) -> NewArticle {
    let mut take = |name: &str| item.remove(name).and_then(|value| text_of(&value));
    let (html, text) = (take("content_html"), take("content_text"));
    let id = take("id");
    let url = take("url");
    let external = url.is_none().then(|| take("external_url")).flatten();
    let page = || id.clone().filter(|id| id.starts_with("http://") || id.starts_with("https://"));
    let given = url.or(external).or_else(page);
    let images = ["image", "banner_image"].map(&mut take);
    let (published, modified) = (take("date_published"), take("date_modified"));
    let mut article = NewArticle {
        url: given.and_then(|url| address(&url, base)),
        headline: take("title").and_then(|title| Text::new(&title).line()),
        language: take("language"),
        ..NewArticle::default()
    };
    article.id = id;
    let content = match (html.map(|html| Text::html(&html, base)), text) {
        (Some(content), Some(text)) => Some(Text { plain: text, ..content }),
        (content, text) => content.or_else(|| text.map(|text| Text::new(&text))),
    };
    let summary = take("summary").map(|summary| Text::new(&summary));
    article.modified = modified.as_deref().and_then(dates::parse);
    article.published = published.as_deref().and_then(dates::parse).or(article.modified);
    if article.published.is_none() {
        article.published_raw = published.or(modified);
    }
    let urls = images.into_iter().flatten().filter_map(|given| address(&given, base));
    article.images.extend(urls.map(|url| Image { url, ..Image::default() }));
    for attachment in list(item.remove("attachments")) {
        article.enclosures.extend(enclosure(&attachment, base));
    }
    picture_files(&mut article);
    texts(&mut article, summary, content);
    for people in ["authors", "author"].into_iter().filter_map(|name| item.remove(name)) {
        if article.authors.is_empty() {
            article.authors = names(&people);
        }
    }
    let tags = match item.remove("tags") {
        // A list in one text.
        Some(Value::String(tags)) => tags.split(',').map(Value::from).collect(),
        tags => list(tags),
    };
    article.subjects.extend(tags.iter().filter_map(text_of).map(Subject::new));
    unique(&mut article.subjects, |subject| subject.code.clone());
    article.attributes = item;
    article.attributes.retain(|_, value| !value.is_null());
    article
}

fn list(value: Option<Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(items)) => items,
        Some(Value::Null) | None => Vec::new(),
        Some(one) => vec![one],
    }
}

fn enclosure(attachment: &Value, base: Option<&Url>) -> Option<Enclosure> {
    let text = |name: &str| attachment.get(name).and_then(text_of);
    let number = |name: &str| Some(text(name)?.parse::<f64>().ok()? as u64).filter(|n| *n > 0);
    Some(Enclosure {
        url: address(&text("url")?, base)?,
        media_type: text("mime_type"),
        length: number("size_in_bytes"),
        duration: number("duration_in_seconds"),
        title: text("title"),
    })
}

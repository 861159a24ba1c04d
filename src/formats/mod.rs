//! Readers: from bytes to articles or located rejections.
//!
//! There is one reader a format. Each is an iterator that streams: memory is bounded by
//! [`Limits`], whatever the length of the input. What cannot be read is yielded as a
//! [`Rejected`] with its place, and reading goes on with the next item.
//!
//! Compression (gzip, zstd, zip) and format are recognised by content, never by name.
//!
//! ```
//! use newsdb::formats::{self, ReadOptions};
//! let options = ReadOptions { source: Some("baltic-post".into()), ..Default::default() };
//! let text = "news-10062024-080000\n\nThe harbour bridge opened on Monday. It is blue.\n";
//! let article = formats::read(text.as_bytes(), "bridge.txt", None, &options).next().unwrap()?;
//! assert_eq!(article.headline.as_deref(), Some("The harbour bridge opened on Monday."));
//! assert_eq!(article.published.unwrap().to_string(), "2024-06-10T08:00:00Z");
//! # Ok::<(), newsdb::Rejected>(())
//! ```

pub(crate) mod byline;
mod csv;
pub mod dates;
mod encoding;
mod entities;
mod feed;
mod fields;
mod gdelt;
#[cfg(feature = "html")]
mod html;
mod jsonl;
mod lines;
#[cfg(feature = "mail")]
mod mail;
pub(crate) mod markup;
#[cfg(feature = "xml")]
mod newsml;
pub mod ninjs;
mod objects;
#[cfg(feature = "xml")]
mod opml;
mod recognise;
mod shapes;
#[cfg(feature = "xml")]
mod skos;
mod slug;
mod subjects;
mod text;
mod unpack;
#[cfg(feature = "warc")]
mod warc;
mod words;
#[cfg(feature = "xml")]
mod xml;
mod zip;

#[cfg(feature = "xml")]
pub use opml::read_opml;

use crate::model::{
    Channel, Date, Limits, NewArticle, ParseNameError, Place, Precision, Reason, Rejected,
};
use chrono::{DateTime, Utc};
pub use entities::{EntityItem, read_entities};
pub use fields::fields;
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::hash::Hash;
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
pub use subjects::{SubjectItem, read_subjects};

/// The formats that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Plain text: an id line `news-DDMMYYYY-HHMMSS`, a blank line, paragraphs.
    Text,
    /// JSON: an article an object, an object a line; or an array of them, or one alone.
    Jsonl,
    /// JSON Feed; RSS and Atom with the feature `xml`.
    Feed,
    /// IPTC ninjs: an object, an array of them, or an object a line. Each is held to the schema
    /// of the version, or of the one that it is in where none is given.
    Ninjs(Option<ninjs::Version>),
    /// CSV and other tables with a header: an article a row.
    Csv,
    /// NewsML-G2: a news item, or a message of several; or an NITF document. Feature `xml`.
    #[cfg(feature = "xml")]
    Newsml,
    /// HTML: one page, one article. Feature `html`.
    #[cfg(feature = "html")]
    Html,
    /// WARC: pages as a crawler fetched them. Feature `warc`.
    #[cfg(feature = "warc")]
    Warc,
    /// Messages and mailboxes: newsletters. Feature `mail`.
    #[cfg(feature = "mail")]
    Mail,
    /// GDELT's Global Knowledge Graph: an article a row.
    GdeltGkg,
    /// GDELT's events: an annotation of an article a row.
    GdeltEvents,
    /// GDELT's mentions of events: an annotation of an article a row.
    GdeltMentions,
}

impl Format {
    /// Every format, with the name that the command line gives it.
    const NAMES: &[(Self, &str)] = &[
        (Self::Text, "text"),
        (Self::Jsonl, "jsonl"),
        (Self::Feed, "feed"),
        (Self::Ninjs(None), "ninjs"),
        (Self::Csv, "csv"),
        #[cfg(feature = "xml")]
        (Self::Newsml, "newsml"),
        #[cfg(feature = "xml")]
        (Self::Newsml, "nitf"),
        #[cfg(feature = "html")]
        (Self::Html, "html"),
        #[cfg(feature = "warc")]
        (Self::Warc, "warc"),
        #[cfg(feature = "mail")]
        (Self::Mail, "mail"),
        (Self::GdeltGkg, "gdelt-gkg"),
        (Self::GdeltEvents, "gdelt-events"),
        (Self::GdeltMentions, "gdelt-mentions"),
    ];
}

impl std::str::FromStr for Format {
    type Err = ParseNameError;

    fn from_str(name: &str) -> Result<Self, ParseNameError> {
        if let Some(version) = name.strip_prefix("ninjs-") {
            return version.parse().map(|version| Self::Ninjs(Some(version)));
        }
        let found = Self::NAMES.iter().find(|(_, known)| *known == name);
        let names = Self::NAMES.iter().map(|(_, name)| *name);
        found.map(|(format, _)| *format).ok_or_else(|| ParseNameError::new(name, names))
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Self::Ninjs(Some(version)) = self {
            return f.pad(&format!("ninjs-{version}"));
        }
        let name = Self::NAMES.iter().find(|(format, _)| format == self);
        f.pad(name.map_or("", |(_, name)| *name))
    }
}

/// What is known of an input beside its bytes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadOptions {
    /// The source of items that name none.
    pub source: Option<String>,
    /// Where a page or feed was fetched: the URL of a page that names none, and what relative
    /// links of a feed are read against.
    pub url: Option<String>,
    /// The feed that the items came by.
    pub feed: Option<String>,
    /// Its encoding, where a fetcher was told: a label (`windows-1251`), or the `Content-Type` of
    /// HTTP. It stands below a byte order mark and above what a document declares; one that the
    /// bytes contradict is passed over.
    pub charset: Option<String>,
    /// The language of items that name none, as of HTTP's `Content-Language`: BCP 47, the first
    /// of a list.
    pub language: Option<String>,
    /// When it was fetched: articles that do not say were first seen then. A page that says "3
    /// hours ago" says it of that moment; without one, such dates are not read.
    pub fetched: Option<DateTime<Utc>>,
    /// [`Precision::Day`]: dates at exact midnight, by their own clock, are dates without a time.
    pub precision: Option<Precision>,
    /// What columns of a table, or properties of JSON lines, are called here: from their name
    /// to one of [`fields`]. The usual names are known without.
    pub columns: BTreeMap<String, String>,
    /// What one item may hold.
    pub limits: Limits,
}

/// What a reader yields.
pub type Item = Result<NewArticle, Rejected>;

type Items = Box<dyn Iterator<Item = Item> + Send>;

/// What feeds say of themselves, while they are read.
#[derive(Debug, Clone, Default)]
struct Channels(Arc<Mutex<Option<Channel>>>);

impl Channels {
    fn set(&self, channel: &Channel) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.as_ref() != Some(channel) {
            *slot = Some(channel.clone());
        }
    }
}

/// The items of an input.
#[must_use]
pub struct Reader {
    items: Items,
    channels: Channels,
}

impl Reader {
    /// What the feed that is being read says of itself; `None` while none was read. It may say
    /// more until its last item was read.
    ///
    /// ```
    /// use newsdb::formats::{self, Format, ReadOptions};
    /// let feed = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "Baltic Post",
    ///     "home_page_url": "https://baltic-post.example/", "items": [
    ///     {"id": "17", "title": "Harbour bridge opens", "date_published": "2024-06-10T08:00:00Z"}]}"#;
    /// let options = ReadOptions::default();
    /// let mut items = formats::read(feed.as_bytes(), "feed", Some(Format::Feed), &options);
    /// let article = items.next().unwrap()?;
    /// assert_eq!(article.source.as_deref(), Some("baltic-post.example"));
    /// assert_eq!(items.channel().unwrap().title.as_deref(), Some("Baltic Post"));
    /// # Ok::<(), newsdb::Rejected>(())
    /// ```
    pub fn channel(&self) -> Option<Channel> {
        self.channels.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("channels", &self.channels).finish_non_exhaustive()
    }
}

impl Iterator for Reader {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        self.items.next()
    }
}

/// Adds to an article what the caller knows of its input.
fn complete(mut article: NewArticle, options: &ReadOptions) -> NewArticle {
    article.source = article.source.or_else(|| options.source.clone());
    article.feed = article.feed.or_else(|| options.feed.clone());
    article.language = article.language.or_else(|| language(options));
    article.first_seen = article.first_seen.or(options.fetched);
    if options.precision == Some(Precision::Day) {
        article.published = article.published.map(midnight_as_day);
    }
    article
}

/// The language that the caller knows.
fn language(options: &ReadOptions) -> Option<String> {
    let first = options.language.as_deref()?.split(',').next()?.trim();
    (!first.is_empty()).then(|| first.to_owned())
}

fn midnight_as_day(date: Date) -> Date {
    let day = date.at_precision(Precision::Day);
    if (date.second() + i64::from(date.offset().unwrap_or(0))) % 86_400 == 0 { day } else { date }
}

/// Reads a stream: standard input, a socket, bytes in memory. `name` is the place that
/// rejections name; without a format, it is recognised.
pub fn read(
    input: impl Read + Send + 'static,
    name: &str,
    format: Option<Format>,
    options: &ReadOptions,
) -> Reader {
    let channels = Channels::default();
    let items = open(Box::new(input), name.to_owned(), format, options, &channels);
    Reader { items, channels }
}

/// Reads a file, or every file below a folder in the order of their names. Hidden files, and
/// folders behind symbolic links, are passed over.
pub fn read_path(path: impl AsRef<Path>, format: Option<Format>, options: &ReadOptions) -> Reader {
    let each = options.clone();
    let channels = Channels::default();
    let shared = channels.clone();
    let items = files(path.as_ref()).flat_map(move |file| -> Items {
        let opened = file.and_then(|path| match File::open(&path) {
            Ok(input) => Ok((input, path.display().to_string())),
            Err(error) => Err(unreadable(&path, &error)),
        });
        match opened {
            Ok((input, name)) => open(Box::new(input), name, format, &each, &shared),
            Err(rejected) => Box::new(std::iter::once(Err(rejected))),
        }
    });
    Reader { items: Box::new(items), channels }
}

/// The files that [`read_path`] reads: the file, or every file below a folder in the order of
/// their names. Folders that cannot be listed are refused.
pub fn files(path: &Path) -> impl Iterator<Item = Result<PathBuf, Rejected>> + use<> {
    Files { waiting: vec![path.to_owned()], first: true }
}

fn unreadable(path: &Path, error: &io::Error) -> Rejected {
    Rejected { place: Place::whole(path.display().to_string()), reason: Reason::from(error) }
}

fn refused(name: String, reason: Reason) -> Items {
    Box::new(std::iter::once(Err(Rejected { place: Place::whole(name), reason })))
}

/// The files below a path, in order.
struct Files {
    /// Paths still to look at, the next one last.
    waiting: Vec<PathBuf>,
    /// The path that the caller named may be a link; those below it that are folders may not.
    first: bool,
}

impl Iterator for Files {
    type Item = Result<PathBuf, Rejected>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(path) = self.waiting.pop() {
            let first = std::mem::replace(&mut self.first, false);
            let is_link = !first && path.is_symlink();
            if !path.is_dir() {
                return Some(Ok(path));
            }
            if is_link {
                continue;
            }
            let listed = std::fs::read_dir(&path)
                .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
            let mut below: Vec<PathBuf> = match listed {
                Ok(below) => below,
                Err(error) => return Some(Err(unreadable(&path, &error))),
            };
            below.retain(|path| {
                !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
            });
            below.sort_unstable_by(|a, b| b.cmp(a));
            self.waiting.append(&mut below);
        }
        None
    }
}

type Input = Box<dyn Read + Send>;

/// Unpacks, recognises and reads one input.
fn open(
    input: Input,
    name: String,
    format: Option<Format>,
    options: &ReadOptions,
    channels: &Channels,
) -> Items {
    let (each, channels) = (options.clone(), channels.clone());
    let plain = move |input, name| plain(input, name, format, &each, &channels);
    unpack::unpack(input, name, &options.limits, Arc::new(plain))
}

/// Recognises and reads one input that is not packed.
fn plain(
    input: Input,
    name: String,
    format: Option<Format>,
    options: &ReadOptions,
    channels: &Channels,
) -> Items {
    let limits = options.limits;
    let (mut head, mut input) = peek(input);
    if encoding::is_wide(&head) {
        (head, input) = peek(Box::new(encoding::Utf8::new(input, None)));
    }
    let recognised = || {
        let format = recognise::recognise(&head, options)?;
        format.parse().map_err(|_| format!("{format} is not read by this build of newsdb"))
    };
    let format = match format.map_or_else(recognised, Ok) {
        Ok(format) => format,
        Err(reason) => return refused(name, Reason::Malformed(reason)),
    };
    let decodes = match format {
        // As a whole, or each part by its own header.
        #[cfg(feature = "html")]
        Format::Html => true,
        #[cfg(feature = "warc")]
        Format::Warc => true,
        #[cfg(feature = "mail")]
        Format::Mail => true,
        _ => false,
    };
    if options.charset.is_some() && !decodes {
        input = Box::new(encoding::Utf8::new(input, options.charset.clone()));
    }
    let input = BufReader::with_capacity(1 << 16, input);
    let gdelt = |table, input, name| Box::new(gdelt::Gdelt::new(table, input, name, options));
    let items: Items = match format {
        Format::Text => Box::new(std::iter::once(text::read(input, name, &limits))),
        Format::Feed => feed::read(&head, input, name, options, channels),
        Format::Ninjs(version) => {
            Box::new(ninjs::read(input, name, version, options.source.clone(), limits))
        }
        Format::Jsonl => Box::new(jsonl::read(input, name, options.clone())),
        Format::Csv => Box::new(csv::Csv::new(input, name, options)),
        #[cfg(feature = "xml")]
        Format::Newsml => Box::new(newsml::Newsml::new(input, name, options)),
        #[cfg(feature = "html")]
        Format::Html => Box::new(std::iter::once(html::read(input, name, options))),
        #[cfg(feature = "warc")]
        Format::Warc => Box::new(warc::Warc::new(input, name, options)),
        #[cfg(feature = "mail")]
        Format::Mail => Box::new(mail::Mail::new(input, name, options)),
        Format::GdeltGkg => gdelt(gdelt::Table::Gkg, input, name),
        Format::GdeltEvents => gdelt(gdelt::Table::Events, input, name),
        Format::GdeltMentions => gdelt(gdelt::Table::Mentions, input, name),
    };
    let options = options.clone();
    Box::new(items.map(move |item| {
        item.map(|mut article| {
            // An item of a feed without a link has no page; the URL is the feed's.
            if format != Format::Feed {
                article.url = article.url.or_else(|| options.url.clone());
            }
            complete(article, &options)
        })
    }))
}

/// Bytes at the start of an input by which its format is told.
const HEAD: u64 = 1 << 16;

/// The first bytes of an input, and the input as it was, a fault after them included.
fn peek(mut input: Input) -> (Vec<u8>, Input) {
    let mut head = Vec::new();
    let fault = input.by_ref().take(HEAD).read_to_end(&mut head).err();
    let rest = Fault(fault).chain(input);
    (head.clone(), Box::new(Cursor::new(head).chain(rest)))
}

/// Leaves the first of those that have the same key.
pub(crate) fn unique<T, K: Eq + Hash>(list: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let mut seen = HashSet::new();
    list.retain(|item| seen.insert(key(item)));
}

/// The host of a URL, as a source's key: without `www.`.
fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|host| !host.is_empty())
}

/// A fault that was met too early, told in its place.
struct Fault(Option<io::Error>);

impl Read for Fault {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// The UTF-8 byte order mark.
const BOM: &[u8] = b"\xef\xbb\xbf";

//! WARC: web pages as a crawler fetched them, Common Crawl's CC-News among them
//! ([WARC 1.1](https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/), and 1.0).
//!
//! The pages of `response` records, and of `resource` records that say that they are HTML, go
//! through the reader of HTML; the other kinds of record are passed over. A page is named by the archive and its URL. A record whose length is wrong is
//! refused, and reading goes on with the next one that begins.

use super::{Item, ReadOptions, html};
use crate::model::{Date, NewArticle, Place, Reason, Rejected};
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::io::{self, BufRead, Read};

/// The header of a record, and of HTTP, has so many bytes at most.
const HEADER: u64 = 64 << 10;

/// Bytes that are read once more, to find records in one whose length was wrong.
const AGAIN: u64 = 256 << 20;

/// Reads the pages of an archive.
pub(super) struct Warc<R> {
    source: Source<R>,
    name: String,
    options: ReadOptions,
    ended: bool,
}

impl<R: BufRead> Warc<R> {
    pub(super) fn new(input: R, name: String, options: &ReadOptions) -> Self {
        let source = Source { back: io::Cursor::default(), input, at: 0, again: 0 };
        Self { source, name, options: options.clone(), ended: false }
    }

    /// The next record; `None` at the end.
    fn record(&mut self) -> Result<Option<Record>, (u64, Reason)> {
        let mut line = Vec::new();
        let start = loop {
            let start = self.source.at;
            if !self.source.line(&mut line).map_err(|error| (start, Reason::from(&error)))? {
                return Ok(None);
            }
            if line.starts_with(b"WARC/") {
                break start;
            }
            if !line.trim_ascii().is_empty() {
                self.resync();
                return Err((start, malformed("no record begins where one should")));
            }
        };
        let fail = |error: io::Error| (start, Reason::from(&error));
        let headers = self.source.headers().map_err(fail)?;
        let record = |name| find(&headers, name);
        let Some(length) = record("content-length").and_then(|text| text.parse::<u64>().ok())
        else {
            self.resync();
            return Err((start, malformed("a record without a length")));
        };
        let url = record("warc-target-uri").map(|uri| uri.trim_matches(['<', '>']).to_owned());
        let is_html = |kind: &&str| kind.to_ascii_lowercase().contains("html");
        let kind = record("warc-type");
        // What a resource is stands in the record's own header.
        let resource = record("content-type").filter(|_| kind == Some("resource"));
        let resource = resource.filter(is_html).map(str::to_owned);
        let is_page = kind == Some("response") || resource.is_some();
        let wanted = is_page && url.as_ref().is_some_and(|url| url.starts_with("http"));
        let most = self.options.limits.article;
        let kept = if wanted && length <= most { length } else { 0 };
        let mut bytes = Vec::new();
        (&mut self.source).take(kept).read_to_end(&mut bytes).map_err(fail)?;
        if kept < length {
            let passed = io::copy(&mut (&mut self.source).take(length - kept), &mut io::sink());
            if passed.map_err(fail)? < length - kept {
                return Err((
                    start,
                    Reason::Unreadable("the record ends in the middle".to_owned()),
                ));
            }
        } else if (bytes.len() as u64) < length {
            self.source.read_again(&bytes);
            self.resync();
            let reason = format!("{} bytes are left of a record of {length}", bytes.len());
            return Err((start, Reason::Unreadable(reason)));
        }
        if !self.source.at_record_end().map_err(fail)? {
            self.source.read_again(&bytes);
            self.resync();
            return Err((start, malformed("the length of the record is wrong")));
        }
        if wanted && length > most {
            return Err((start, Reason::OverLimit { limit: "article", allowed: most }));
        }
        let date = record("warc-date").map(str::to_owned);
        Ok(Some(Record { url: url.filter(|_| wanted), date, resource, bytes }))
    }

    /// Goes to the next line that begins a record.
    fn resync(&mut self) {
        loop {
            match self.source.begins(b"WARC/1") {
                Ok(true) => return,
                Ok(false) => {}
                Err(_) => return self.ended = true,
            }
            match self.source.skip_line() {
                Ok(true) => {}
                Ok(false) | Err(_) => return self.ended = true,
            }
        }
    }
}

impl<R: BufRead> Iterator for Warc<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while !self.ended {
            let (place, page) = match self.record() {
                Ok(None) => {
                    self.ended = true;
                    return None;
                }
                Ok(Some(Record { url: None, .. })) => continue,
                Ok(Some(Record { url: Some(url), date, resource, bytes })) => {
                    let date = date.and_then(|date| super::dates::parse(&date)).map(Date::at);
                    let options = ReadOptions {
                        fetched: date.or(self.options.fetched),
                        ..self.options.clone()
                    };
                    let page = match resource {
                        Some(charset) => html::article(
                            &bytes,
                            &ReadOptions {
                                url: Some(url.clone()),
                                charset: Some(charset),
                                ..options
                            },
                        ),
                        None => page(&bytes, &url, options),
                    };
                    let page = page.map(|article| NewArticle { first_seen: date, ..article });
                    (Place::whole(format!("{}/{url}", self.name)), page)
                }
                Err((at, reason)) => {
                    self.ended |=
                        matches!(reason, Reason::Unreadable(_)) && self.source.back_is_empty();
                    (Place::whole(format!("{}, byte {at}", self.name)), Err(reason))
                }
            };
            return Some(match page {
                Ok(article) => Ok(NewArticle { place, ..article }),
                Err(reason) => Err(Rejected { place, reason }),
            });
        }
        None
    }
}

struct Record {
    /// The page, where the record is the answer with one.
    url: Option<String>,
    date: Option<String>,
    /// The `Content-Type` of a resource, which has no header of HTTP.
    resource: Option<String>,
    bytes: Vec<u8>,
}

fn malformed(reason: &str) -> Reason {
    Reason::Malformed(reason.to_owned())
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// The article of an answer of HTTP.
fn page(answer: &[u8], url: &str, options: ReadOptions) -> Result<NewArticle, Reason> {
    let mut source = Source { back: io::Cursor::default(), input: answer, at: 0, again: 0 };
    let mut status = Vec::new();
    source.line(&mut status).map_err(|error| Reason::from(&error))?;
    let status = String::from_utf8_lossy(&status);
    let code = status.split_ascii_whitespace().nth(1).unwrap_or("");
    if !status.starts_with("HTTP/") {
        return Err(malformed("the record is no answer of HTTP"));
    }
    if !code.starts_with('2') {
        return Err(Reason::Malformed(format!("no page: HTTP status {code:.10}")));
    }
    let headers = source.headers().map_err(|error| Reason::from(&error))?;
    let media_type = find(&headers, "content-type");
    if let Some(media_type) = media_type
        && !media_type.is_empty()
        && !media_type.to_ascii_lowercase().contains("html")
    {
        return Err(Reason::Malformed(format!("no page: {media_type:.80}")));
    }
    let body = source.input;
    let chunked = find(&headers, "transfer-encoding")
        .is_some_and(|how| how.to_ascii_lowercase().contains("chunked"));
    // Crawlers often store what they have unpacked under the headers of what they got.
    let body =
        chunked.then(|| unchunk(body)).flatten().map_or(body.into(), std::borrow::Cow::Owned);
    let most = options.limits.article;
    let unpack = |decoder: &mut dyn Read| {
        let mut bytes = Vec::new();
        // A page that is cut is read as far as it goes.
        let read = decoder.take(most + 1).read_to_end(&mut bytes);
        if read.is_err() && bytes.is_empty() { None } else { Some(bytes) }
    };
    let encoding = find(&headers, "content-encoding").unwrap_or("").trim().to_ascii_lowercase();
    let unpacked = match (encoding.as_str(), &*body) {
        (_, [0x1f, 0x8b, ..]) => unpack(&mut MultiGzDecoder::new(&*body)),
        ("deflate", [0x78, ..]) => unpack(&mut ZlibDecoder::new(&*body)),
        ("deflate", [first, ..]) if *first != b'<' => unpack(&mut DeflateDecoder::new(&*body)),
        (_, [0x28, 0xb5, 0x2f, 0xfd, ..]) => zstd::stream::read::Decoder::new(&*body)
            .ok()
            .and_then(|mut decoder| unpack(&mut decoder)),
        ("br", bytes) if !bytes.trim_ascii_start().starts_with(b"<") => {
            return Err(malformed("a page packed by brotli is not read"));
        }
        _ => None,
    };
    let body = unpacked.map_or(body, std::borrow::Cow::Owned);
    if body.len() as u64 > most {
        return Err(Reason::OverLimit { limit: "article", allowed: most });
    }
    let said = |name| find(&headers, name).map(str::to_owned);
    let options = ReadOptions {
        url: Some(url.to_owned()),
        charset: said("content-type"),
        language: said("content-language").or(options.language),
        ..options
    };
    html::article(&body, &options)
}

/// The content of chunks (RFC 9112, 7.1); `None` where the bytes are none.
fn unchunk(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    loop {
        let end = bytes.iter().take(64).position(|byte| *byte == b'\n')?;
        let size = std::str::from_utf8(bytes.get(..end)?).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        bytes = bytes.get(end + 1..)?;
        if size == 0 {
            return Some(content);
        }
        let chunk = bytes.get(..size).unwrap_or(bytes);
        content.extend_from_slice(chunk);
        bytes = bytes.get(size..).unwrap_or_default();
        bytes = bytes.strip_prefix(b"\r\n").or(bytes.strip_prefix(b"\n")).unwrap_or(bytes);
        if bytes.is_empty() {
            return Some(content); // cut
        }
    }
}

/// An input of which a part may be read once more.
struct Source<R> {
    back: io::Cursor<Vec<u8>>,
    input: R,
    /// Bytes before the present place.
    at: u64,
    /// Bytes that were read once more.
    again: u64,
}

impl<R: BufRead> Source<R> {
    fn back_is_empty(&self) -> bool {
        self.back.position() >= self.back.get_ref().len() as u64
    }

    /// Puts bytes before what comes, unless too many were already.
    fn read_again(&mut self, bytes: &[u8]) {
        self.again = self.again.saturating_add(bytes.len() as u64);
        if self.again > AGAIN {
            return;
        }
        self.at = self.at.saturating_sub(bytes.len() as u64);
        let from = usize::try_from(self.back.position()).unwrap_or(usize::MAX);
        let rest = self.back.get_ref().get(from..).unwrap_or_default();
        self.back = io::Cursor::new([bytes, rest].concat());
    }

    /// A line of bounded length, with its end; whether there was one.
    fn line(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        line.clear();
        self.take(HEADER).read_until(b'\n', line)?;
        Ok(!line.is_empty())
    }

    /// Passes over the rest of a line; whether there was any.
    fn skip_line(&mut self) -> io::Result<bool> {
        Ok(self.skip_until(b'\n')? > 0)
    }

    /// Names in lower case and values, up to the empty line.
    fn headers(&mut self) -> io::Result<Vec<(String, String)>> {
        let (mut headers, mut bytes, mut line) = (Vec::<(String, String)>::new(), 0, Vec::new());
        while self.line(&mut line)? {
            bytes += line.len() as u64;
            let text = String::from_utf8_lossy(&line);
            if text.trim().is_empty() || bytes > HEADER {
                break;
            }
            if text.starts_with([' ', '\t'])
                && let Some((_, value)) = headers.last_mut()
            {
                value.push(' ');
                value.push_str(text.trim());
            } else if let Some((name, value)) = text.split_once(':') {
                headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        Ok(headers)
    }

    /// Whether the next bytes are these.
    fn begins(&mut self, expected: &[u8]) -> io::Result<bool> {
        let mut found = Vec::new();
        self.take(expected.len() as u64).read_to_end(&mut found)?;
        let begins = found == expected;
        self.at = self.at.saturating_sub(found.len() as u64);
        let from = usize::try_from(self.back.position()).unwrap_or(usize::MAX);
        if from >= found.len() && self.back.get_ref().get(from - found.len()..from) == Some(&found)
        {
            self.back.set_position((from - found.len()) as u64);
        } else {
            let rest = self.back.get_ref().get(from..).unwrap_or_default();
            self.back = io::Cursor::new([&found, rest].concat());
        }
        Ok(begins)
    }

    /// Goes past the two line ends after a record; whether they are there, or at least another
    /// record or nothing is.
    fn at_record_end(&mut self) -> io::Result<bool> {
        if self.begins(b"\r\n\r\n")? {
            self.consume(4);
            return Ok(true);
        }
        loop {
            let next = self.fill_buf()?.first().copied();
            match next {
                Some(b'\r' | b'\n') => self.consume(1),
                None => return Ok(true),
                Some(_) => return self.begins(b"WARC/"),
            }
        }
    }
}

impl<R: BufRead> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut chunk = self.fill_buf()?;
        let read = chunk.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.back_is_empty() { self.input.fill_buf() } else { self.back.fill_buf() }
    }

    fn consume(&mut self, bytes: usize) {
        self.at += bytes as u64;
        if self.back_is_empty() { self.input.consume(bytes) } else { self.back.consume(bytes) }
    }
}

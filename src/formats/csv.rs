//! Tables: an article a row, under a header that names the columns.
//!
//! As in [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180): fields may stand in quotes, and
//! then hold delimiters, line ends and doubled quotes. The delimiter (`,` `;` `|` or a tab) is the
//! one by which the header has most names that are known. A column is what its name says, as a
//! property of JSON lines is, or what the caller maps it to; others are kept as attributes.
//! Lists (authors, subjects, tags, images, names) are parted by `;` or `|`, or are JSON.

use super::fields::{known, names};
use super::jsonl::article_of;
use super::lines::{Line, Lines};
use super::{BOM, Item, ReadOptions, encoding};
use crate::model::{NewArticle, Place, Reason, Rejected};
use serde_json::{Map, Value};
use std::collections::VecDeque;
use std::io::BufRead;

const DELIMITERS: [u8; 4] = *b",;\t|";

/// Columns at most: more is no table.
const COLUMNS: usize = 4_096;

/// Fields that hold several values.
const LISTS: [&str; 8] =
    ["authors", "subjects", "tags", "images", "people", "organisations", "places", "events"];

/// Fields that only JSON can say.
const STRUCTURES: [&str; 4] = ["enclosures", "mentions", "annotations", "attributes"];

/// The number of a record's first line, and its lines.
type Record = (u64, Vec<Vec<u8>>);

/// Reads a table.
pub(super) struct Csv<R> {
    lines: Lines<R>,
    name: String,
    options: ReadOptions,
    header: Option<Header>,
    /// Lines that are to be read once more, one record each: they followed a quote that
    /// nothing closed.
    again: VecDeque<(u64, Vec<u8>)>,
    /// The number of the last line read.
    number: u64,
    /// Nothing can be read after a fault of the input itself.
    ended: bool,
}

struct Header {
    delimiter: u8,
    names: Vec<String>,
}

impl<R: BufRead> Csv<R> {
    pub(super) fn new(input: R, name: String, options: &ReadOptions) -> Self {
        Self {
            lines: Lines::new(input, options.limits.line),
            name,
            options: options.clone(),
            header: None,
            again: VecDeque::new(),
            number: 0,
            ended: false,
        }
    }

    /// The lines of the next record, with the number of the first.
    fn record(&mut self) -> Option<Result<Record, Rejected>> {
        if let Some((number, line)) = self.again.pop_front() {
            return Some(Ok((number, vec![line])));
        }
        let delimiter = self.header.as_ref().map(|header| header.delimiter);
        let (mut lines, mut bytes, mut quotes) = (Vec::<Vec<u8>>::new(), 0, Quotes::default());
        let over = Reason::OverLimit { limit: "line", allowed: self.options.limits.line };
        let reason = loop {
            let line = match self.lines.next_line() {
                Ok(line) => line,
                Err(error) => {
                    self.ended = true;
                    break Reason::from(&error);
                }
            };
            let Some(line) = line else {
                self.ended = true;
                if lines.is_empty() {
                    return None;
                }
                break Reason::Malformed("a quote that nothing closes".to_owned());
            };
            self.number += 1;
            let Line::Whole(line) = line else {
                lines.push(Vec::new());
                break over;
            };
            if lines.is_empty() && line.trim_ascii().is_empty() {
                continue;
            }
            bytes += line.len() as u64 + 1;
            quotes.pass(&line, delimiter);
            lines.push(line);
            if quotes.stray {
                break Reason::Malformed("a quote that nothing closes".to_owned());
            }
            if !quotes.open {
                return Some(Ok((self.number + 1 - lines.len() as u64, lines)));
            }
            if bytes > self.options.limits.line {
                break over;
            }
        };
        let first = (self.number + 1 - lines.len() as u64).max(1);
        // What follows the line with the quote is no part of it.
        let after = (first..).zip(lines).skip(1).filter(|(_, line)| !line.is_empty());
        self.again.extend(after);
        Some(Err(Rejected { place: Place::line(&self.name, first), reason }))
    }

    fn article(&mut self, lines: &[Vec<u8>]) -> Option<Result<NewArticle, Reason>> {
        let text = lines.join(&b'\n');
        let text = text.strip_prefix(BOM).unwrap_or(&text);
        let Some(header) = &self.header else {
            return match Header::of(text, &self.options) {
                Ok(header) => {
                    self.header = header;
                    None
                }
                Err(reason) => {
                    self.ended = true;
                    Some(Err(reason))
                }
            };
        };
        let fields = fields(text, header.delimiter);
        let width = header.names.len();
        if fields.iter().skip(width).any(|field| !field.trim().is_empty()) {
            let reason = format!("{width} columns expected, {} found", fields.len());
            return Some(Err(Reason::Malformed(reason)));
        }
        let mut object = Map::new();
        for (name, field) in header.names.iter().zip(fields) {
            if !name.is_empty() && !field.trim().is_empty() && !object.contains_key(name) {
                object.insert(name.clone(), value(name, field));
            }
        }
        if object.is_empty() {
            return Some(Err(Reason::Empty));
        }
        Some(article_of(object))
    }
}

impl<R: BufRead> Iterator for Csv<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if self.ended && self.again.is_empty() {
                return None;
            }
            let (number, lines) = match self.record()? {
                Ok(record) => record,
                Err(rejected) => return Some(Err(rejected)),
            };
            let place = Place::line(&self.name, number);
            match self.article(&lines) {
                None => {}
                Some(Ok(article)) => return Some(Ok(NewArticle { place, ..article })),
                Some(Err(reason)) => return Some(Err(Rejected { place, reason })),
            }
        }
    }
}

/// Whether lines end within quotes.
#[derive(Default)]
struct Quotes {
    open: bool,
    /// A quote over several lines ended before something that is no end of a field: it was a
    /// stray, and that one begins another.
    stray: bool,
}

impl Quotes {
    /// Goes over one more line. A quote opens where a field begins; before the delimiter is
    /// known, each is one.
    fn pass(&mut self, line: &[u8], delimiter: Option<u8>) {
        let over_lines = self.open;
        let mut begins = !self.open;
        let mut bytes = line.iter().peekable();
        while let Some(byte) = bytes.next() {
            let delimits = match delimiter {
                Some(delimiter) => *byte == delimiter,
                None => DELIMITERS.contains(byte),
            };
            match byte {
                b'"' if self.open && bytes.next_if_eq(&&b'"').is_some() => {}
                b'"' if self.open => {
                    self.open = false;
                    let ends = |next: &&u8| match delimiter {
                        Some(delimiter) => **next == delimiter || next.is_ascii_whitespace(),
                        None => !next.is_ascii_alphanumeric(),
                    };
                    self.stray |= over_lines && !bytes.peek().is_none_or(ends);
                }
                b'"' if begins => self.open = true,
                b' ' if begins => continue,
                _ => {}
            }
            begins = !self.open && delimits;
        }
    }
}

/// The fields of a record.
pub(super) fn fields(record: &[u8], delimiter: u8) -> Vec<String> {
    let record = record.strip_suffix(b"\r").unwrap_or(record);
    let mut fields = Vec::new();
    let mut field = Vec::new();
    let (mut open, mut begins) = (false, true);
    let mut bytes = record.iter().peekable();
    let text = |field: &[u8]| encoding::to_utf8(field, None).into_owned();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if open && bytes.next_if_eq(&&b'"').is_some() => field.push(b'"'),
            b'"' if open => open = false,
            b'"' if begins && field.iter().all(|byte| *byte == b' ') => {
                field.clear();
                (open, begins) = (true, false);
            }
            byte if *byte == delimiter && !open => {
                if fields.len() == COLUMNS {
                    break;
                }
                fields.push(text(&field));
                field.clear();
                begins = true;
            }
            byte => {
                begins &= *byte == b' ';
                field.push(*byte);
            }
        }
    }
    fields.push(text(&field));
    fields
}

/// The field of an article that a column is, by its name.
fn field_of(name: &str) -> Option<&'static str> {
    super::fields::fields().find(|field| names(field).contains(&name))
}

/// A cell as JSON lines would have it.
fn value(name: &str, text: String) -> Value {
    let field = field_of(name).unwrap_or_default();
    let (list, structure) = (LISTS.contains(&field), STRUCTURES.contains(&field));
    if (list || structure)
        && text.trim_start().starts_with(['[', '{'])
        && let Ok(value) = serde_json::from_str(&text)
    {
        return value;
    }
    if list && field != "images" && text.contains([';', '|']) {
        let items = text.split([';', '|']).map(str::trim).filter(|item| !item.is_empty());
        return items.collect();
    }
    text.into()
}

impl Header {
    /// The header by the delimiter that gives most known names. `None`: the line only names the
    /// delimiter, as some spreadsheets want it.
    fn of(line: &[u8], options: &ReadOptions) -> Result<Option<Self>, Reason> {
        if line.trim_ascii_end().strip_prefix(b"sep=").is_some_and(|rest| rest.len() == 1) {
            return Ok(None);
        }
        let found = DELIMITERS
            .into_iter()
            .map(|delimiter| Self::by(line, delimiter, options))
            .max_by_key(|(known, header)| (*known, header.names.len()))
            .filter(|(known, _)| *known > 0);
        let Some((_, header)) = found else {
            let reason = "no column of the header is known, and none is mapped to a field";
            return Err(Reason::Malformed(reason.to_owned()));
        };
        Ok(Some(header))
    }

    /// How many columns are known with a delimiter, and the header.
    fn by(line: &[u8], delimiter: u8, options: &ReadOptions) -> (usize, Self) {
        let columns = fields(line, delimiter);
        let name = |column: &str| match options.columns.get(column) {
            Some(field) => Some(field.clone()),
            None => known(column).map(str::to_owned),
        };
        let found: Vec<_> = columns.iter().map(|column| name(column.trim())).collect();
        let known = found.iter().flatten().count();
        let names = found.into_iter().zip(columns);
        let names = names.map(|(name, column)| name.unwrap_or_else(|| column.trim().to_owned()));
        (known, Self { delimiter, names: names.collect() })
    }
}

/// How many columns of a line are known, where it could be a header of two or more.
pub(super) fn known_columns(line: &[u8], options: &ReadOptions) -> usize {
    let line = line.strip_prefix(BOM).unwrap_or(line);
    let by = DELIMITERS.into_iter().map(|delimiter| Header::by(line, delimiter, options));
    by.filter(|(_, header)| header.names.len() > 1).map(|(known, _)| known).max().unwrap_or(0)
}

//! GDELT: what the GDELT Project's monitors found in the world's news.
//!
//! Tables of tab-separated columns, without quotes and mostly without a header, in UTF-8 with
//! strays of windows-1252:
//!
//! * the Global Knowledge Graph, [GKG 2.1](http://data.gdeltproject.org/documentation/GDELT-Global_Knowledge_Graph_Codebook-V2.1.pdf)
//!   (27 columns) and GKG 1.0 (11): a row is an article (`gkg`);
//! * [Events](http://data.gdeltproject.org/documentation/GDELT-Event_Codebook-V2.0.pdf) 2.0 (61 columns)
//!   and 1.0 (57 or 58), and Mentions (16): a row is an annotation of the article at its URL (`events`).
//!
//! GDELT has read the articles and does not pass their text on. So a row has a headline at most:
//! that of the page, else one that is made of the words in its URL. Offsets point into the text
//! that GDELT read; they are kept in the values of annotations. `DATE` and the like are when
//! GDELT saw an article: its `first_seen` and, as the codebook has it, the date of publication.

mod events;
mod fips;
mod gkg;

use super::lines::{Line, Lines};
use super::{Item, ReadOptions, host, slug};
use crate::annotate::language_tag;
use crate::model::{Date, DateSource, Limits, NewArticle, Place, Precision, Reason, Rejected};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use encoding_rs::WINDOWS_1252;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::BufRead;

/// The tables of GDELT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Gkg,
    Events,
    Mentions,
}

impl Table {
    /// What the format is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gkg => "gdelt-gkg",
            Self::Events => "gdelt-events",
            Self::Mentions => "gdelt-mentions",
        }
    }

    /// The columns of its versions.
    fn versions(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Gkg => &[gkg::COLUMNS, gkg::COLUMNS_1],
            Self::Events => &[events::EVENTS, events::EVENTS_1, events::EVENTS_1_WITHOUT_URL],
            Self::Mentions => &[events::MENTIONS],
        }
    }

    /// The table that a line is of, told by the number of columns and the dates in them.
    pub(super) fn of(line: &str) -> Option<Self> {
        let columns: Vec<&str> = line.trim_end_matches('\r').splitn(65, '\t').collect();
        let digits = |at: usize, lengths: &[usize]| {
            columns.get(at).is_some_and(|text| {
                lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
            })
        };
        let number = columns.first().is_some_and(|id| {
            !id.is_empty() && id.len() < 20 && id.bytes().all(|byte| byte.is_ascii_digit())
        });
        let all = [Self::Gkg, Self::Events, Self::Mentions];
        let headed = |table: &Self| {
            let mut versions = table.versions().iter();
            versions.any(|names| names.first() == columns.first() && names.len() == columns.len())
        };
        let record = columns
            .first()
            .and_then(|id| id.split_once('-'))
            .is_some_and(|(at, _)| at.len() == 14 && at.bytes().all(|byte| byte.is_ascii_digit()));
        match columns.len() {
            // A long row may be cut here.
            5.. if record && digits(1, &[14]) => Some(Self::Gkg),
            11 if digits(0, &[8]) && columns.get(7).is_some_and(|tone| tone.contains(',')) => {
                Some(Self::Gkg)
            }
            57 | 58 | 61 if number && digits(1, &[8]) && digits(2, &[6]) => Some(Self::Events),
            16 if number && digits(1, &[14]) && digits(2, &[14]) => Some(Self::Mentions),
            _ => all.into_iter().find(headed),
        }
    }
}

/// Reads a table, row by row.
pub(super) struct Gdelt<R> {
    table: Table,
    lines: Lines<R>,
    name: String,
    number: u64,
    options: ReadOptions,
    /// Items of the last row that are still to be given out.
    ready: VecDeque<Item>,
    /// Nothing can be read after a fault of the input itself.
    broken: bool,
}

impl<R: BufRead> Gdelt<R> {
    pub(super) fn new(table: Table, input: R, name: String, options: &ReadOptions) -> Self {
        Self {
            table,
            lines: Lines::new(input, options.limits.line),
            name,
            number: 0,
            options: options.clone(),
            ready: VecDeque::new(),
            broken: false,
        }
    }

    fn row(&self, bytes: &[u8]) -> Vec<Result<NewArticle, Reason>> {
        let text = text(bytes);
        let versions = self.table.versions();
        let most = versions.iter().map(|names| names.len()).max().unwrap_or(0);
        let columns: Vec<&str> = text.splitn(most + 1, '\t').collect();
        let Some(names) = versions.iter().find(|names| names.len() == columns.len()) else {
            let expected: Vec<_> = versions.iter().map(|names| names.len().to_string()).collect();
            let found = if columns.len() > most { "more" } else { &columns.len().to_string() };
            let expected = expected.join(" or ");
            let reason = format!("{expected} columns expected, {found} found");
            return vec![Err(Reason::Malformed(reason))];
        };
        if columns.first() == names.first() {
            return Vec::new(); // the header that some tools write
        }
        let row = Row { names, columns, limits: &self.options.limits };
        match self.table {
            Table::Gkg if names.len() == gkg::COLUMNS.len() => vec![gkg::article(&row)],
            Table::Gkg => gkg::articles_1(&row).unwrap_or_else(|reason| vec![Err(reason)]),
            Table::Events => vec![events::event(&row, &self.options)],
            Table::Mentions => vec![events::mention(&row)],
        }
    }
}

impl<R: BufRead> Iterator for Gdelt<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(item);
            }
            if self.broken {
                return None;
            }
            self.number += 1;
            let items = match self.lines.next_line() {
                Ok(None) => {
                    self.broken = true;
                    return None;
                }
                Ok(Some(Line::TooLong)) => {
                    let allowed = self.options.limits.line;
                    vec![Err(Reason::OverLimit { limit: "line", allowed })]
                }
                Ok(Some(Line::Whole(bytes))) if bytes.trim_ascii().is_empty() => continue,
                Ok(Some(Line::Whole(bytes))) => self.row(&bytes),
                Err(error) => {
                    self.broken = true;
                    vec![Err(Reason::from(&error))]
                }
            };
            let place = Place::line(&self.name, self.number);
            // A table is a place of its own: its rows are not what the page itself said.
            let feed = self.options.feed.clone().unwrap_or_else(|| self.table.name().to_owned());
            self.ready.extend(items.into_iter().map(|item| match item {
                Ok(article) => {
                    Ok(NewArticle { place: place.clone(), feed: Some(feed.clone()), ..article })
                }
                Err(reason) => Err(Rejected { place: place.clone(), reason }),
            }));
        }
    }
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(super::BOM).unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// A row with the names of its columns.
struct Row<'a> {
    names: &'static [&'static str],
    columns: Vec<&'a str>,
    limits: &'a Limits,
}

impl<'a> Row<'a> {
    /// A column by its name; absent is empty.
    fn get(&self, name: &str) -> &'a str {
        let at = self.names.iter().position(|known| *known == name);
        at.and_then(|at| self.columns.get(at)).map_or("", |text| text.trim())
    }

    /// A refusal that names the column.
    fn refuse<T>(&self, name: &str, why: impl std::fmt::Display) -> Result<T, Reason> {
        let at = self.names.iter().position(|known| *known == name).map_or(0, |at| at + 1);
        Err(Reason::Malformed(format!("column {at}, {name}: {why}")))
    }

    /// The entries of a column that is a list.
    fn list(&self, name: &str, separator: &str) -> Result<Vec<&'a str>, Reason> {
        let most = self.limits.mentions;
        let mut entries = Vec::new();
        for entry in self.get(name).split(separator).map(str::trim) {
            if entries.len() as u64 == most {
                return Err(Reason::OverLimit { limit: "mentions", allowed: most });
            }
            if !entry.is_empty() {
                entries.push(entry);
            }
        }
        Ok(entries)
    }

    /// The time in a column: 14 digits to the second, 8 to the day. UTC.
    fn time(&self, name: &str) -> Result<Date, Reason> {
        match stamp(self.get(name)) {
            Some(date) => Ok(date),
            None => self.refuse(name, format_args!("no date: {:?}", start(self.get(name)))),
        }
    }

    /// Columns as an object: numbers as numbers, the empty left out. `columns` are the names
    /// in the object, the columns, and whether they are numbers.
    fn object(&self, columns: &[(&str, &str, bool)]) -> Result<Map<String, Value>, Reason> {
        let mut object = Map::new();
        for (key, column, is_number) in columns {
            let text = self.get(column);
            let value = match is_number {
                _ if text.is_empty() => continue,
                true => match number(text) {
                    Some(number) => number,
                    None => {
                        return self.refuse(column, format_args!("no number: {:?}", start(text)));
                    }
                },
                false => text.into(),
            };
            object.insert((*key).to_owned(), value);
        }
        Ok(object)
    }

    /// An article of a web page that GDELT saw, without a headline.
    fn seen(&self, url_column: &str, url: &str, seen: Date) -> Result<NewArticle, Reason> {
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return self.refuse(url_column, format_args!("no URL: {:?}", start(url)));
        }
        Ok(NewArticle {
            url: Some(url.to_owned()),
            // Files come every 15 minutes; the time of a file is no second.
            published: Some(seen.at_precision(match seen.precision() {
                Precision::Day => Precision::Day,
                _ => Precision::Minute,
            })),
            published_source: Some(DateSource::Metadata),
            first_seen: Some(seen.at()),
            ..NewArticle::default()
        })
    }

    /// Gives an article that has no headline the words of its URL.
    fn derive_headline(&self, url_column: &str, article: &mut NewArticle) -> Result<(), Reason> {
        if article.headline.is_none() {
            article.headline = article.url.as_deref().and_then(slug::headline);
            article.headline_derived = true;
        }
        match article.headline {
            Some(_) => Ok(()),
            None => self.refuse(url_column, "neither a title nor a headline in the URL"),
        }
    }
}

/// Who published a page: by the name that a row has for it, else the host.
fn source(name: &str, url: &str) -> Option<String> {
    let name = Some(name.trim()).filter(|name| !name.is_empty());
    name.or_else(|| host(url)).map(str::to_owned)
}

fn stamp(text: &str) -> Option<Date> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let at = |at: NaiveDateTime| -> DateTime<Utc> { at.and_utc() };
    match text.len() {
        14 => NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").ok().map(|t| Date::utc(at(t))),
        8 => {
            let day = NaiveDate::parse_from_str(text, "%Y%m%d").ok()?;
            Some(Date::utc(at(day.and_time(NaiveTime::MIN))).at_precision(Precision::Day))
        }
        _ => None,
    }
}

fn number(text: &str) -> Option<Value> {
    match text.parse::<i64>() {
        Ok(whole) => Some(whole.into()),
        Err(_) => serde_json::Number::from_f64(text.parse().ok()?).map(Value::Number),
    }
}

/// A number where it is one, else the text.
fn scalar(text: &str) -> Value {
    number(text).unwrap_or_else(|| text.into())
}

fn start(text: &str) -> String {
    text.chars().take(60).collect()
}

/// The country of a place: by the district's code, which begins with its country's, else by
/// the country's own. Early rows give the country of another place there.
fn country(code: &str, district: &str) -> Option<&'static str> {
    district.get(..2).and_then(fips::iso).or_else(|| fips::iso(code))
}

/// The language of `srclc:ces;eng:…`: BCP 47. English where nothing was translated.
fn language(translation: &str) -> Option<String> {
    if translation.is_empty() {
        return Some("en".to_owned());
    }
    let code = translation.split(';').find_map(|part| part.trim().strip_prefix("srclc:"))?;
    Some(code).filter(|code| !code.is_empty()).map(language_tag)
}

//! Dates as the world writes them: by machines in feeds, pages and tables, and by people above
//! their articles.
//!
//! [`parse`] reads a text that is a date as a whole. [`find`] finds dates inside a line of text, in
//! the order that its [`Reading`] gives. Both follow one grammar, which takes RFC 822, 2822
//! and 850, ISO 8601 and W3CDTF in their basic and extended forms, `asctime`, Unix time, and days
//! written with the names of months in some eighty languages, with all the damage that a
//! reader can see through. What is left open stays open: `03/04/2021` is no date until
//! something says which number is the day, and a month without a day is none.
//!
//! ```
//! use newsdb::formats::dates;
//! let date = dates::parse("Mi, 3 März 21 10:15 MEZ").unwrap();
//! assert_eq!(date.to_string(), "2021-03-03T10:15+01:00");
//! assert_eq!(dates::parse("2021年3月3日").unwrap().to_string(), "2021-03-03");
//! assert_eq!(dates::parse("31 June 2021"), None);
//! ```

mod calendar;
mod grammar;
mod months;
#[cfg(feature = "html")]
mod relative;
mod tokens;
mod zones;

use crate::model::Date;
use chrono::{DateTime, NaiveDate};
use grammar::Cursor;
pub use months::month;
#[cfg(feature = "html")]
pub(super) use relative::find_relative;
use std::ops::Range;
#[cfg(feature = "html")]
pub(super) use tokens::fold;
use tokens::{Kind, Token, tokens};

/// No text longer than this is one date.
const LONGEST: usize = 200;

/// So many words may stand around a date: weekdays, names of zones, "Published:".
const WORDS: usize = 8;

/// Which of two numbers is the day where either could be: `03/04/2021`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    /// The third of April.
    DayFirst,
    /// The fourth of March.
    MonthFirst,
}

/// In whose way a date is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading<'a> {
    /// BCP 47. Decides names that mean different months in different languages.
    pub language: Option<&'a str>,
    /// The order of day and month; without one, dates that could be either are not read.
    pub order: Option<Order>,
    /// A day that is written without its year is the last such day up to this one; without it,
    /// no date.
    pub before: Option<NaiveDate>,
}

/// Reads a text that is a date as a whole; words beside it, such as a wrong weekday, are passed
/// over, a number that belongs to no date is not. A time without an offset is UTC. A day that
/// the calendar does not have, and a date without a day, are `None`.
///
/// ```
/// use newsdb::formats::dates::parse;
/// let read = |text| parse(text).map(|date| date.to_string());
/// assert_eq!(read("Sun, 32 Mar 2021 10:15:00 GMT"), None);
/// assert_eq!(read("Thu, 3 Mar 2021 10:15:00 PST").as_deref(), Some("2021-03-03T10:15:00-08:00"));
/// assert_eq!(read("2021-W09-3T10:15:30,5Z").as_deref(), Some("2021-03-03T10:15:30Z"));
/// assert_eq!(read("1614766500").as_deref(), Some("2021-03-03T10:15:00Z"));
/// assert_eq!(read("2021-03"), None);
/// ```
pub fn parse(text: &str) -> Option<Date> {
    parse_as(text, &Reading::default())
}

/// [`parse`] with what is known of the language and the order of day and month.
///
/// ```
/// use newsdb::formats::dates::{Order, Reading, parse, parse_as};
/// let french = Reading {
///     language: Some("fr"),
///     order: Some(Order::DayFirst),
///     before: "2022-01-15".parse().ok(),
/// };
/// assert_eq!(parse("03/04/2021"), None);
/// assert_eq!(parse_as("03/04/2021", &french).unwrap().to_string(), "2021-04-03");
/// assert_eq!(parse("3 avril"), None);
/// assert_eq!(parse_as("3 avril", &french).unwrap().to_string(), "2021-04-03");
/// ```
pub fn parse_as(text: &str, reading: &Reading) -> Option<Date> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let tokens = tokens(text);
    if let Some(date) = unix_time(&tokens) {
        return Some(date);
    }
    let first = tokens.iter().position(|token| matches!(token.kind, Kind::Number { .. }))?;
    // A month may stand before the first number.
    let (from, (date, end)) = (0..=first).find_map(|from| {
        let found = Cursor::new(text, &tokens, from, reading, true).moment()?;
        Some((from, found))
    })?;
    let mut depth = 0;
    let mut words = 0;
    for token in tokens.iter().take(from).chain(tokens.iter().skip(end)) {
        match token.kind {
            Kind::Mark('(' | '[') => depth += 1,
            Kind::Mark(')' | ']') => depth -= 1,
            Kind::Word(_) => words += 1,
            Kind::Number { .. } if depth <= 0 => return None,
            _ => {}
        }
    }
    (words <= WORDS).then_some(date)
}

/// A date inside a text, and the bytes that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The date.
    pub date: Date,
    /// Where it stands.
    pub range: Range<usize>,
}

/// The dates inside a text, from left to right.
///
/// ```
/// use newsdb::formats::dates::{Reading, find};
/// let line = "Veröffentlicht am 3. März 2021 um 10.15 Uhr, aktualisiert 4.3.2021";
/// let found = find(line, &Reading::default());
/// assert_eq!(found[0].date.to_string(), "2021-03-03T10:15Z");
/// assert_eq!(&line[found[1].range.clone()], "4.3.2021");
/// ```
pub fn find(text: &str, reading: &Reading) -> Vec<Found> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let moment = Cursor::new(text, &tokens, at, reading, false).moment();
        at = match moment {
            Some((date, end)) => {
                let last = tokens.get(end - 1).map_or(token.end, |token| token.end);
                found.push(Found { date, range: token.start..last });
                end
            }
            None => at + 1,
        };
    }
    found
}

/// Which order of day and month the numbers of a text show, where one of them can be no month:
/// how many dates are day first, how many month first.
#[cfg(feature = "html")]
pub(super) fn shown_orders(text: &str) -> (usize, usize) {
    let mut shown = (0, 0);
    for parts in tokens(text).windows(5) {
        let [a, mark, b, again, year] = parts else { continue };
        let (
            Kind::Number { value: a, .. },
            Kind::Mark('/' | '-'),
            Kind::Number { value: b, .. },
            Kind::Number { digits: 2 | 4, .. },
        ) = (&a.kind, &mark.kind, &b.kind, &year.kind)
        else {
            continue;
        };
        match (a, b) {
            _ if mark.kind != again.kind => {}
            (13..=31, 1..=12) => shown.0 += 1,
            (1..=12, 13..=31) => shown.1 += 1,
            _ => {}
        }
    }
    shown
}

/// Seconds since 1970 as nine or ten digits (1973 to 2286), or milliseconds as twelve or
/// thirteen, where the digits are not a date as they stand (`2021030310`, `202103031015`);
/// alone, with a fraction, or as `/Date(1614766500000)/`.
fn unix_time(tokens: &[Token]) -> Option<Date> {
    let mut kinds = tokens.iter().map(|token| &token.kind).filter(|kind| match kind {
        Kind::Word(word) => word != "date",
        Kind::Mark(mark) => !"/()".contains(*mark),
        Kind::Number { .. } => true,
    });
    let Kind::Number { value, digits } = kinds.next()? else { return None };
    match (kinds.next(), kinds.next(), kinds.next()) {
        (None, ..) | (Some(Kind::Mark('.')), Some(Kind::Number { .. }), None) => {}
        _ => return None,
    }
    let value = i64::try_from(*value).ok()?;
    let second = match digits {
        10 if !calendar::is_digits_of_day(value / 100) => value,
        9 => value,
        12 if !calendar::is_digits_of_day(value / 10_000) => value / 1000,
        13 => value / 1000,
        _ => return None,
    };
    DateTime::from_timestamp(second, 0).map(Date::utc)
}

//! Dates as publishers give them: with an offset and a precision.

use super::named_enum;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

named_enum! {
    /// How exactly a date is known.
    Precision {
        /// To the second.
        Second = 0 "second",
        /// To the minute.
        Minute = 1 "minute",
        /// A calendar date without a time. It counts on that date in every time zone.
        Day = 2 "day",
    }
}

named_enum! {
    /// Where a date comes from, the better kinds first.
    DateSource {
        /// The publisher's own item: a feed, an agency's message, an API.
        Publisher = 1 "publisher",
        /// The metadata of the page.
        Metadata = 2 "metadata",
        /// The page's URL.
        Url = 3 "url",
        /// A guess, such as the time of ingest.
        Guess = 4 "guess",
    }
}

/// A point in time, with the publisher's offset from UTC and the precision it was given with.
///
/// Written and read as RFC 3339: `2024-06-15T03:45:27Z`, `2024-06-13T10:00:00+05:00`,
/// `2024-06-13T10:00+05:00` (minute), `2024-06-13` (day). A time without an offset is UTC.
///
/// ```
/// use newsdb::{Date, Precision};
/// let date: Date = "2024-06-13T10:00:00+05:00".parse()?;
/// assert_eq!(date.at().to_rfc3339(), "2024-06-13T05:00:00+00:00");
/// assert_eq!(date.to_string(), "2024-06-13T10:00:00+05:00");
/// assert_eq!("2024-06-13".parse::<Date>()?.precision(), Precision::Day);
/// # Ok::<(), newsdb::ParseDateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Date {
    second: i64,
    /// Seconds east of UTC; absent when the publisher gave UTC or none.
    offset: Option<i32>,
    precision: Precision,
}

/// The text is not a date that newsdb reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a date (RFC 3339, RFC 2822 or YYYY-MM-DD)")]
pub struct ParseDateError(pub String);

impl Date {
    /// A point in time known to the second, in UTC. Fractions of a second are dropped.
    pub fn utc(at: DateTime<Utc>) -> Self {
        Self { second: at.timestamp(), offset: None, precision: Precision::Second }
    }

    /// A point in time known to the second, with the publisher's offset.
    pub fn with_offset(at: DateTime<FixedOffset>) -> Self {
        let offset = at.offset().local_minus_utc();
        Self {
            second: at.timestamp(),
            offset: (offset != 0).then_some(offset),
            precision: Precision::Second,
        }
    }

    /// A calendar date without a time.
    pub fn day(day: NaiveDate) -> Self {
        let second = day.and_time(NaiveTime::MIN).and_utc().timestamp();
        Self { second, offset: None, precision: Precision::Day }
    }

    /// The same date known less exactly. To the day, it is the calendar date that the
    /// publisher's own clock showed.
    pub fn at_precision(self, precision: Precision) -> Self {
        match precision {
            Precision::Day if self.precision != Precision::Day => {
                let local = self.second + i64::from(self.offset.unwrap_or(0));
                Self { second: local - local.rem_euclid(86_400), offset: None, precision }
            }
            Precision::Minute if self.precision == Precision::Second => {
                Self { second: self.second - self.second.rem_euclid(60), precision, ..self }
            }
            _ => self,
        }
    }

    /// As it is kept in the file; `None` when the parts do not make a date.
    pub(crate) fn from_parts(second: i64, offset: Option<i32>, precision: i64) -> Option<Self> {
        DateTime::from_timestamp(second, 0)?;
        Some(Self { second, offset, precision: Precision::from_code(precision)? })
    }

    /// The point in time; midnight UTC for a day.
    pub fn at(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.second, 0).unwrap_or_default()
    }

    /// Seconds since 1970 (UTC).
    pub fn second(self) -> i64 {
        self.second
    }

    /// The publisher's offset in seconds east of UTC, where it is not UTC.
    pub fn offset(self) -> Option<i32> {
        self.offset
    }

    /// How exactly it is known.
    pub fn precision(self) -> Precision {
        self.precision
    }
}

impl From<DateTime<Utc>> for Date {
    fn from(at: DateTime<Utc>) -> Self {
        Self::utc(at)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zone = self.offset.and_then(FixedOffset::east_opt).unwrap_or_else(|| Utc.fix());
        let local = self.at().with_timezone(&zone);
        match self.precision {
            Precision::Day => return write!(f, "{}", local.format("%Y-%m-%d")),
            Precision::Minute => write!(f, "{}", local.format("%Y-%m-%dT%H:%M"))?,
            Precision::Second => write!(f, "{}", local.format("%Y-%m-%dT%H:%M:%S"))?,
        }
        match self.offset {
            None => f.write_str("Z"),
            Some(_) => write!(f, "{}", local.format("%:z")),
        }
    }
}

impl FromStr for Date {
    type Err = ParseDateError;

    fn from_str(text: &str) -> Result<Self, ParseDateError> {
        let text = text.trim();
        if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Ok(Self::day(day));
        }
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            return Ok(Self::with_offset(at));
        }
        for format in ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f %#z"] {
            if let Ok(at) = DateTime::parse_from_str(text, format) {
                return Ok(Self::with_offset(at));
            }
        }
        for format in ["%Y-%m-%dT%H:%M%#z", "%Y-%m-%d %H:%M%#z"] {
            if let Ok(at) = DateTime::parse_from_str(text, format) {
                return Ok(Self::with_offset(at).at_precision(Precision::Minute));
            }
        }
        let without_z = text.strip_suffix(['Z', 'z']).unwrap_or(text);
        for (format, precision) in [
            ("%Y-%m-%dT%H:%M:%S%.f", Precision::Second),
            ("%Y-%m-%d %H:%M:%S%.f", Precision::Second),
            ("%Y-%m-%dT%H:%M", Precision::Minute),
            ("%Y-%m-%d %H:%M", Precision::Minute),
        ] {
            if let Ok(local) = NaiveDateTime::parse_from_str(without_z, format) {
                return Ok(Self::utc(Utc.from_utc_datetime(&local)).at_precision(precision));
            }
        }
        if let Ok(at) = DateTime::parse_from_rfc2822(text) {
            return Ok(Self::with_offset(at));
        }
        Err(ParseDateError(text.chars().take(100).collect()))
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

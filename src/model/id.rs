//! Ids are newtypes over the integers that SQLite stores.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The address of an article: `seconds since 1970 << 20 | sequence`.
///
/// Ids are ordered by publication time, so the newest articles have the greatest ids, and a
/// window of time is a range of ids. Dates before 1970 give negative ids. An id stays below
/// 2^53 in size, so that JSON readers with floating-point numbers keep it exact.
///
/// An id is an address, not identity: a corrected publication date gives the article a new
/// one, and the old one goes on leading to it.
///
/// ```
/// use newsdb::ArticleId;
/// let first = ArticleId::first_of_second(1_718_423_127);
/// assert_eq!(first.second(), 1_718_423_127);
/// assert_eq!(first.published_second().to_rfc3339(), "2024-06-15T03:45:27+00:00");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArticleId(pub(crate) i64);

/// Bits of an [`ArticleId`] that number the articles of one second.
const SEQUENCE_BITS: u32 = 20;

impl ArticleId {
    /// The least id of a second since 1970 (UTC).
    pub fn first_of_second(second: i64) -> Self {
        Self(second.saturating_mul(1 << SEQUENCE_BITS))
    }

    /// The greatest id of a second since 1970 (UTC).
    pub fn last_of_second(second: i64) -> Self {
        Self(Self::first_of_second(second).0 | ((1 << SEQUENCE_BITS) - 1))
    }

    /// The filing time in seconds since 1970 (UTC): when the article was published, or first
    /// seen where no believable date is known.
    pub fn second(self) -> i64 {
        self.0 >> SEQUENCE_BITS
    }

    /// The filing time as a date.
    pub fn published_second(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.second(), 0).unwrap_or_default()
    }

    /// The id after this one, unless the second is full.
    pub(crate) fn next_in_second(self) -> Option<Self> {
        (self < Self::last_of_second(self.second())).then_some(Self(self.0 + 1))
    }
}

/// The number of an entity in one file. Numbers are never used again and never leave the
/// file: exports name entities by external id, or by kind and name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntityId(pub(crate) i64);

/// The number of a source in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub(crate) i64);

/// The number of a decision about entities in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CorrectionId(pub(crate) i64);

macro_rules! integer_id {
    ($name:ident) => {
        impl $name {
            /// The id as the integer that the file and the SQL views hold.
            pub fn get(self) -> i64 {
                self.0
            }
        }

        impl From<i64> for $name {
            fn from(value: i64) -> Self {
                Self(value)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}
integer_id!(ArticleId);
integer_id!(EntityId);
integer_id!(SourceId);
integer_id!(CorrectionId);

//! Pages of hits, and where the next one begins.

use super::Query;
use crate::error::Error;
use crate::index::Statistics;
use crate::model::{ArticleId, Date, named_enum};
use crate::search::Snippet;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use xxhash_rust::xxh3::xxh3_64;

named_enum! {
    /// The order of a list.
    Sort {
        /// By publication time, the latest first.
        Newest = 1 "newest",
        /// By publication time, the earliest first.
        Oldest = 2 "oldest",
        /// By how well an article answers the search text (BM25), the best first and the newer
        /// first among equals. Without a search text, as [`Sort::Newest`].
        Relevance = 3 "relevance",
    }
}

/// The greatest number of hits on a page.
pub(super) const MAX_HITS: usize = 1_000;

/// One page of a list.
///
/// ```
/// use newsdb::{NewsDb, Query, Sort};
/// let db = NewsDb::open_in_memory()?;
/// let query = Query::new().text("harbour");
/// let mut page = db.search(&query, Sort::Newest, 20, None)?;
/// while let Some(next) = page.next {
///     page = db.search(&query, Sort::Newest, 20, Some(&next))?;
/// }
/// # Ok::<(), newsdb::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hits {
    /// The articles in the order asked.
    pub hits: Vec<Hit>,
    /// Where the next page begins; `None` exactly when nothing is left.
    pub next: Option<Cursor>,
}

/// An article in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Hit {
    /// Its address.
    pub id: ArticleId,
    /// Unique in the file.
    pub uri: String,
    /// The headline; empty when there is none.
    pub headline: String,
    /// The publisher's key.
    pub source: String,
    /// When it was published, where that is known.
    pub published: Option<Date>,
    /// BCP 47, where known.
    pub language: Option<String>,
    /// How well it answers the search, in a list by relevance. Scores compare within one list.
    pub score: Option<f64>,
    /// A passage that shows what matched, or the beginning.
    pub snippet: Snippet,
}

/// Where the next page of a list begins. A line of text to keep and to hand back; what it
/// says is nobody's business.
///
/// New articles may arrive between two pages: what was on an earlier page does not come again,
/// what was still to come does. A list by relevance keeps the statistics of its first page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor {
    fingerprint: u64,
    pub(crate) position: Position,
}

/// The last hit of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Position {
    Newest(i64),
    Oldest(i64),
    Relevance { score: u64, id: i64, statistics: Statistics },
}

impl Cursor {
    pub(crate) fn new(query: &Query, position: Position) -> Self {
        Self { fingerprint: fingerprint(query), position }
    }

    pub(crate) fn check(&self, query: &Query) -> Result<&Position, Error> {
        if self.fingerprint == fingerprint(query) {
            Ok(&self.position)
        } else {
            Err(Error::BadCursor)
        }
    }
}

fn fingerprint(query: &Query) -> u64 {
    xxh3_64(serde_json::to_string(query).unwrap_or_default().as_bytes())
}

impl fmt::Display for Cursor {
    /// `check-sort-fingerprint-numbers…`, all in hexadecimal; the check is a hash of the rest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sort, numbers) = match &self.position {
            Position::Newest(id) => (Sort::Newest, vec![*id]),
            Position::Oldest(id) => (Sort::Oldest, vec![*id]),
            Position::Relevance { score, id, statistics } => {
                let mut numbers =
                    vec![score.cast_signed(), *id, statistics.articles, statistics.tokens];
                numbers.extend(&statistics.frequencies);
                (Sort::Relevance, numbers)
            }
        };
        let mut text = format!("{:x}-{:x}", sort.code(), self.fingerprint);
        for number in numbers {
            text.push_str(&format!("-{number:x}"));
        }
        write!(f, "{:x}-{text}", xxh3_64(text.as_bytes()))
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (check, text) = text.split_once('-').ok_or(Error::BadCursor)?;
        if check != format!("{:x}", xxh3_64(text.as_bytes())) {
            return Err(Error::BadCursor);
        }
        let numbers = text
            .split('-')
            .map(|part| u64::from_str_radix(part, 16).map(u64::cast_signed))
            .collect::<Result<Vec<i64>, _>>()
            .map_err(|_| Error::BadCursor)?;
        let [sort, fingerprint, rest @ ..] = numbers.as_slice() else {
            return Err(Error::BadCursor);
        };
        let position = match (Sort::from_code(*sort), rest) {
            (Some(Sort::Newest), [id]) => Position::Newest(*id),
            (Some(Sort::Oldest), [id]) => Position::Oldest(*id),
            (Some(Sort::Relevance), [score, id, articles, tokens, frequencies @ ..]) => {
                Position::Relevance {
                    score: score.cast_unsigned(),
                    id: *id,
                    statistics: Statistics {
                        articles: *articles,
                        tokens: *tokens,
                        frequencies: frequencies.to_vec(),
                    },
                }
            }
            _ => return Err(Error::BadCursor),
        };
        Ok(Self { fingerprint: fingerprint.cast_unsigned(), position })
    }
}

impl TryFrom<String> for Cursor {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

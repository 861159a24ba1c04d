//! Where an item of input stood, and why it was refused.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Where an item stood in its input.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file's path as the caller gave it, `-` for standard input, empty when unknown.
    pub input: String,
    /// The line, counted from 1, where the input has lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

impl Place {
    /// A line (from 1) of an input.
    pub fn line(input: impl Into<String>, line: u64) -> Self {
        Self { input: input.into(), line: Some(line) }
    }

    /// An input as a whole.
    pub fn whole(input: impl Into<String>) -> Self {
        Self { input: input.into(), line: None }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let input = if self.input.is_empty() { "input" } else { &self.input };
        match self.line {
            Some(line) => write!(f, "{input}:{line}"),
            None => f.write_str(input),
        }
    }
}

/// An item that was not stored, with its place and the reason. As JSON: `input`, `line`, `reason`.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize)]
#[error("{place}: {reason}")]
pub struct Rejected {
    /// Where it stood.
    #[serde(flatten)]
    pub place: Place,
    /// Why it was refused; a sentence in JSON.
    #[serde(serialize_with = "sentence")]
    pub reason: Reason,
}

fn sentence<S: serde::Serializer>(reason: &Reason, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(reason)
}

/// Why an item was not stored.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// Neither headline, summary nor body holds a visible character.
    #[error("the article has no text")]
    Empty,
    /// The bytes are not UTF-8 from this byte of the item on.
    #[error("not UTF-8 at byte {0}")]
    NotUtf8(u64),
    /// The item is not of its format.
    #[error("{0}")]
    Malformed(String),
    /// A limit of [`Limits`] was passed.
    #[error("over the limit {limit} of {allowed}")]
    OverLimit {
        /// The name of the field of [`Limits`].
        limit: &'static str,
        /// Its value.
        allowed: u64,
    },
    /// The date in a text file's id line does not exist.
    #[error("impossible date in {0:?}")]
    ImpossibleDate(String),
    /// A mention's range does not lie on characters of its field.
    #[error("mention {name:?}: bytes {start}..{end} are not a range of the {field}")]
    MentionRange {
        /// The name that the mention gives.
        name: String,
        /// The field that it points to.
        field: &'static str,
        /// First byte.
        start: usize,
        /// The byte after the last.
        end: usize,
    },
    /// All 1,048,576 sequence numbers of the second are taken.
    #[error("the second {0} holds as many articles as ids allow (1,048,576)")]
    SecondFull(i64),
    /// An input could not be opened or read further.
    #[error("cannot read: {0}")]
    Unreadable(String),
}

impl From<&std::io::Error> for Reason {
    /// The reason that an error carries, else that the input cannot be read.
    fn from(error: &std::io::Error) -> Self {
        let carried = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>());
        carried.cloned().unwrap_or_else(|| Self::Unreadable(error.to_string()))
    }
}

/// What one item, and what is packed, may hold at most. Each is named in the rejection of what passes it.
///
/// ```
/// let limits = newsdb::Limits { body: 1 << 20, ..Default::default() };
/// assert_eq!(limits.line, 64 << 20);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of one line of a line-wise format. 64 MiB.
    pub line: u64,
    /// Bytes of a body. 16 MiB.
    pub body: u64,
    /// Bytes of an article: all its texts, names and attributes together. 32 MiB.
    pub article: u64,
    /// Depth of nested values. 128.
    pub nesting: u64,
    /// Mentions and annotations of one article. 10,000.
    pub mentions: u64,
    /// Bytes that one compressed input unpacks to, all files of an archive together. 32 GiB.
    pub unpacked: u64,
    /// Times that what is unpacked may be longer than what is packed, over all layers; counted
    /// from 1 MiB on. 500: news packs to a third or a tenth, zeros to a thousandth.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: 64 << 20,
            body: 16 << 20,
            article: 32 << 20,
            nesting: 128,
            mentions: 10_000,
            unpacked: 32 << 30,
            ratio: 500,
        }
    }
}

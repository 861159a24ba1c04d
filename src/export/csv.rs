//! A table: an article a row.

use super::{ExportReport, jsonl, write_each};
use crate::error::Error;
use crate::query::Query;
use crate::store::{NewsDb, Snapshot};
use serde_json::Value;
use std::borrow::Cow;
use std::io::Write;

/// The columns, in their order: properties of the JSON lines under the same names.
const COLUMNS: &[&str] = &[
    "id",
    "uri",
    "source",
    "url",
    "headline",
    "summary",
    "body",
    "authors",
    "published",
    "modified",
    "language",
    "subjects",
    "images",
    "enclosures",
    "mentions",
    "tags",
    "byline",
    "dateline",
    "urgency",
    "feed",
    "first_seen",
    "pubstatus",
    "embargo",
];

impl Snapshot {
    /// Writes the articles of a query as a table with a header, oldest first, in bounded memory:
    /// RFC 4180 in UTF-8.
    ///
    /// The columns are `id`, `uri`, `source`, `url`, `headline`, `summary`, `body`, `authors`,
    /// `published`, `modified`, `language`, `subjects`, `images`, `enclosures`, `mentions`,
    /// `tags`, `byline`, `dateline`, `urgency`, `feed`, `first_seen`, `pubstatus` (of what is not usable)
    /// and `embargo` (of what is withheld). Dates are as in
    /// [`export_jsonl`](Self::export_jsonl), lists are JSON, and what is unknown is empty.
    ///
    /// ```
    /// use newsdb::{NewArticle, NewsDb, Query};
    /// let db = NewsDb::open_in_memory()?;
    /// db.insert(NewArticle::new("wire").id("1").headline("Bridge, new, opens"))?;
    /// let mut table = Vec::new();
    /// db.export_csv(&Query::new(), &mut table)?;
    /// let table = String::from_utf8(table)?;
    /// assert!(table.starts_with("id,uri,source,url,headline,"));
    /// assert!(table.contains("\r\n1,newsdb:wire/1,wire,,\"Bridge, new, opens\","));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Io`] when the writer fails; those of the query.
    pub fn export_csv(&self, query: &Query, mut out: impl Write) -> Result<ExportReport, Error> {
        let header = format!("{}\r\n", COLUMNS.join(","));
        out.write_all(header.as_bytes()).map_err(Error::io("export"))?;
        write_each(self, query, out, |article, out| {
            let line = jsonl::line(article, None);
            let cells: Vec<_> =
                COLUMNS.iter().map(|column| cell(line.get(*column)).into_owned()).collect();
            write!(out, "{}\r\n", cells.join(","))
        })
    }
}

impl NewsDb {
    /// [`Snapshot::export_csv`] on the present state.
    ///
    /// # Errors
    /// As there.
    pub fn export_csv(&self, query: &Query, out: impl Write) -> Result<ExportReport, Error> {
        self.snapshot()?.export_csv(query, out)
    }
}

/// A value as a cell, in quotation marks where it holds what parts cells or rows.
fn cell(value: Option<&Value>) -> Cow<'_, str> {
    let text = match value {
        None | Some(Value::Null) => return Cow::Borrowed(""),
        Some(Value::String(text)) => Cow::Borrowed(text.as_str()),
        Some(other) => Cow::Owned(other.to_string()),
    };
    match text.contains(['"', ',', '\r', '\n']) || text.trim().len() != text.len() {
        true => Cow::Owned(format!("\"{}\"", text.replace('"', "\"\""))),
        false => text,
    }
}

//! JSON lines: an article an object, in the names that the reader of [`crate::formats`] takes.

use super::{ExportReport, write_each};
use crate::error::Error;
use crate::model::{Article, Date, DateSource, Mention, PubStatus, Source, Subject};
use crate::query::Query;
use crate::store::{NewsDb, Snapshot};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::io::Write;

impl Snapshot {
    /// Writes the articles of a query as JSON lines, oldest first, in bounded memory. Reading
    /// them back gives the same articles: dates keep the publisher's offset and precision,
    /// entities go by external id or by kind and name, never by number. A mention's `salience`
    /// ([`Mention::salience`]) is written and not read: it follows from the mentions.
    ///
    /// ```
    /// use newsdb::{NewArticle, NewsDb, Query, formats};
    /// let db = NewsDb::open_in_memory()?;
    /// db.insert(NewArticle::new("wire").id("1").headline("Bridge opens").subject("transport"))?;
    /// let mut lines = Vec::new();
    /// db.export_jsonl(&Query::new(), &mut lines)?;
    ///
    /// let copy = NewsDb::open_in_memory()?;
    /// let input = std::io::Cursor::new(lines.clone());
    /// copy.ingest(formats::read(input, "copy", None, &Default::default()))?;
    /// let mut again = Vec::new();
    /// copy.export_jsonl(&Query::new(), &mut again)?;
    /// assert_eq!(lines, again);
    /// # Ok::<(), newsdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Io`] when the writer fails; those of the query.
    pub fn export_jsonl(&self, query: &Query, out: impl Write) -> Result<ExportReport, Error> {
        let sources: HashMap<String, Source> =
            self.sources()?.into_iter().map(|source| (source.key.clone(), source)).collect();
        write_each(self, query, out, |article, out| {
            writeln!(out, "{}", line(article, sources.get(&article.source)))
        })
    }
}

impl NewsDb {
    /// [`Snapshot::export_jsonl`] on the present state.
    ///
    /// # Errors
    /// As there.
    pub fn export_jsonl(&self, query: &Query, out: impl Write) -> Result<ExportReport, Error> {
        self.snapshot()?.export_jsonl(query, out)
    }
}

/// An article as the object of one line, with what is known of its source. What is unknown is
/// absent.
pub(super) fn line(article: &Article, source: Option<&Source>) -> Value {
    let mut line = Map::new();
    let mut put = |name: &str, value: Value| {
        let absent = match &value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(items) => items.is_empty(),
            _ => false,
        };
        if !absent {
            line.insert(name.to_owned(), value);
        }
    };
    put("id", json!(article.external_id));
    put("uri", json!(article.uri));
    put("source", json!(article.source));
    put("source_name", json!(source.and_then(|source| source.name.as_ref())));
    put("source_url", json!(source.and_then(|source| source.url.as_ref())));
    put("url", json!(article.url));
    put("headline", json!(Some(&article.headline).filter(|headline| !headline.is_empty())));
    put("summary", json!(article.summary));
    put("body", json!(article.body));
    put("body_html", json!(article.body_html));
    put("authors", json!(article.authors));
    put("published", json!(article.published));
    put("modified", json!(article.modified));
    put("language", json!(article.language));
    put("subjects", article.subjects.iter().map(subject).collect());
    put("images", json!(article.images));
    put("enclosures", json!(article.enclosures));
    put("tone", json!(article.tone));
    put("mentions", article.mentions.iter().map(mention).collect());
    put("annotations", json!(article.annotations));
    put("feed", json!(article.feed));
    put("byline", json!(article.byline));
    put("dateline", json!(article.dateline));
    put("urgency", json!(article.urgency));
    put("tags", json!(article.tags));
    put("attributes", json!(article.attributes));
    put("headline_derived", json!(article.headline_derived.then_some(true)));
    let other = |source: Option<DateSource>| source.filter(|s| *s != DateSource::Publisher);
    put("published_source", json!(other(article.published_source)));
    put("modified_source", json!(other(article.modified_source)));
    put("published_raw", json!(article.published_raw));
    put("first_seen", json!(Date::utc(article.first_seen)));
    put("pubstatus", json!(Some(article.status).filter(|status| *status != PubStatus::Usable)));
    // Of what is usable an embargo is over, whenever it was to end.
    put("embargo", json!(article.embargo.filter(|_| article.status == PubStatus::Withheld)));
    Value::Object(line)
}

fn subject(subject: &Subject) -> Value {
    match subject {
        Subject { scheme: None, code, name: None } => json!(code),
        other => json!(other),
    }
}

/// As it can be ingested again, with how much the article is about its entity, which is worked out.
fn mention(mention: &Mention) -> Value {
    let mut said = json!(mention.mention);
    if let Some(salience) = mention.salience {
        said["salience"] = json!(salience);
    }
    said
}

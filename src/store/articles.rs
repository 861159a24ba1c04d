//! Articles as they are kept: reading one, its versions and its sightings.

use super::packs::Reader;
use super::{NewsDb, Snapshot, View, mentions};
use crate::error::Error;
use crate::model::{
    Article, ArticleId, Date, DateSource, Field, PubStatus, Sighting, Source, SourceId, Span,
    Subject, Version, VersionText,
};
use crate::query::Meaning;
use chrono::{DateTime, Utc};
use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::de::DeserializeOwned;

impl NewsDb {
    /// As [`Snapshot::article`].
    ///
    /// # Errors
    /// Those of reading.
    pub fn article(&self, id: ArticleId) -> Result<Option<Article>, Error> {
        self.snapshot()?.article(id)
    }

    /// As [`Snapshot::article_by_uri`].
    ///
    /// # Errors
    /// Those of reading.
    pub fn article_by_uri(&self, uri: &str) -> Result<Option<Article>, Error> {
        self.snapshot()?.article_by_uri(uri)
    }

    /// As [`Snapshot::articles_by_url`].
    ///
    /// # Errors
    /// Those of reading.
    pub fn articles_by_url(&self, url: &str) -> Result<Vec<Article>, Error> {
        self.snapshot()?.articles_by_url(url)
    }

    /// As [`Snapshot::versions`].
    ///
    /// # Errors
    /// As there.
    pub fn versions(&self, id: ArticleId) -> Result<Vec<Version>, Error> {
        self.snapshot()?.versions(id)
    }

    /// As [`Snapshot::sightings`].
    ///
    /// # Errors
    /// As there.
    pub fn sightings(&self, id: ArticleId) -> Result<Vec<Sighting>, Error> {
        self.snapshot()?.sightings(id)
    }

    /// As [`Snapshot::sources`].
    ///
    /// # Errors
    /// Those of reading.
    pub fn sources(&self) -> Result<Vec<Source>, Error> {
        self.snapshot()?.sources()
    }

    /// Sets what is known of a source beside its key; creates it when it is missing. Its id is
    /// ignored.
    ///
    /// ```
    /// use newsdb::{NewsDb, Source};
    /// let db = NewsDb::open_in_memory()?;
    /// let mut source = Source::new("baltic-post");
    /// source.name = Some("Baltic Post".into());
    /// source.country = Some("EE".into());
    /// db.put_source(&source)?;
    /// assert_eq!(db.sources()?[0].name.as_deref(), Some("Baltic Post"));
    /// # Ok::<(), newsdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of writing.
    pub fn put_source(&self, source: &Source) -> Result<SourceId, Error> {
        let attributes = serde_json::Value::Object(source.attributes.clone()).to_string();
        self.write(|connection| {
            Ok(connection
                .prepare_cached(
                    "INSERT INTO source (key, name, url, country, language, attributes)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT (key) DO UPDATE SET name = excluded.name, url = excluded.url,
                         country = excluded.country, language = excluded.language,
                         attributes = excluded.attributes
                     RETURNING source_id",
                )?
                .query_row(
                    (
                        &source.key,
                        &source.name,
                        &source.url,
                        &source.country,
                        &source.language,
                        attributes,
                    ),
                    |row| row.get(0).map(SourceId),
                )?)
        })
    }
}

impl Snapshot {
    /// An article by its id, whatever its status. An id that a corrected date made old leads
    /// to the new one. `None`: there is none, or it was removed.
    ///
    /// # Errors
    /// Those of reading.
    pub fn article(&self, id: ArticleId) -> Result<Option<Article>, Error> {
        self.view(|view| load(view, id))
    }

    /// An article by its URI.
    ///
    /// # Errors
    /// Those of reading.
    pub fn article_by_uri(&self, uri: &str) -> Result<Option<Article>, Error> {
        self.view(|view| {
            let id = view
                .connection
                .prepare_cached("SELECT article_id FROM article WHERE uri = ?1")?
                .query_row([uri], |row| row.get(0).map(ArticleId))
                .optional()?;
            id.map_or(Ok(None), |id| load(view, id))
        })
    }

    /// The articles seen at a URL, or at one that differs only in what does not matter
    /// (scheme, fragment, tracking parameters), newest first. Usually one.
    ///
    /// # Errors
    /// Those of reading.
    pub fn articles_by_url(&self, url: &str) -> Result<Vec<Article>, Error> {
        self.view(|view| {
            let ids = view
                .connection
                .prepare_cached(
                    "SELECT DISTINCT article_id FROM sighting WHERE url_key = ?1
                      ORDER BY article_id DESC",
                )?
                .query_map([crate::ingest::url_key(url)], |row| row.get(0).map(ArticleId))?
                .collect::<Result<Vec<_>, _>>()?;
            ids.into_iter().filter_map(|id| load(view, id).transpose()).collect()
        })
    }

    /// What an article said, oldest first.
    ///
    /// # Errors
    /// [`Error::UnknownArticle`].
    pub fn versions(&self, id: ArticleId) -> Result<Vec<Version>, Error> {
        self.view(|view| {
            let id = existing(view.connection, id)?;
            let mut versions = view
                .connection
                .prepare_cached(
                    "SELECT number, modified, modified_offset, modified_precision, seen, headline,
                            summary, codec, body, mentions, 0 AS current, annotations
                       FROM version WHERE article_id = ?1
                     UNION ALL
                     SELECT a.version, a.modified, a.modified_offset, a.modified_precision,
                            a.version_seen, a.headline, a.summary, b.codec, b.body, NULL, 1, NULL
                       FROM article a LEFT JOIN article_body b USING (article_id)
                      WHERE a.article_id = ?1 AND a.status <> 3
                     ORDER BY 1",
                )?
                .query_and_then([id.0], |row| -> Result<Version, Error> {
                    Ok(Version {
                        number: row.get(0)?,
                        text: VersionText {
                            headline: row.get(5)?,
                            summary: row.get(6)?,
                            body: view.texts().column(row, 7)?,
                        },
                        modified: date(row.get(1)?, row.get(2)?, row.get(3)?),
                        seen: time(row.get(4)?),
                        changes: Vec::new(),
                        mentions: json(row, 9)?.unwrap_or_default(),
                        annotations: json(row, 11)?.unwrap_or_default(),
                        current: row.get(10)?,
                    })
                })?
                .collect::<Result<Vec<_>, _>>()?;
            let mut statement = view.connection.prepare_cached(
                "SELECT number, at, changes FROM change_log WHERE article_id = ?1
                  ORDER BY change_id",
            )?;
            let mut rows = statement.query([id.0])?;
            while let Some(row) = rows.next()? {
                let number: u32 = row.get(0)?;
                let mut change: serde_json::Map<_, _> = json(row, 2)?.unwrap_or_default();
                change.insert("at".to_owned(), serde_json::json!(Date::utc(time(row.get(1)?))));
                if let Some(version) = versions.iter_mut().find(|v| v.number == number) {
                    version.changes.push(change.into());
                }
            }
            Ok(versions)
        })
    }

    /// Where an article was seen, in the order of first sight.
    ///
    /// # Errors
    /// [`Error::UnknownArticle`].
    pub fn sightings(&self, id: ArticleId) -> Result<Vec<Sighting>, Error> {
        self.view(|view| {
            let id = existing(view.connection, id)?;
            view.connection
                .prepare_cached(
                    "SELECT s.key, t.feed, t.external_id, t.url, t.first_seen, t.last_seen,
                            t.codec, t.text
                       FROM sighting t JOIN source s USING (source_id)
                      WHERE t.article_id = ?1 ORDER BY t.sighting_id",
                )?
                .query_and_then([id.0], |row| {
                    let text = match view.texts().column(row, 6)? {
                        Some(text) => serde_json::from_str(&text)
                            .map_err(|error| Error::Corrupt(format!("a sighting: {error}")))?,
                        None => None,
                    };
                    Ok(Sighting {
                        source: row.get(0)?,
                        feed: row.get(1)?,
                        id: row.get(2)?,
                        url: row.get(3)?,
                        first_seen: time(row.get(4)?),
                        last_seen: time(row.get(5)?),
                        text,
                    })
                })?
                .collect()
        })
    }

    /// Every source, by key.
    ///
    /// # Errors
    /// Those of reading.
    pub fn sources(&self) -> Result<Vec<Source>, Error> {
        self.view(|view| {
            view.connection
                .prepare_cached(
                    "SELECT source_id, key, name, url, country, language, attributes
                       FROM source ORDER BY key",
                )?
                .query_and_then([], |row| {
                    Ok(Source {
                        id: SourceId(row.get(0)?),
                        key: row.get(1)?,
                        name: row.get(2)?,
                        url: row.get(3)?,
                        country: row.get(4)?,
                        language: row.get(5)?,
                        attributes: json(row, 6)?.unwrap_or_default(),
                    })
                })?
                .collect()
        })
    }
}

/// Follows redirects to an article that is there.
pub(crate) fn existing(connection: &Connection, id: ArticleId) -> Result<ArticleId, Error> {
    connection
        .prepare_cached(
            "SELECT article_id FROM article WHERE article_id = coalesce(
                 (SELECT to_id FROM article_redirect WHERE from_id = ?1), ?1)",
        )?
        .query_row([id.0], |row| row.get(0).map(ArticleId))
        .optional()?
        .ok_or_else(|| Error::UnknownArticle(id.to_string()))
}

/// An article with everything that belongs to it.
pub(crate) fn load(view: &View<'_>, id: ArticleId) -> Result<Option<Article>, Error> {
    match existing(view.connection, id) {
        Ok(id) => {
            let mut article = load_on(view.connection, view.texts(), id)?;
            article.as_mut().map(|article| Meaning::resolve(view, article)).transpose()?;
            Ok(article)
        }
        Err(Error::UnknownArticle(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// As [`load`], on any connection and without following redirects.
pub(crate) fn load_on(
    connection: &Connection,
    texts: Reader<'_>,
    id: ArticleId,
) -> Result<Option<Article>, Error> {
    let article = connection
        .prepare_cached(
            "SELECT a.article_id, a.uri, s.key, a.external_id, a.url, a.status, a.embargo,
                    a.published_source, a.published_offset, a.published_precision,
                    a.published_raw, a.modified, a.modified_offset, a.modified_precision,
                    a.first_seen, a.version, a.headline, a.headline_derived, a.summary, a.byline,
                    a.dateline, a.language, a.language_confidence, a.urgency, a.images,
                    a.attributes, b.codec, b.body, d.duplicate_of, d.similarity,
                    h.codec, h.html, a.modified_source, a.enclosures,
                    (SELECT feed FROM sighting t WHERE t.article_id = a.article_id
                      ORDER BY sighting_id LIMIT 1), a.tone
               FROM article a
               JOIN source s USING (source_id)
               LEFT JOIN article_body b USING (article_id)
               LEFT JOIN article_html h USING (article_id)
               LEFT JOIN duplicate d USING (article_id)
              WHERE a.article_id = ?1",
        )?
        .query_and_then([id.0], |row| row_to_article(texts, row))?
        .next()
        .transpose()?;
    let Some(mut article) = article else { return Ok(None) };
    for (table, names) in [("author", &mut article.authors), ("tag", &mut article.tags)] {
        *names = connection
            .prepare_cached(&format!(
                "SELECT n.name FROM article a, json_each(a.{table}s) j
                   JOIN {table} n ON n.{table}_id = j.value
                  WHERE a.article_id = ?1 ORDER BY j.key"
            ))?
            .query_map([id.0], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
    }
    article.subjects = connection
        .prepare_cached(
            "SELECT nullif(s.scheme, ''), s.code, s.name
               FROM article a, json_each(a.subjects) j JOIN subject s ON s.subject_id = j.value
              WHERE a.article_id = ?1 ORDER BY j.key",
        )?
        .query_map([id.0], |row| {
            Ok(Subject { scheme: row.get(0)?, code: row.get(1)?, name: row.get(2)? })
        })?
        .collect::<Result<_, _>>()?;
    article.mentions = mentions::load(connection, id)?;
    article.annotations = super::annotations::load(connection, id)?;
    Ok(Some(article))
}

/// The columns of [`load_on`], without the lists.
fn row_to_article(texts: Reader<'_>, row: &Row<'_>) -> Result<Article, Error> {
    let id = ArticleId(row.get(0)?);
    let published_source = row.get::<_, Option<i64>>(7)?.and_then(DateSource::from_code);
    let published = published_source
        .and_then(|_| Date::from_parts(id.second(), row.get(8).ok()?, row.get(9).ok()?));
    let status: i64 = row.get(5)?;
    Ok(Article {
        id,
        uri: row.get(1)?,
        source: row.get(2)?,
        feed: row.get(34)?,
        external_id: row.get(3)?,
        url: row.get(4)?,
        headline: row.get(16)?,
        headline_derived: row.get(17)?,
        summary: row.get(18)?,
        body: texts.column(row, 26)?,
        body_html: texts.column(row, 30)?,
        byline: row.get(19)?,
        dateline: row.get(20)?,
        authors: Vec::new(),
        language: row.get(21)?,
        language_confidence: row.get(22)?,
        published,
        published_source,
        published_raw: row.get(10)?,
        modified: date(row.get(11)?, row.get(12)?, row.get(13)?),
        modified_source: row.get::<_, Option<i64>>(32)?.and_then(DateSource::from_code),
        first_seen: time(row.get(14)?),
        version: row.get(15)?,
        status: PubStatus::from_code(status)
            .ok_or_else(|| Error::Corrupt(format!("article {id} has the status {status}")))?,
        embargo: row.get::<_, Option<i64>>(6)?.map(time),
        urgency: row.get(23)?,
        subjects: Vec::new(),
        images: json(row, 24)?.unwrap_or_default(),
        enclosures: json(row, 33)?.unwrap_or_default(),
        tone: row.get(35)?,
        mentions: Vec::new(),
        annotations: Vec::new(),
        tags: Vec::new(),
        attributes: json(row, 25)?.unwrap_or_default(),
        duplicate_of: row.get::<_, Option<i64>>(28)?.map(ArticleId),
        similarity: row.get(29)?,
    })
}

/// The columns `field`, `start` and `end`; absent when something is said of the whole article.
pub(super) fn span(row: &Row<'_>, field: usize) -> Result<Option<Span>, Error> {
    let offset = |index| -> Result<usize, Error> {
        Ok(usize::try_from(row.get::<_, i64>(index)?).unwrap_or(0))
    };
    Field::from_code(row.get(field)?)
        .map(|named| Ok(Span { field: named, start: offset(field + 1)?, end: offset(field + 2)? }))
        .transpose()
}

/// What an article says now.
pub(crate) fn text(connection: &Connection, id: ArticleId) -> Result<VersionText, Error> {
    connection
        .prepare_cached(
            "SELECT a.headline, a.summary, b.codec, b.body
               FROM article a LEFT JOIN article_body b USING (article_id)
              WHERE a.article_id = ?1",
        )?
        .query_and_then([id.0], |row| {
            let body = Reader::new(connection, None).column(row, 2)?;
            Ok(VersionText { headline: row.get(0)?, summary: row.get(1)?, body })
        })?
        .next()
        .unwrap_or_else(|| Err(Error::UnknownArticle(id.to_string())))
}

pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, index: usize) -> Result<Option<T>, Error> {
    let value = row.get_ref(index)?;
    match Option::<String>::column_result(value).map_err(rusqlite::Error::from)? {
        Some(text) => serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| Error::Corrupt(format!("stored JSON: {error}"))),
        None => Ok(None),
    }
}

fn date(second: Option<i64>, offset: Option<i32>, precision: Option<i64>) -> Option<Date> {
    Date::from_parts(second?, offset, precision.unwrap_or(0))
}

fn time(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap_or_default()
}

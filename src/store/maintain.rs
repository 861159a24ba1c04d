//! Keeping a file well: checks, copies, figures, tidying.

use super::articles::{self, unpack};
use super::entities::PROMOTED;
use super::{Cancel, NewsDb, SCHEMA_VERSION, Snapshot, View, meta};
use crate::error::Error;
use crate::index::{self, Analysed};
use crate::ingest::{BAND_BITS, PERIOD_BITS, prepare::content_hash};
use crate::model::{ArticleId, Date, PubStatus};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CheckReport {
    /// Articles looked at.
    pub articles: u64,
    /// What is wrong, in sentences; empty when all is well.
    pub findings: Vec<String>,
}

impl CheckReport {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Figures about a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Stats {
    /// Articles of any status.
    pub articles: u64,
    /// Articles by status, as recorded.
    pub by_status: BTreeMap<String, u64>,
    /// Articles without a believable date.
    pub undated: u64,
    /// Earlier versions.
    pub past_versions: u64,
    /// Sightings.
    pub sightings: u64,
    /// Articles that repeat another's text.
    pub duplicates: u64,
    /// Tombstones.
    pub tombstones: u64,
    /// Sources.
    pub sources: u64,
    /// Entities, merged ones not counted.
    pub entities: u64,
    /// Mentions.
    pub mentions: u64,
    /// What else annotators say: quotations, amounts, events.
    pub annotations: u64,
    /// Articles whose publisher's HTML is kept.
    pub with_html: u64,
    /// Feeds that are known.
    pub feeds: u64,
    /// Subjects.
    pub subjects: u64,
    /// Authors.
    pub authors: u64,
    /// The first publication date.
    pub first: Option<Date>,
    /// The last publication date.
    pub last: Option<Date>,
    /// Bytes of the file; in memory, of its pages.
    pub file_bytes: u64,
    /// Bytes of its write-ahead log.
    pub log_bytes: u64,
    /// Bytes in the file that are free for new data.
    pub free_bytes: u64,
    /// Whether erased text may still lie in the file's bytes; see [`NewsDb::scrub`].
    pub scrub_pending: bool,
    /// The ages of the snapshots that this handle has open, this one's left out.
    pub open_snapshots: Vec<Duration>,
    /// The file's schema.
    pub schema: i64,
    /// The version of the tokens in its index.
    pub tokens_version: i64,
}

impl NewsDb {
    /// Checks the file: SQLite's own integrity check, foreign keys, every packed text against
    /// its hash, and everything that the index holds of an article, each word at its place
    /// included, against the tables. Reads everything once; readers and writers go on meanwhile.
    ///
    /// # Errors
    /// [`Error::Canceled`]; [`Error::Corrupt`] when the file is so damaged that it cannot be
    /// read at all. What is found is not an error but in the report.
    pub fn check(&self, cancel: &Cancel) -> Result<CheckReport, Error> {
        self.snapshot_with(cancel)?.view(check)
    }

    /// Copies the database into a new file, compact and of one moment, while others read and
    /// write. The copy appears under its name only when it is whole.
    ///
    /// # Errors
    /// [`Error::Io`] when the target exists or cannot be made; [`Error::Full`].
    pub fn backup(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        if path.exists() {
            return Err(Error::io(path)(std::io::ErrorKind::AlreadyExists.into()));
        }
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        match std::fs::remove_file(&partial) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io(&partial)(error));
            }
            _ => {}
        }
        let text = partial.to_str().ok_or_else(|| {
            Error::Invalid(format!("{} is not a path in UTF-8", partial.display()))
        })?;
        // VACUUM runs outside of a transaction and makes a read transaction of its own.
        let copied = self.inner.pool.reader().and_then(|connection| {
            connection.pragma_update(None, "query_only", 0)?;
            let outcome = connection.execute("VACUUM INTO ?1", [text]);
            connection.pragma_update(None, "query_only", self.inner.path.is_some())?;
            Ok(outcome?)
        });
        let finished = copied.and_then(|_| {
            let file = std::fs::File::open(&partial).map_err(Error::io(&partial))?;
            file.sync_all().map_err(Error::io(&partial))?;
            std::fs::rename(&partial, path).map_err(Error::io(path))
        });
        if finished.is_err() {
            let _ = std::fs::remove_file(&partial);
        }
        finished
    }

    /// As [`Snapshot::stats`].
    ///
    /// # Errors
    /// Those of reading.
    pub fn stats(&self) -> Result<Stats, Error> {
        self.snapshot()?.stats()
    }

    /// Builds the index anew from the tables, in steps that are each committed. The old one goes
    /// on answering until the new one is whole, writers get their turn between the steps, and
    /// what was stopped goes on where it was when this is called again. Needed after an upgrade
    /// that [`Options::rebuild_on_open`](crate::Options::rebuild_on_open) left alone, and when
    /// [`check`](NewsDb::check) finds the index damaged.
    ///
    /// `progress` is told how many articles are done, by this call, after each step.
    ///
    /// # Errors
    /// [`Error::Canceled`] when stopped between two steps; those of writing.
    pub fn rebuild(&self, cancel: &Cancel, mut progress: impl FnMut(u64)) -> Result<(), Error> {
        let sizes = self.inner.options.index_sizes();
        let (mut done, mut begin) = (0, true);
        while let Some(articles) =
            self.write(|connection| index::rebuild_some(connection, sizes, begin))?
        {
            done += articles;
            begin = false;
            progress(done);
            cancel.check()?;
        }
        Ok(())
    }

    /// Builds the index where there is none that answers.
    pub(super) fn rebuild_missing(&self) -> Result<(), Error> {
        let sizes = self.inner.options.index_sizes();
        while self.write(|connection| index::rebuild_some(connection, sizes, false))?.is_some() {}
        Ok(())
    }

    /// Tidies: finishes the merges of the index in bounded steps, gives free pages back to the system,
    /// and empties the log. Other writers get their turn between the steps.
    ///
    /// # Errors
    /// [`Error::Canceled`] when stopped between two steps; those of writing.
    pub fn optimize(&self, cancel: &Cancel) -> Result<(), Error> {
        let sizes = self.inner.options.index_sizes();
        while self.write(|connection| index::finish_some(connection, sizes))? {
            cancel.check()?;
        }
        loop {
            let connection = self.inner.writer()?;
            let free: i64 =
                connection.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
            if free == 0 || self.inner.path.is_none() {
                break;
            }
            connection.execute_batch("PRAGMA incremental_vacuum(1024)")?;
            let left: i64 =
                connection.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
            drop(connection);
            if left >= free {
                break;
            }
            cancel.check()?;
        }
        self.empty_log()?;
        Ok(())
    }
}

impl Snapshot {
    /// Figures about the file.
    ///
    /// # Errors
    /// Those of reading.
    pub fn stats(&self) -> Result<Stats, Error> {
        let mut open_snapshots = Vec::new();
        for state in self.state.inner().open_snapshots() {
            if !std::sync::Arc::ptr_eq(&state, &self.state) {
                open_snapshots.push(state.age());
            }
        }
        self.view(|view| stats(view, open_snapshots))
    }
}

fn stats(view: &View<'_>, open_snapshots: Vec<Duration>) -> Result<Stats, Error> {
    let connection = view.connection;
    let count = |sql: &str| -> Result<u64, Error> {
        let count: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    };
    let pragma = |name: &str| -> Result<u64, Error> {
        let value: i64 = connection.pragma_query_value(None, name, |row| row.get(0))?;
        Ok(u64::try_from(value).unwrap_or(0))
    };
    let by_status = connection
        .prepare_cached("SELECT status, count(*) FROM article GROUP BY status")?
        .query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?
        .map(|row| {
            let (status, articles) = row?;
            let name = PubStatus::from_code(status).map_or("unknown", PubStatus::as_str);
            Ok((name.to_owned(), u64::try_from(articles).unwrap_or(0)))
        })
        .collect::<Result<BTreeMap<_, _>, Error>>()?;
    let edge = |sql: &str| -> Result<Option<Date>, Error> {
        let id: Option<i64> =
            connection.prepare_cached(sql)?.query_map([], |row| row.get(0))?.next().transpose()?;
        Ok(match id {
            Some(id) => articles::load_on(connection, ArticleId(id))?.and_then(|a| a.published),
            None => None,
        })
    };
    let size = |path: Option<PathBuf>| {
        path.and_then(|path| std::fs::metadata(path).ok()).map_or(0, |data| data.len())
    };
    let page = pragma("page_size")?;
    let path = view.inner.path.clone();
    let log = path.clone().map(|path| {
        let mut name = path.into_os_string();
        name.push("-wal");
        PathBuf::from(name)
    });
    Ok(Stats {
        articles: by_status.values().sum(),
        by_status,
        undated: count("SELECT count(*) FROM article WHERE coalesce(published_source, 4) = 4")?,
        past_versions: count("SELECT count(*) FROM version")?,
        sightings: count("SELECT count(*) FROM sighting")?,
        duplicates: count("SELECT count(*) FROM duplicate")?,
        tombstones: count("SELECT count(*) FROM tombstone")?,
        sources: count("SELECT count(*) FROM source")?,
        entities: count("SELECT count(*) FROM entity WHERE canonical_id = entity_id")?,
        mentions: count("SELECT coalesce(sum(json_array_length(list)), 0) FROM mention")?,
        annotations: count(
            "SELECT coalesce(sum(CASE field WHEN -1 THEN json_array_length(value) ELSE 1 END), 0)
               FROM annotation",
        )?,
        with_html: count("SELECT count(*) FROM article_html")?,
        feeds: count("SELECT count(*) FROM feed")?,
        subjects: count("SELECT count(*) FROM subject")?,
        authors: count("SELECT count(*) FROM author")?,
        first: edge(
            "SELECT article_id FROM article WHERE published_source IS NOT NULL
              ORDER BY article_id LIMIT 1",
        )?,
        last: edge(
            "SELECT article_id FROM article WHERE published_source IS NOT NULL
              ORDER BY article_id DESC LIMIT 1",
        )?,
        file_bytes: match path {
            Some(path) => size(Some(path)),
            None => page * pragma("page_count")?,
        },
        log_bytes: size(log),
        free_bytes: page * pragma("freelist_count")?,
        scrub_pending: meta(connection, "scrub_pending")? != 0,
        open_snapshots,
        schema: SCHEMA_VERSION,
        tokens_version: meta(connection, "tokens_version")?,
    })
}

fn check(view: &View<'_>) -> Result<CheckReport, Error> {
    let connection = view.connection;
    let mut findings: Vec<String> = connection
        .prepare("PRAGMA integrity_check")?
        .query_map([], |row| row.get::<_, String>(0))?
        .filter(|line| line.as_deref() != Ok("ok"))
        .collect::<Result<_, _>>()?;
    let mut orphans = connection.prepare("PRAGMA foreign_key_check")?;
    let mut rows = orphans.query([])?;
    while let Some(row) = rows.next()? {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        findings.push(format!("a row of {table} names a row of {parent} that is not there"));
    }
    for (what, sql) in [
        (
            "articles that were seen nowhere",
            "SELECT count(*) FROM article a WHERE a.status <> 3
                AND NOT EXISTS (SELECT 1 FROM sighting t WHERE t.article_id = a.article_id)",
        ),
        (
            "merged entities that do not lead to one that stands",
            "SELECT count(*) FROM entity e WHERE NOT EXISTS (
                 SELECT 1 FROM entity c WHERE c.entity_id = e.canonical_id
                    AND c.canonical_id = c.entity_id)",
        ),
        (
            "mentions of entities, or by annotators, that are not there",
            "SELECT count(*) FROM mention m, json_each(m.list) j
              WHERE NOT EXISTS (SELECT 1 FROM annotator WHERE annotator_id = j.value ->> 0)
                 OR NOT EXISTS (SELECT 1 FROM entity WHERE entity_id = j.value ->> 1)",
        ),
        (
            "subjects, authors or tags of articles that are not there",
            "SELECT (SELECT count(*) FROM article, json_each(iif(json_valid(subjects), subjects, '[]'))
                      WHERE coalesce(value NOT IN (SELECT subject_id FROM subject), 1))
                  + (SELECT count(*) FROM article, json_each(iif(json_valid(authors), authors, '[]'))
                      WHERE coalesce(value NOT IN (SELECT author_id FROM author), 1))
                  + (SELECT count(*) FROM article, json_each(iif(json_valid(tags), tags, '[]'))
                      WHERE coalesce(value NOT IN (SELECT tag_id FROM tag), 1))",
        ),
        (
            "entities whose count of articles is not that of the mentions",
            &*format!(
                "SELECT count(*) FROM entity e LEFT JOIN (
                     SELECT entity_id, count(*) AS articles FROM (
                         -- A number for certain, or SQLite would make no index of it to join by.
                         SELECT DISTINCT m.article_id, CAST(j.value ->> 1 AS INTEGER) AS entity_id
                           FROM mention m, json_each(m.list) j)
                      GROUP BY entity_id) c USING (entity_id)
                  WHERE min(e.articles, {PROMOTED}) <> min(coalesce(c.articles, 0), {PROMOTED})"
            ),
        ),
        (
            "near-duplicate bands of articles that are not there",
            &*format!(
                "SELECT count(*) FROM duplicate_band b
                  WHERE NOT EXISTS (
                        SELECT 1 FROM article a
                         WHERE a.article_id = ((b.band >> {BAND_BITS}) << {PERIOD_BITS}) + b.article)"
            ),
        ),
        (
            "annotations and lists that are not JSON",
            "SELECT (SELECT count(*) FROM annotation WHERE NOT json_valid(value))
                  + (SELECT count(*) FROM article WHERE NOT coalesce(json_valid(images), 1)
                        OR NOT coalesce(json_valid(enclosures), 1)
                        OR NOT coalesce(json_valid(attributes), 1)
                        OR NOT coalesce(json_valid(subjects), 1)
                        OR NOT coalesce(json_valid(authors), 1)
                        OR NOT coalesce(json_valid(tags), 1))",
        ),
        (
            "redirects of ids that are in use",
            "SELECT count(*) FROM article_redirect r JOIN article a ON a.article_id = r.from_id",
        ),
    ] {
        let count: i64 = connection.query_row(sql, [], |row| row.get(0))?;
        if count != 0 {
            findings.push(format!("{count} {what}"));
        }
    }
    let mut articles = 0;
    let mut damaged = Vec::new();
    findings.extend(index::check(view, |take| {
        let mut statement = connection.prepare(
            "SELECT a.article_id, a.headline, a.summary, b.codec, b.body, a.language, a.content_hash,
                    a.status = 3
               FROM article a LEFT JOIN article_body b USING (article_id)",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            view.check_canceled()?;
            let id = ArticleId(row.get(0)?);
            if row.get(7)? {
                take(id, &Analysed::default())?;
                continue;
            }
            articles += 1;
            let (headline, summary): (String, Option<String>) = (row.get(1)?, row.get(2)?);
            let body = match row.get::<_, Option<i64>>(3)? {
                Some(codec) => {
                    let bytes = row.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)?;
                    match unpack(codec, bytes) {
                        Ok(text) => Some(text),
                        Err(error) => {
                            damaged.push(format!("article {id}: {error}"));
                            continue;
                        }
                    }
                }
                None => None,
            };
            if content_hash(&headline, summary.as_deref(), body.as_deref())
                != row.get::<_, i64>(6)?
            {
                damaged.push(format!("article {id}: its text differs from its hash"));
            }
            let language: Option<String> = row.get(5)?;
            let analysed =
                Analysed::new(&headline, summary.as_deref(), body.as_deref(), language.as_deref());
            take(id, &analysed)?;
        }
        Ok(())
    })?);
    findings.extend(damaged);
    let mut versions = connection.prepare(
        "SELECT article_id, number, headline, summary, codec, body, content_hash FROM version",
    )?;
    let mut rows = versions.query([])?;
    while let Some(row) = rows.next()? {
        view.check_canceled()?;
        let (id, number): (i64, i64) = (row.get(0)?, row.get(1)?);
        let body = match row.get::<_, Option<i64>>(4)? {
            Some(codec) => {
                unpack(codec, row.get_ref(5)?.as_blob().map_err(rusqlite::Error::from)?).map(Some)
            }
            None => Ok(None),
        };
        let (headline, summary): (String, Option<String>) = (row.get(2)?, row.get(3)?);
        match body {
            Ok(body) => {
                let hash = content_hash(&headline, summary.as_deref(), body.as_deref());
                if hash != row.get::<_, i64>(6)? {
                    findings.push(format!(
                        "article {id}, version {number}: its text differs from its hash"
                    ));
                }
            }
            Err(error) => findings.push(format!("article {id}, version {number}: {error}")),
        }
    }
    let mut pages = connection.prepare("SELECT article_id, codec, html FROM article_html")?;
    let mut rows = pages.query([])?;
    while let Some(row) = rows.next()? {
        view.check_canceled()?;
        let bytes = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
        if let Err(error) = unpack(row.get(1)?, bytes) {
            findings.push(format!("article {}, its HTML: {error}", row.get::<_, i64>(0)?));
        }
    }
    Ok(CheckReport { articles, findings })
}

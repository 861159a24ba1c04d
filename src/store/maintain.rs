//! Keeping a file well: copies, figures, tidying.

use super::connection::wal_of;
use super::{Cancel, NewsDb, SCHEMA_VERSION, Snapshot, View, meta, packs};
use crate::error::Error;
use crate::index;
use crate::model::{ArticleId, Date, PubStatus};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

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

    /// Tidies: finishes the merges of the index in bounded steps, packs texts together that came alone,
    /// gives free pages back to the system, and empties the log. Other writers get their turn between the steps.
    ///
    /// # Errors
    /// [`Error::Canceled`] when stopped between two steps; those of writing.
    pub fn optimize(&self, cancel: &Cancel) -> Result<(), Error> {
        let sizes = self.inner.options.index_sizes();
        while self.write(|connection| index::finish_some(connection, sizes))? {
            cancel.check()?;
        }
        let mut packed = Some(i64::MIN);
        while let Some(after) = packed {
            packed = self.write(|connection| packs::pack_some(connection, after))?;
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
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(Date::from_parts(ArticleId(row.get(0)?).second(), row.get(1)?, row.get(2)?))
    };
    let size = |path: Option<PathBuf>| {
        path.and_then(|path| std::fs::metadata(path).ok()).map_or(0, |data| data.len())
    };
    let page = pragma("page_size")?;
    let path = view.inner.path.clone();
    let log = path.as_deref().map(wal_of);
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
        mentions: count(
            "SELECT coalesce(sum(CASE g.type WHEN 'array' THEN max(json_array_length(g.value) - 2, 0) END), 0)
               FROM mention m, json_each(iif(json_valid(m.list), m.list, '[]')) g",
        )?,
        annotations: count(
            "SELECT coalesce(sum(iif(field = -1, iif(json_valid(value), json_array_length(value), 0), 1)), 0)
               FROM annotation",
        )?,
        with_html: count("SELECT count(*) FROM article_html")?,
        feeds: count("SELECT count(*) FROM feed")?,
        subjects: count("SELECT count(*) FROM subject")?,
        authors: count("SELECT count(*) FROM author")?,
        first: edge(
            "SELECT article_id, published_offset, published_precision
               FROM article WHERE published_source IS NOT NULL
              ORDER BY article_id LIMIT 1",
        )?,
        last: edge(
            "SELECT article_id, published_offset, published_precision
               FROM article WHERE published_source IS NOT NULL
              ORDER BY article_id DESC LIMIT 1",
        )?,
        file_bytes: match path {
            Some(path) => size(Some(path)),
            None => page * pragma("page_count")?,
        },
        log_bytes: size(log),
        free_bytes: page * pragma("freelist_count")?,
        scrub_pending: meta(connection, "scrub_pending")? > 0,
        open_snapshots,
        schema: SCHEMA_VERSION,
        tokens_version: meta(connection, "tokens_version")?,
    })
}

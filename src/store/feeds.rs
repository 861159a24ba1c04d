//! The feeds that a caller's fetcher asks, and what it must remember of them.

use super::{NewsDb, Snapshot};
use crate::error::Error;
use crate::model::Feed;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde_json::Value;

/// The columns of a feed, in the order of [`feed_of`].
const COLUMNS: &str =
    "f.url, s.key, f.title, f.site, f.language, f.folder, f.etag, f.last_modified,
    f.polled, f.next_poll, f.failures, f.error, f.attributes";

impl NewsDb {
    /// Stores feeds, in one transaction. One that is known by its URL is replaced as a whole.
    ///
    /// ```
    /// use newsdb::{Feed, NewsDb};
    /// use chrono::{DateTime, TimeDelta, Utc};
    /// let db = NewsDb::open_in_memory()?;
    /// db.store_feeds(&[Feed::new("https://baltic-post.example/rss")])?;
    /// let now = DateTime::<Utc>::from(std::time::SystemTime::now());
    /// let due = db.feeds_due(now, 100)?;
    /// for mut feed in due {
    ///     // … ask feed.url, with feed.etag; ingest what comes …
    ///     feed.answered(now, now + TimeDelta::hours(1));
    ///     db.store_feeds(&[feed])?;
    /// }
    /// assert!(db.feeds_due(now, 100)?.is_empty());
    /// # Ok::<(), newsdb::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] for a feed without a URL; [`Error::Busy`], [`Error::Full`].
    pub fn store_feeds(&self, feeds: &[Feed]) -> Result<(), Error> {
        if feeds.iter().any(|feed| feed.url.trim().is_empty()) {
            return Err(Error::Invalid("a feed without a URL".to_owned()));
        }
        self.write(|connection| feeds.iter().try_for_each(|feed| store(connection, feed)))
    }

    /// As [`Snapshot::feed`].
    ///
    /// # Errors
    /// Those of reading.
    pub fn feed(&self, url: &str) -> Result<Option<Feed>, Error> {
        self.snapshot()?.feed(url)
    }

    /// As [`Snapshot::feeds`].
    ///
    /// # Errors
    /// Those of reading.
    pub fn feeds(&self) -> Result<Vec<Feed>, Error> {
        self.snapshot()?.feeds()
    }

    /// As [`Snapshot::feeds_due`].
    ///
    /// # Errors
    /// Those of reading.
    pub fn feeds_due(&self, at: DateTime<Utc>, limit: usize) -> Result<Vec<Feed>, Error> {
        self.snapshot()?.feeds_due(at, limit)
    }

    /// Takes a feed out of the list; its articles stay. Whether there was one.
    ///
    /// # Errors
    /// [`Error::Busy`].
    pub fn remove_feed(&self, url: &str) -> Result<bool, Error> {
        self.write(|connection| {
            let removed =
                connection.prepare_cached("DELETE FROM feed WHERE url = ?1")?.execute([url])?;
            Ok(removed > 0)
        })
    }
}

impl Snapshot {
    /// A feed by its URL.
    ///
    /// # Errors
    /// Those of reading.
    pub fn feed(&self, url: &str) -> Result<Option<Feed>, Error> {
        self.view(|view| {
            let sql = format!(
                "SELECT {COLUMNS} FROM feed f LEFT JOIN source s USING (source_id) WHERE f.url = ?1"
            );
            let mut statement = view.connection.prepare_cached(&sql)?;
            Ok(statement.query_row([url], feed_of).optional()?)
        })
    }

    /// All feeds, by folder and title.
    ///
    /// # Errors
    /// Those of reading.
    pub fn feeds(&self) -> Result<Vec<Feed>, Error> {
        self.view(|view| {
            let sql = format!(
                "SELECT {COLUMNS} FROM feed f LEFT JOIN source s USING (source_id)
                  ORDER BY f.folder, f.title, f.url"
            );
            let mut statement = view.connection.prepare_cached(&sql)?;
            let feeds = statement.query_map([], feed_of)?;
            Ok(feeds.collect::<Result<_, _>>()?)
        })
    }

    /// The feeds to be asked at a time: those never asked, then those whose time came first.
    ///
    /// # Errors
    /// Those of reading.
    pub fn feeds_due(&self, at: DateTime<Utc>, limit: usize) -> Result<Vec<Feed>, Error> {
        self.view(|view| {
            let sql = format!(
                "SELECT {COLUMNS} FROM feed f LEFT JOIN source s USING (source_id)
                  WHERE coalesce(f.next_poll, f.polled, -1) <= ?1
                  ORDER BY coalesce(f.next_poll, f.polled, -1), f.feed_id LIMIT ?2"
            );
            let mut statement = view.connection.prepare_cached(&sql)?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let feeds = statement.query_map((at.timestamp(), limit), feed_of)?;
            Ok(feeds.collect::<Result<_, _>>()?)
        })
    }
}

fn store(connection: &Connection, feed: &Feed) -> Result<(), Error> {
    if let Some(source) = &feed.source {
        connection
            .prepare_cached("INSERT INTO source (key) VALUES (?1) ON CONFLICT (key) DO NOTHING")?
            .execute([source])?;
    }
    connection
        .prepare_cached(
            "INSERT INTO feed (url, source_id, title, site, language, folder, etag, last_modified,
                               polled, next_poll, failures, error, attributes)
             VALUES (:url, (SELECT source_id FROM source WHERE key = :source), :title, :site,
                     :language, :folder, :etag, :last_modified, :polled, :next_poll, :failures,
                     :error, :attributes)
             ON CONFLICT (url) DO UPDATE
                SET source_id = excluded.source_id, title = excluded.title, site = excluded.site,
                    language = excluded.language, folder = excluded.folder, etag = excluded.etag,
                    last_modified = excluded.last_modified, polled = excluded.polled,
                    next_poll = excluded.next_poll, failures = excluded.failures,
                    error = excluded.error, attributes = excluded.attributes",
        )?
        .execute(named_params! {
            ":url": feed.url, ":source": feed.source, ":title": feed.title, ":site": feed.site,
            ":language": feed.language, ":folder": feed.folder, ":etag": feed.etag,
            ":last_modified": feed.last_modified,
            ":polled": feed.polled.map(|at| at.timestamp()),
            ":next_poll": feed.next_poll.map(|at| at.timestamp()),
            ":failures": feed.failures, ":error": feed.error,
            ":attributes": Value::Object(feed.attributes.clone()).to_string(),
        })?;
    Ok(())
}

fn feed_of(row: &Row<'_>) -> rusqlite::Result<Feed> {
    let time = |column: usize| -> rusqlite::Result<Option<DateTime<Utc>>> {
        let second: Option<i64> = row.get(column)?;
        Ok(second.and_then(|second| DateTime::from_timestamp(second, 0)))
    };
    let attributes: String = row.get(12)?;
    Ok(Feed {
        url: row.get(0)?,
        source: row.get(1)?,
        title: row.get(2)?,
        site: row.get(3)?,
        language: row.get(4)?,
        folder: row.get(5)?,
        etag: row.get(6)?,
        last_modified: row.get(7)?,
        polled: time(8)?,
        next_poll: time(9)?,
        failures: row.get(10)?,
        error: row.get(11)?,
        attributes: serde_json::from_str(&attributes).unwrap_or_default(),
    })
}

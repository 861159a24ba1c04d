//! Taking articles out: removal, retention, and getting the bytes out of the file.

use super::{Cancel, Inner, NewsDb, articles, meta};
use crate::error::Error;
use crate::index;
use crate::ingest::identify::{Burial, bury};
use crate::ingest::write::Batch;
use crate::model::{ArticleId, Date, DateSource, Reason};
use chrono::{DateTime, Utc};
use rusqlite::Connection;
use serde::Serialize;

/// Articles that one transaction of a purge takes out.
const PURGE_BATCH: i64 = 500;

/// How to take articles out. By default a tombstone stays, which holds hashes and no text, so
/// that the next poll does not bring the article back; and the call waits until the bytes are
/// gone from the file.
#[derive(Debug, Clone, Default)]
pub struct Erase {
    forget: bool,
    later: bool,
    cancel: Option<Cancel>,
}

impl Erase {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves no tombstone: what comes again is new, and has another id.
    pub fn forget(mut self) -> Self {
        self.forget = true;
        self
    }

    /// Does not wait for the bytes to leave; call [`NewsDb::scrub`] some time.
    pub fn scrub_later(mut self) -> Self {
        self.later = true;
        self
    }

    /// A handle that stops the work between two transactions.
    pub fn cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = Some(cancel.clone());
        self
    }
}

/// What a removal or a purge did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PurgeReport {
    /// Articles taken out.
    pub removed: u64,
    /// Whether their bytes have left the file.
    pub scrub: ScrubReport,
}

/// Whether erased text has left the file and its log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ScrubReport {
    /// Nothing of what was erased is left in the file or its log.
    pub done: bool,
    /// What the rest waits on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_on: Option<WaitsOn>,
}

/// Why erased text is not gone yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WaitsOn {
    /// A snapshot that began before needs the log; call [`NewsDb::scrub`] when it is gone.
    Reader,
    /// The caller's [`Cancel`] was set; [`NewsDb::scrub`] goes on from there.
    Cancel,
    /// It was put off by [`Erase::scrub_later`].
    Scrub,
}

impl NewsDb {
    /// Takes an article out: from every answer at once, and its bytes from the file, with the entities,
    /// subjects, authors and tags that no other article has. Its source stays known.
    ///
    /// # Errors
    /// [`Error::UnknownArticle`]; those of writing.
    pub fn remove(&self, id: ArticleId) -> Result<PurgeReport, Error> {
        self.remove_with(id, &Erase::new())
    }

    /// Takes an article out in a chosen way.
    ///
    /// # Errors
    /// As for [`NewsDb::remove`].
    pub fn remove_with(&self, id: ArticleId, erase: &Erase) -> Result<PurgeReport, Error> {
        let now = self.inner.now();
        self.write(|connection| {
            let id = articles::existing(connection, id)?;
            take_out(connection, &self.inner, &[id], Burial::Removed, erase.forget, now)
        })?;
        Ok(PurgeReport { removed: 1, scrub: self.scrub_unless_later(erase)? })
    }

    /// Takes out every article filed before a date: published then or, where no believable
    /// date is known, first seen.
    ///
    /// # Errors
    /// Those of writing; [`Error::Canceled`] when stopped, with whole batches done.
    pub fn purge(&self, before: DateTime<Utc>) -> Result<PurgeReport, Error> {
        self.purge_with(before, &Erase::new())
    }

    /// Takes out every article filed before a date in a chosen way.
    ///
    /// # Errors
    /// As for [`NewsDb::purge`].
    pub fn purge_with(&self, before: DateTime<Utc>, erase: &Erase) -> Result<PurgeReport, Error> {
        let now = self.inner.now();
        let end = ArticleId::first_of_second(before.timestamp());
        let mut removed = 0;
        loop {
            erase.cancel.as_ref().map_or(Ok(()), Cancel::check)?;
            let batch = self.write(|connection| {
                let ids: Vec<ArticleId> = connection
                    .prepare_cached(
                        "SELECT article_id FROM article WHERE article_id < ?1
                          ORDER BY article_id LIMIT ?2",
                    )?
                    .query_map([end.0, PURGE_BATCH], |row| row.get(0).map(ArticleId))?
                    .collect::<Result<_, _>>()?;
                take_out(connection, &self.inner, &ids, Burial::Purged, erase.forget, now)?;
                Ok(ids.len() as u64)
            })?;
            if batch == 0 {
                break;
            }
            removed += batch;
        }
        Ok(PurgeReport { removed, scrub: self.scrub_unless_later(erase)? })
    }

    /// Gets what was erased out of the bytes of the file and its log: rewrites, one by
    /// one, the segments of the index that something died in, then empties the log, for which it waits until no reader needs
    /// it any more, up to the busy timeout. Can be stopped and called again.
    ///
    /// # Errors
    /// Those of writing.
    pub fn scrub(&self, cancel: &Cancel) -> Result<ScrubReport, Error> {
        let waits = |on| Ok(ScrubReport { done: false, waits_on: Some(on) });
        loop {
            // Each erasure counts it on, also one that comes while this is at work, and what was got out
            // turns its sign: no number stands for two erasures.
            let pending = self.write(|connection| meta(connection, "scrub_pending"))?;
            if pending <= 0 {
                return Ok(ScrubReport { done: true, waits_on: None });
            }
            while self.write(index::scrub_some)? {
                if cancel.is_canceled() {
                    return waits(WaitsOn::Cancel);
                }
            }
            if !self.empty_log()? {
                return waits(WaitsOn::Reader);
            }
            self.write(|connection| {
                let sql =
                    "UPDATE meta SET value = -value WHERE key = 'scrub_pending' AND value = ?1";
                Ok(connection.execute(sql, [pending])?)
            })?;
        }
    }

    /// Gives an article another publication date by the caller's own word. Its id changes
    /// with the date; the old one goes on leading to it.
    ///
    /// # Errors
    /// [`Error::UnknownArticle`]; [`Error::Invalid`] for a date that is not believable (before
    /// 1700 or after tomorrow) or a second that is full.
    pub fn redate(&self, id: ArticleId, date: Date) -> Result<ArticleId, Error> {
        let now = self.inner.now();
        if !crate::ingest::prepare::believable(now).contains(&date.second()) {
            return Err(Error::Invalid(format!("{date} is not between 1700 and tomorrow")));
        }
        self.write(|connection| {
            let id = articles::existing(connection, id)?;
            let mut batch = Batch::new(connection, &self.inner, now, 0, false)?;
            let moved = batch
                .redate(id, date, DateSource::Publisher)?
                .ok_or_else(|| Error::Invalid(Reason::SecondFull(date.second()).to_string()))?;
            // That of a canceled article.
            connection
                .prepare_cached("UPDATE tombstone SET article_id = ?2 WHERE article_id = ?1")?
                .execute((id.0, moved.0))?;
            batch.finish()?;
            Ok(moved)
        })
    }

    fn scrub_unless_later(&self, erase: &Erase) -> Result<ScrubReport, Error> {
        if erase.later {
            return Ok(ScrubReport { done: false, waits_on: Some(WaitsOn::Scrub) });
        }
        self.scrub(&erase.cancel.clone().unwrap_or_default())
    }

    /// Moves the log into the file and cuts it to nothing; `false` when a reader needs it.
    pub(crate) fn empty_log(&self) -> Result<bool, Error> {
        if self.inner.path.is_none() {
            return Ok(true);
        }
        let connection = self.inner.writer()?;
        let busy: i64 =
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        Ok(busy == 0)
    }
}

fn take_out(
    connection: &Connection,
    inner: &Inner,
    ids: &[ArticleId],
    reason: Burial,
    forget: bool,
    now: i64,
) -> Result<(), Error> {
    let mut batch = Batch::new(connection, inner, now, 0, false)?;
    for &id in ids {
        // A canceled article has its tombstone already.
        let buried: bool = connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM tombstone WHERE article_id = ?1)")?
            .query_row([id.0], |row| row.get(0))?;
        if forget {
            connection
                .prepare_cached("DELETE FROM tombstone WHERE article_id = ?1")?
                .execute([id.0])?;
        } else if !buried {
            bury(connection, id, reason, now)?;
        }
        batch.erase(id)?;
        connection.prepare_cached("DELETE FROM article WHERE article_id = ?1")?.execute([id.0])?;
        if forget {
            batch.redirect(id, id)?;
        }
    }
    batch.finish()?;
    Ok(())
}

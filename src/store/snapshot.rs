//! A fixed view of the database.

use super::packs::{Reader, Unpacked};
use super::pool::Lent;
use super::{Cancel, Inner};
use crate::error::Error;
use crate::query::Meaning;
use rusqlite::Connection;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// One state of the database for several queries: counts, lists, timelines and top lists of a
/// snapshot agree, whatever other connections write meanwhile.
///
/// A snapshot keeps the write-ahead log from shrinking, so it has an age limit
/// ([`Options::snapshot_age`](crate::Options::snapshot_age)) after which it answers
/// [`Error::SnapshotExpired`]; [`stats`](crate::NewsDb::stats) shows the open ones.
#[derive(Debug)]
pub struct Snapshot {
    pub(crate) state: Arc<SnapshotState>,
}

pub(crate) struct SnapshotState {
    inner: Arc<Inner>,
    /// `None` once it has expired.
    connection: Mutex<Option<Lent>>,
    since: Instant,
    now: i64,
    cancel: Option<Cancel>,
    meaning: OnceLock<Arc<Meaning>>,
    unpacked: Unpacked,
}

/// What a query works with: a connection inside a read transaction, and the time that counts
/// as now.
pub(crate) struct View<'a> {
    pub(crate) connection: &'a Connection,
    /// Seconds since 1970.
    pub(crate) now: i64,
    pub(crate) inner: &'a Inner,
    pub(crate) cancel: Option<&'a Cancel>,
    /// Read once, by the first question that needs it.
    pub(crate) meaning: &'a OnceLock<Arc<Meaning>>,
    unpacked: &'a Unpacked,
}

impl View<'_> {
    /// For loops in Rust between the rows of a statement.
    pub(crate) fn check_canceled(&self) -> Result<(), Error> {
        self.cancel.map_or(Ok(()), Cancel::check)
    }

    pub(crate) fn texts(&self) -> Reader<'_> {
        Reader::new(self.connection, Some(self.unpacked))
    }
}

impl Snapshot {
    pub(crate) fn begin(inner: &Arc<Inner>, cancel: Option<Cancel>) -> Result<Self, Error> {
        let mut connection = inner.pool.reader()?;
        if let Some(cancel) = cancel.clone() {
            connection.progress_handler(1_000, Some(move || cancel.is_canceled()))?;
        }
        connection.prepare_cached("BEGIN")?.execute([])?;
        // The first read fixes what the transaction sees.
        inner.check_versions(&connection)?;
        let state = Arc::new(SnapshotState {
            inner: inner.clone(),
            connection: Mutex::new(Some(connection)),
            since: Instant::now(),
            now: (inner.options.clock)().timestamp(),
            cancel,
            meaning: OnceLock::new(),
            unpacked: Unpacked::default(),
        });
        inner.register_snapshot(&state);
        Ok(Self { state })
    }

    pub(crate) fn view<T>(
        &self,
        query: impl FnOnce(&View<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let state = &*self.state;
        let mut slot = state.connection.lock().unwrap_or_else(PoisonError::into_inner);
        if state.age() > state.inner.options.snapshot_age {
            *slot = None;
        }
        let Some(connection) = &*slot else { return Err(Error::SnapshotExpired) };
        query(&View {
            connection,
            now: state.now,
            inner: &state.inner,
            cancel: state.cancel.as_ref(),
            meaning: &state.meaning,
            unpacked: &state.unpacked,
        })
    }
}

impl SnapshotState {
    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    pub(crate) fn age(&self) -> Duration {
        self.since.elapsed()
    }

    /// Ends the read transaction when the snapshot is too old and nobody is using it.
    pub(crate) fn expire(&self) {
        if self.age() > self.inner.options.snapshot_age
            && let Ok(mut slot) = self.connection.try_lock()
        {
            *slot = None;
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.connection.try_lock().map_or(true, |slot| slot.is_some())
    }
}

impl std::fmt::Debug for SnapshotState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SnapshotState").field("age", &self.age()).finish_non_exhaustive()
    }
}

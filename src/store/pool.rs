//! The connections of one handle: one that writes, some that read.
//!
//! SQLite lets one connection write at a time, so there is one, handed from thread to thread;
//! whoever waits for it longer than the busy timeout gets [`Error::Busy`]. Readers are kept on
//! a stack: the one used last has the warmest page cache. A database in memory has a single
//! connection, which both sides take in turns.

use super::connection::Opened;
use crate::error::Error;
use rusqlite::Connection;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

type Open = Box<dyn Fn() -> Result<Opened, Error> + Send + Sync>;

pub(crate) struct Pool {
    state: Mutex<State>,
    returned: Condvar,
    open_reader: Option<Open>,
    timeout: Duration,
}

struct State {
    /// `None` while it is lent, or when the file is read-only.
    writer: Option<Connection>,
    readers: Vec<Connection>,
    /// How many more readers may be opened.
    spare: usize,
}

/// A connection lent out. It goes back when dropped, without an open transaction.
pub(crate) struct Lent {
    pool: Arc<Pool>,
    /// `None` only while being dropped.
    connection: Option<Connection>,
    is_writer: bool,
    /// Whether it is of use to the next one.
    lasting: bool,
}

impl Pool {
    /// A pool with a writer (none for a read-only file) and up to `readers` connections that
    /// `open_reader` makes. Without `open_reader` the writer serves readers too.
    pub(crate) fn new(
        writer: Option<Connection>,
        open_reader: Option<Open>,
        readers: usize,
        timeout: Duration,
    ) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State { writer, readers: Vec::new(), spare: readers }),
            returned: Condvar::new(),
            open_reader,
            timeout,
        })
    }

    pub(crate) fn writer(self: &Arc<Self>) -> Result<Lent, Error> {
        let lasting = |connection| Opened { connection, lasting: true };
        self.take(true, self.timeout, |state| Ok(state.writer.take().map(lasting)))
    }

    pub(crate) fn reader(self: &Arc<Self>) -> Result<Lent, Error> {
        match &self.open_reader {
            Some(open) => self.reader_within(open, self.timeout),
            None => self.writer(),
        }
    }

    /// A reader beside the writer, if none has to be waited for.
    pub(crate) fn idle_reader(self: &Arc<Self>) -> Result<Option<Lent>, Error> {
        let Some(open) = &self.open_reader else { return Ok(None) };
        match self.reader_within(open, Duration::ZERO) {
            Ok(lent) => Ok(Some(lent)),
            Err(Error::Busy) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn reader_within(self: &Arc<Self>, open: &Open, timeout: Duration) -> Result<Lent, Error> {
        self.take(false, timeout, |state| {
            if let Some(connection) = state.readers.pop() {
                return Ok(Some(Opened { connection, lasting: true }));
            }
            if state.spare == 0 {
                return Ok(None);
            }
            let opened = open()?;
            state.spare -= 1;
            Ok(Some(opened))
        })
    }

    fn take(
        self: &Arc<Self>,
        is_writer: bool,
        timeout: Duration,
        mut get: impl FnMut(&mut State) -> Result<Option<Opened>, Error>,
    ) -> Result<Lent, Error> {
        let deadline = Instant::now() + timeout;
        let mut state = self.lock();
        loop {
            if let Some(Opened { connection, lasting }) = get(&mut state)? {
                let (pool, connection) = (self.clone(), Some(connection));
                return Ok(Lent { pool, connection, is_writer, lasting });
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::Busy);
            }
            state =
                self.returned.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Lent {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match &self.connection {
            Some(connection) => connection,
            None => unreachable!("a lent connection is there until it is dropped"),
        }
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut Connection {
        match &mut self.connection {
            Some(connection) => connection,
            None => unreachable!("a lent connection is there until it is dropped"),
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        let _ = connection.progress_handler(0, None::<fn() -> bool>);
        let end = || connection.prepare_cached("ROLLBACK")?.execute([]);
        let clean = connection.is_autocommit() || end().is_ok();
        let mut state = self.pool.lock();
        if self.is_writer {
            state.writer = Some(connection);
        } else if clean && self.lasting {
            state.readers.push(connection);
        } else {
            state.spare += 1;
        }
        drop(state);
        self.pool.returned.notify_all();
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

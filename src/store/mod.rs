//! The file: how it is opened, migrated, read, written, checked, copied and kept small.

pub(crate) mod annotations;
pub(crate) mod articles;
pub(crate) mod body;
mod cancel;
mod check;
mod connection;
pub(crate) mod corrections;
pub(crate) mod entities;
mod feeds;
mod import;
mod maintain;
pub(crate) mod mentions;
mod migrate;
mod names;
mod options;
pub(crate) mod packs;
mod pool;
mod retention;
mod snapshot;
pub(crate) mod subjects;

pub use cancel::Cancel;
pub use check::CheckReport;
pub use connection::APPLICATION_ID;
pub use corrections::{Corrected, Correction};
pub use import::ImportReport;
pub use maintain::Stats;
pub use migrate::SCHEMA_VERSION;
pub use options::{Durability, Options};
pub use retention::{Erase, PurgeReport, ScrubReport, WaitsOn};
pub use snapshot::Snapshot;

pub(crate) use snapshot::View;

use crate::error::Error;
use crate::index::{self, Cache, INDEX_VERSION};
use crate::ingest::{LastMet, URLS_VERSION};
use crate::search::TOKENS_VERSION;
use connection::Access;
use pool::{Lent, Pool};
use rusqlite::Connection;
use snapshot::SnapshotState;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

/// A news database: one file, or one in memory.
///
/// The handle is cheap to clone and may be shared by threads. Writers take turns; readers
/// read beside them. Other processes may have the same file open.
///
/// ```
/// use newsdb::{NewArticle, NewsDb, Query};
/// let db = NewsDb::open_in_memory()?;
/// let article = NewArticle::new("baltic-post").id("1").headline("Harbour bridge opens");
/// db.insert(article.language("en"))?;
/// assert_eq!(db.count(&Query::new().text("bridges"))?, 1);
/// # Ok::<(), newsdb::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct NewsDb {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) path: Option<PathBuf>,
    pub(crate) options: Options,
    pub(crate) read_only: bool,
    pub(crate) pool: Arc<Pool>,
    pub(crate) index: Cache,
    /// With the generation at which they were read.
    pub(crate) names: names::NamesCache,
    pub(crate) met: LastMet,
    snapshots: Mutex<Vec<Weak<SnapshotState>>>,
    /// Keeps a temporary folder until the last handle goes. Declared last: dropped last.
    _folder: Option<tempfile::TempDir>,
}

impl NewsDb {
    /// Opens a file with the default [`Options`]; creates it when it is missing.
    ///
    /// # Errors
    /// As for [`Options::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Options::new().open(path)
    }

    /// Opens a file for reading only.
    ///
    /// # Errors
    /// As for [`Options::open_read_only`].
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self, Error> {
        Options::new().open_read_only(path)
    }

    /// Opens a database in memory.
    ///
    /// # Errors
    /// As for [`Options::open_in_memory`].
    pub fn open_in_memory() -> Result<Self, Error> {
        Options::new().open_in_memory()
    }

    /// The defaults, to change before opening.
    pub fn options() -> Options {
        Options::new()
    }

    /// Where the file is; `None` in memory.
    pub fn path(&self) -> Option<&Path> {
        self.inner.path.as_deref()
    }

    /// Fixes the present state for several queries.
    ///
    /// # Errors
    /// [`Error::Busy`] when all readers stay lent for longer than the busy timeout.
    pub fn snapshot(&self) -> Result<Snapshot, Error> {
        Snapshot::begin(&self.inner, None)
    }

    /// Fixes the present state for queries that a [`Cancel`] can stop.
    ///
    /// # Errors
    /// As for [`NewsDb::snapshot`].
    pub fn snapshot_with(&self, cancel: &Cancel) -> Result<Snapshot, Error> {
        Snapshot::begin(&self.inner, Some(cancel.clone()))
    }

    pub(crate) fn open_file(options: Options, path: &Path, read_only: bool) -> Result<Self, Error> {
        Self::open_in_folder(options, path, read_only, None)
    }

    pub(crate) fn open_temporary_file(options: Options) -> Result<Self, Error> {
        let folder = tempfile::tempdir().map_err(Error::io(std::env::temp_dir()))?;
        let path = folder.path().join("news.db");
        Self::open_in_folder(options, &path, false, Some(folder))
    }

    fn open_in_folder(
        options: Options,
        path: &Path,
        read_only: bool,
        folder: Option<tempfile::TempDir>,
    ) -> Result<Self, Error> {
        let exists = connection::is_database(path)?;
        let reader_access = if read_only { Access::ReadOnlyFile } else { Access::Read };
        let writer = if read_only {
            if !exists {
                return Err(Error::io(path)(std::io::ErrorKind::NotFound.into()));
            }
            let reader = connection::open(path, reader_access, &options)?.connection;
            let found = migrate::version(&reader, path)?;
            if !migrate::is_current(&reader, path)? {
                return Err(Error::NeedsMigration { path: path.to_owned(), found });
            }
            None
        } else {
            let mut writer = connection::open(path, Access::Write, &options)?.connection;
            // Nothing is written before the file is known to be ours.
            if migrate::version(&writer, path)? == 0 {
                writer.pragma_update(None, "auto_vacuum", 2)?;
            }
            use_write_ahead_log(&writer, options.busy_timeout)?;
            migrate::migrate(&mut writer, path)?;
            Some(writer)
        };
        let open_reader = {
            let (path, options) = (path.to_owned(), options.clone());
            Box::new(move || connection::open(&path, reader_access, &options))
        };
        let pool = Pool::new(writer, Some(open_reader), options.readers, options.busy_timeout);
        Self::new(Some(path.to_owned()), options, read_only, pool, folder)
    }

    pub(crate) fn open_memory(options: Options) -> Result<Self, Error> {
        let mut connection = connection::open_memory(&options)?;
        migrate::migrate(&mut connection, Path::new(":memory:"))?;
        let pool = Pool::new(Some(connection), None, 0, options.busy_timeout);
        Self::new(None, options, false, pool, None)
    }

    fn new(
        path: Option<PathBuf>,
        options: Options,
        read_only: bool,
        pool: Arc<Pool>,
        folder: Option<tempfile::TempDir>,
    ) -> Result<Self, Error> {
        let inner = Arc::new(Inner {
            path,
            index: Cache::new(usize::try_from(options.index_cache_bytes).unwrap_or(usize::MAX)),
            options,
            read_only,
            pool,
            names: names::NamesCache::default(),
            met: LastMet::default(),
            snapshots: Mutex::default(),
            _folder: folder,
        });
        let db = Self { inner };
        // A file whose tokens another version made cannot be searched rightly.
        db.snapshot()?;
        if !read_only && db.inner.options.rebuild_on_open {
            let complete = index::is_complete(&*db.inner.pool.reader()?)?;
            if !complete {
                db.rebuild_missing()?;
            }
        }
        if !read_only {
            db.choose()?;
        }
        Ok(db)
    }

    /// Runs `work` in a write transaction: all of it is committed, or nothing is.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.inner.expire_snapshots();
        let connection = self.inner.writer()?;
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let outcome =
            self.inner.check_versions(&connection).and_then(|()| work(&connection)).and_then(
                |value| connection.execute_batch("COMMIT").map_err(Into::into).map(|()| value),
            );
        if outcome.is_err() && !connection.is_autocommit() {
            connection.execute_batch("ROLLBACK")?;
        }
        outcome
    }
}

impl Inner {
    pub(crate) fn writer(&self) -> Result<Lent, Error> {
        if self.read_only { Err(Error::ReadOnly) } else { self.pool.writer() }
    }

    /// Another program may have migrated the file since it was opened.
    fn check_versions(&self, connection: &Connection) -> Result<(), Error> {
        let schema: i64 =
            connection.prepare_cached("PRAGMA user_version")?.query_row([], |row| row.get(0))?;
        if schema != SCHEMA_VERSION {
            return Err(Error::SchemaChanged);
        }
        let versions: (i64, i64, i64) = connection
            .prepare_cached(
                "SELECT (SELECT value FROM meta WHERE key = 'tokens_version'),
                        (SELECT value FROM meta WHERE key = 'urls_version'), version
                   FROM index_state",
            )?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        if versions == (TOKENS_VERSION.into(), URLS_VERSION, INDEX_VERSION) {
            Ok(())
        } else {
            Err(Error::SchemaChanged)
        }
    }

    fn register_snapshot(&self, state: &Arc<SnapshotState>) {
        let mut snapshots = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        snapshots.retain(|snapshot| snapshot.strong_count() > 0);
        snapshots.push(Arc::downgrade(state));
    }

    pub(crate) fn open_snapshots(&self) -> Vec<Arc<SnapshotState>> {
        let snapshots = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        snapshots.iter().filter_map(Weak::upgrade).filter(|state| state.is_open()).collect()
    }

    fn expire_snapshots(&self) {
        let open = self.open_snapshots();
        open.iter().for_each(|state| state.expire());
    }

    pub(crate) fn now(&self) -> i64 {
        (self.options.clock)().timestamp()
    }
}

/// Reads a fact about the file.
pub(crate) fn meta(connection: &Connection, key: &str) -> Result<i64, Error> {
    Ok(connection
        .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
        .query_row([key], |row| row.get(0))?)
}

/// Adds to a fact about the file and tells the sum.
pub(crate) fn add_meta(connection: &Connection, key: &str, amount: i64) -> Result<i64, Error> {
    Ok(connection
        .prepare_cached("UPDATE meta SET value = value + ?2 WHERE key = ?1 RETURNING value")?
        .query_row((key, amount), |row| row.get(0))?)
}

/// Notes a fact about the file, whether or not there was one under this key.
pub(crate) fn set_meta(connection: &Connection, key: &str, value: i64) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO meta (key, value) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET value = excluded.value",
        )?
        .execute((key, value))?;
    Ok(())
}

/// Two programs that open a new file at once both switch it; SQLite does not wait here by itself.
fn use_write_ahead_log(connection: &Connection, timeout: Duration) -> Result<(), Error> {
    let deadline = Instant::now() + timeout;
    loop {
        let mode = connection
            .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0))
            .map_err(Error::from);
        match mode {
            Ok(_) => return Ok(()),
            Err(Error::Busy) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(10));
            }
            Err(error) => return Err(error),
        }
    }
}

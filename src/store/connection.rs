//! One connection: what is checked before a file is touched, and the pragmas that every
//! connection gets.

use super::Options;
use super::options::Durability;
use crate::error::Error;
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::io::Read;
use std::path::Path;

/// `application_id` of a newsdb file: the letters `NEWS`.
pub const APPLICATION_ID: i64 = 0x4E45_5753;

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Write. There is one in each process.
    Write,
    /// Read, on a connection that refuses to write.
    Read,
    /// Read a file that was opened read-only.
    ReadOnlyFile,
}

/// A connection to a file.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    /// Whether it sees what others write from its next transaction on; else it is used once.
    pub(crate) lasting: bool,
}

/// Refuses what is not an SQLite file before SQLite sees it. `Ok(false)`: there is no file yet,
/// or an empty one.
pub(crate) fn is_database(path: &Path) -> Result<bool, Error> {
    const MAGIC: &[u8; 16] = b"SQLite format 3\0";
    let mut file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(Error::io(path)(error)),
    };
    let mut head = Vec::new();
    file.by_ref().take(16).read_to_end(&mut head).map_err(Error::io(path))?;
    match head.as_slice() {
        [] => Ok(false),
        head if head == MAGIC => Ok(true),
        _ => Err(Error::NotADatabase(path.to_owned())),
    }
}

/// Opens one connection to a file.
pub(crate) fn open(path: &Path, access: Access, options: &Options) -> Result<Opened, Error> {
    let flags = match access {
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Access::Read => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::ReadOnlyFile => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(cannot_open(path))?;
    if access == Access::ReadOnlyFile && !readable(&connection) && !wal_of(path).exists() {
        // A log-mode file without a log, in a folder where none can be made. SQLite then takes no locks and
        // looks for no changes: whoever may write there must not be met by a page of before.
        let uri = format!("file:{}?immutable=1", escape(path));
        let flags = flags | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(uri, flags).map_err(cannot_open(path))?;
        prepare(&connection, access, options)?;
        return Ok(Opened { connection, lasting: false });
    }
    prepare(&connection, access, options).map_err(|error| match error {
        Error::Database(inner) => {
            Error::Io { path: path.to_owned(), source: std::io::Error::other(inner.to_string()) }
        }
        other => other,
    })?;
    Ok(Opened { connection, lasting: true })
}

/// Opens the connection of a database in memory.
pub(crate) fn open_memory(options: &Options) -> Result<Connection, Error> {
    let connection = Connection::open_in_memory()?;
    prepare(&connection, Access::Write, options)?;
    Ok(connection)
}

fn cannot_open(path: &Path) -> impl FnOnce(rusqlite::Error) -> Error {
    let path = path.to_owned();
    move |error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::PermissionDenied) => {
            Error::Io { path, source: std::io::Error::other(error.to_string()) }
        }
        _ => error.into(),
    }
}

fn readable(connection: &Connection) -> bool {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).is_ok()
}

/// The name of a file's write-ahead log.
pub(super) fn wal_of(path: &Path) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

fn escape(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

/// The same settings on every connection; what writes differs from what reads only in that.
fn prepare(connection: &Connection, access: Access, options: &Options) -> Result<(), Error> {
    connection.busy_timeout(options.busy_timeout)?;
    connection.set_prepared_statement_cache_capacity(256);
    // Without it a statement that binds another value may be compiled anew, at any step.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    let set = |name: &str, value: i64| connection.pragma_update(None, name, value);
    set("foreign_keys", 1)?;
    set("trusted_schema", 0)?;
    set("cache_size", -i64::try_from(options.cache_bytes / 1024).unwrap_or(i64::MAX))?;
    set("mmap_size", i64::try_from(options.mmap_bytes).unwrap_or(i64::MAX))?;
    if access != Access::Write {
        set("query_only", 1)?;
        return Ok(());
    }
    set("secure_delete", 1)?;
    set("synchronous", if options.durability == Durability::Full { 2 } else { 1 })?;
    set("journal_size_limit", 64 << 20)?;
    // Small commits touch the same pages again and again: with SQLite's 1,000 pages, bringing them
    // back into the file was two fifths of a commit of 20 articles.
    set("wal_autocheckpoint", 4_096)?;
    if let Some(bytes) = options.max_bytes {
        let page: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages = i64::try_from(bytes).unwrap_or(i64::MAX) / page.max(1);
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    Ok(())
}

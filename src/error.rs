//! The one error type. Each variant is something that a caller can act on.

use crate::model::Rejected;
use crate::search::ParseError;
use std::path::{Path, PathBuf};

/// What can go wrong. Items of input that are refused are not errors but
/// [`Rejected`](crate::Rejected) in the report of an ingest.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file is not an SQLite database.
    #[error("{0}: not an SQLite database")]
    NotADatabase(PathBuf),
    /// The file is an SQLite database of another program.
    #[error("{path}: a database of another program (application_id {application_id})")]
    NotOurs {
        /// The file.
        path: PathBuf,
        /// Its `application_id`; newsdb's is [`APPLICATION_ID`](crate::APPLICATION_ID).
        application_id: i64,
    },
    /// The file was written by a newer version of newsdb. Nothing was changed.
    #[error("{path}: schema {found} is newer than {supported}, the newest this version reads")]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema of this version.
        supported: i64,
    },
    /// The file has an older schema and was opened read-only; open it for writing once.
    #[error("{path}: schema {found} must be migrated, and the file was opened read-only")]
    NeedsMigration {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
    },
    /// The index of the file is not built yet; see [`NewsDb::rebuild`](crate::NewsDb::rebuild).
    #[error("the index is not built yet")]
    IndexIncomplete,
    /// Another program migrated the file while it was open. Open it again.
    #[error("the file's schema was changed by another program while it was open")]
    SchemaChanged,
    /// The file was opened read-only.
    #[error("the database was opened read-only")]
    ReadOnly,
    /// Another writer, or a snapshot of a database in memory, held the file for longer than
    /// the busy timeout. Nothing was written; try again.
    #[error("the database is busy: another writer held it for longer than the busy timeout")]
    Busy,
    /// The disk, or the page limit set on the file, is full. What was committed stays.
    #[error("the disk or the database's page limit is full")]
    Full,
    /// The file is damaged. Copy it before anything else; see [`check`](crate::NewsDb::check).
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// The caller's [`Cancel`](crate::Cancel) was set, or its time was up.
    #[error("canceled")]
    Canceled,
    /// A snapshot outlived its age limit and was closed to let the file's log shrink.
    #[error("the snapshot is older than its age limit")]
    SnapshotExpired,
    /// A search text could not be read.
    #[error("{0}")]
    Search(#[from] ParseError),
    /// A cursor is not one of ours, or belongs to another query.
    #[error("the cursor does not belong to this query")]
    BadCursor,
    /// No article has this id or URI.
    #[error("no article {0:?}")]
    UnknownArticle(String),
    /// No entity has this id or name.
    #[error("no entity {0:?}")]
    UnknownEntity(String),
    /// The name stands for several entities; say which by id or external id.
    #[error("{name:?} stands for several entities: {candidates:?}")]
    AmbiguousEntity {
        /// The name.
        name: String,
        /// The entities' ids.
        candidates: Vec<crate::EntityId>,
    },
    /// No correction of this number is in force.
    #[error("there is no correction {0} in force")]
    UnknownCorrection(crate::CorrectionId),
    /// A person has said that these two are not the same; undo that first.
    #[error("{one} and {other} are not the same: correction {by} says so")]
    KeptApart {
        /// One.
        one: crate::EntityId,
        /// The other.
        other: crate::EntityId,
        /// The correction that says so.
        by: crate::CorrectionId,
    },
    /// An argument makes no sense; the text says which and why.
    #[error("{0}")]
    Invalid(String),
    /// A timeline would have more buckets than this; ask for coarser ones or less time.
    #[error("more than {0} buckets: choose a longer unit or a shorter time")]
    TooManyBuckets(usize),
    /// One article given alone was refused.
    #[error("{0}")]
    Rejected(#[from] Rejected),
    /// An ingest ended before its input did. What the report counts is committed.
    #[error("ingest stopped after {} items: {source}", report.read)]
    IngestStopped {
        /// What was done before.
        report: Box<crate::IngestReport>,
        /// Why it ended.
        source: Box<Error>,
    },
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// SQLite failed in a way that none of the above names.
    #[error("database: {0}")]
    Database(DatabaseError),
}

/// A failure of SQLite, opaque so that its version is not part of this crate's interface.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct DatabaseError(rusqlite::Error);

impl Error {
    pub(crate) fn io(path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().to_owned();
        move |source| Self::Io { path, source }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::OperationInterrupted) => Self::Canceled,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt(error.to_string())
            }
            // Every table is strict: what is of another type, or no text, was not written by SQLite.
            None if is_of_another_type(&error) => Self::Corrupt(error.to_string()),
            _ => Self::Database(DatabaseError(error)),
        }
    }
}

fn is_of_another_type(error: &rusqlite::Error) -> bool {
    use rusqlite::Error;
    matches!(
        error,
        Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..) | Error::Utf8Error(..)
    )
}

impl From<crate::store::body::BodyError> for Error {
    fn from(error: crate::store::body::BodyError) -> Self {
        match error {
            crate::store::body::BodyError::Failed(why) => Self::Io {
                path: PathBuf::from("zstd"),
                source: std::io::Error::new(std::io::ErrorKind::OutOfMemory, why),
            },
            damaged => Self::Corrupt(damaged.to_string()),
        }
    }
}

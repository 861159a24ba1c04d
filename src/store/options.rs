//! How a file is opened.

use super::NewsDb;
use crate::error::Error;
use crate::index::Sizes;
use crate::model::named_enum;
use chrono::{DateTime, Utc};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

named_enum! {
    /// What a commit survives.
    Durability {
        /// Each commit waits for the disk and survives a loss of power. The default.
        Full = 1 "full",
        /// A commit survives a crash of the program; a loss of power may take the last ones,
        /// never more, and never leaves the file damaged.
        Normal = 2 "normal",
    }
}

type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How to open a database. The defaults suit a desktop program and a small server.
///
/// ```
/// use newsdb::{Durability, Options};
/// let db = Options::new().durability(Durability::Normal).readers(2).open_in_memory()?;
/// # Ok::<(), newsdb::Error>(())
/// ```
#[derive(Clone)]
pub struct Options {
    pub(crate) cache_bytes: u64,
    pub(crate) mmap_bytes: u64,
    pub(crate) busy_timeout: Duration,
    pub(crate) readers: usize,
    pub(crate) durability: Durability,
    pub(crate) max_bytes: Option<u64>,
    pub(crate) snapshot_age: Duration,
    pub(crate) duplicate_window: Duration,
    pub(crate) index_cache_bytes: u64,
    pub(crate) merge_bytes: u64,
    pub(crate) rebuild_on_open: bool,
    pub(crate) annotate: bool,
    /// Of the file, as are suggested subjects; `None`: as it was told before.
    pub(crate) details: Option<bool>,
    pub(crate) suggest_subjects: Option<bool>,
    pub(crate) clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            cache_bytes: 16 << 20,
            mmap_bytes: 0,
            busy_timeout: Duration::from_secs(5),
            readers: 4,
            durability: Durability::Full,
            max_bytes: None,
            snapshot_age: Duration::from_secs(300),
            duplicate_window: Duration::from_secs(14 * 86_400),
            index_cache_bytes: 64 << 20,
            merge_bytes: 48 << 20,
            rebuild_on_open: true,
            annotate: true,
            details: None,
            suggest_subjects: None,
            clock: Arc::new(|| DateTime::from(std::time::SystemTime::now())),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("cache_bytes", &self.cache_bytes)
            .field("mmap_bytes", &self.mmap_bytes)
            .field("busy_timeout", &self.busy_timeout)
            .field("readers", &self.readers)
            .field("durability", &self.durability)
            .field("max_bytes", &self.max_bytes)
            .field("snapshot_age", &self.snapshot_age)
            .field("duplicate_window", &self.duplicate_window)
            .field("index_cache_bytes", &self.index_cache_bytes)
            .field("merge_bytes", &self.merge_bytes)
            .field("rebuild_on_open", &self.rebuild_on_open)
            .field("annotate", &self.annotate)
            .field("details", &self.details)
            .field("suggest_subjects", &self.suggest_subjects)
            .finish_non_exhaustive()
    }
}

impl Options {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes of page cache for each connection. 16 MiB.
    pub fn cache_bytes(mut self, bytes: u64) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// Bytes of the file that may be mapped into memory. None: a failing disk then gives an
    /// error and not a signal.
    pub fn mmap_bytes(mut self, bytes: u64) -> Self {
        self.mmap_bytes = bytes;
        self
    }

    /// How long a writer waits for another before it fails with [`Error::Busy`]. 5 seconds; 24 days at
    /// most.
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout.min(Duration::from_millis(i32::MAX as u64));
        self
    }

    /// How many reading connections are kept at most, at least one. 4. Further readers wait
    /// their turn.
    pub fn readers(mut self, readers: usize) -> Self {
        self.readers = readers.max(1);
        self
    }

    /// What a commit survives. [`Durability::Full`].
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// The greatest size of the file; a write beyond it fails with [`Error::Full`]. None.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// How old a snapshot may grow before it is closed so that the write-ahead log can
    /// shrink. 5 minutes.
    pub fn snapshot_age(mut self, age: Duration) -> Self {
        self.snapshot_age = age;
        self
    }

    /// How far apart in publication time near-duplicates are looked for. 14 days. The same
    /// text is found at any distance. Each article costs three look-ups for every 24 days of the window that lie
    /// within the time of the file's articles.
    pub fn duplicate_window(mut self, window: Duration) -> Self {
        self.duplicate_window = window;
        self
    }

    /// Bytes of the index that are kept decoded in memory, for all queries of the handle. 64 MiB.
    /// What a query is using does not count.
    pub fn index_cache_bytes(mut self, bytes: u64) -> Self {
        self.index_cache_bytes = bytes;
        self
    }

    /// Bytes of the index that one commit reads and writes anew at most, to keep it in few pieces:
    /// so no commit waits longer than that takes. What is left over waits for the next commit, or
    /// for [`NewsDb::optimize`]. 48 MiB, which takes up to a second, once in some 60,000 articles of 200
    /// words; with less the index stays in more and smaller pieces, and questions take longer; with
    /// none, merging is left to `optimize`.
    pub fn merge_bytes(mut self, bytes: u64) -> Self {
        self.merge_bytes = bytes;
        self
    }

    /// Whether opening a file whose index is not whole (one from an older version of newsdb, or
    /// an interrupted upgrade) waits until it is built. It does, unless told not to: then
    /// queries fail with [`Error::IndexIncomplete`] until [`NewsDb::rebuild`] is through.
    pub fn rebuild_on_open(mut self, rebuild: bool) -> Self {
        self.rebuild_on_open = rebuild;
        self
    }

    /// Whether newsdb looks for the names in what is taken in. It does, unless told not to here or
    /// for one ingest ([`IngestOptions::annotate`](crate::IngestOptions::annotate)).
    pub fn annotate(mut self, annotate: bool) -> Self {
        self.annotate = annotate;
        self
    }

    /// Whether newsdb, where it looks for names, also keeps the quotations with their speakers, the
    /// amounts and the dates ([`annotate::Quotation`](crate::annotate::Quotation),
    /// [`Amount`](crate::annotate::Amount), [`MentionedDate`](crate::annotate::MentionedDate)), as
    /// annotations. It does not, unless told to: they take a tenth of the time of an ingest with names,
    /// and a fifth of the file.
    ///
    /// The file remembers it: whoever opens it without a word about it goes on as it was told last. A
    /// handle that only reads tells it nothing.
    ///
    /// ```
    /// use newsdb::{NewArticle, NewsDb, Options};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("news.db");
    /// let article = NewArticle::new("wire").id("1").language("en");
    /// Options::new().details(true).open(&path)?.insert(article.clone().body("It cost $5."))?;
    /// let db = NewsDb::open(&path)?;
    /// db.insert(article.body("In the end it cost $7."))?;
    /// let article = db.article_by_uri("newsdb:wire/1")?.unwrap();
    /// assert_eq!(article.annotations[0].value["amount"], 7.0);
    /// # Ok::<(), newsdb::Error>(())
    /// ```
    pub fn details(mut self, details: bool) -> Self {
        self.details = Some(details);
        self
    }

    /// Whether newsdb, where it looks for names, also suggests Media Topics by keywords, as
    /// annotations ([`SubjectSuggester::media_topics`](crate::annotate::SubjectSuggester::media_topics)).
    /// It does not, unless told to. The file remembers it, as for [`Options::details`]. What was suggested
    /// before it was told no longer to stays until the text changes.
    pub fn suggest_subjects(mut self, suggest: bool) -> Self {
        self.suggest_subjects = Some(suggest);
        self
    }

    pub(crate) fn index_sizes(&self) -> Sizes {
        Sizes::new(self.merge_bytes)
    }

    /// Replaces the system's clock, for tests and for replaying archives.
    pub fn clock(mut self, clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Opens a file for reading and writing; creates it when it is missing, migrates it when
    /// it is older than this version of newsdb.
    ///
    /// # Errors
    /// [`Error::NotADatabase`], [`Error::NotOurs`], [`Error::TooNew`] for files that are not
    /// to be touched, [`Error::Io`] where the system refuses, [`Error::Busy`], [`Error::Corrupt`].
    pub fn open(self, path: impl AsRef<Path>) -> Result<NewsDb, Error> {
        NewsDb::open_file(self, path.as_ref(), false)
    }

    /// Opens a file for reading only. It must exist and have this version's schema
    /// ([`Error::NeedsMigration`] otherwise).
    ///
    /// Who may not write in the file's folder can read while nobody writes: a snapshot during which
    /// somebody begins to may fail with [`Error::Corrupt`]; the next one is whole again.
    ///
    /// # Errors
    /// As for [`Options::open`].
    pub fn open_read_only(self, path: impl AsRef<Path>) -> Result<NewsDb, Error> {
        NewsDb::open_file(self, path.as_ref(), true)
    }

    /// Opens a database that lives in memory on one connection: readers and writers take
    /// turns, and a write while the same thread holds a snapshot fails with [`Error::Busy`].
    ///
    /// # Errors
    /// [`Error::Database`] when SQLite cannot start.
    pub fn open_in_memory(self) -> Result<NewsDb, Error> {
        NewsDb::open_memory(self)
    }

    /// Opens a database in a temporary file that goes when the last handle does: all that a
    /// file can do, with nothing left behind.
    ///
    /// # Errors
    /// As for [`Options::open`].
    pub fn open_temporary(self) -> Result<NewsDb, Error> {
        NewsDb::open_temporary_file(self)
    }
}

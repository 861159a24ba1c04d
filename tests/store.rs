//! Opening, sharing, copying and filling the file.

use chrono::{DateTime, TimeDelta, Utc};
use newsdb::{
    APPLICATION_ID, Cancel, Durability, Error, IngestOptions, NewArticle, NewsDb, Options, Query,
    SCHEMA_VERSION, Snapshot, Sort,
};
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

const _: () = {
    const fn shared<T: Send + Sync + Clone>() {}
    const fn sent<T: Send + Sync>() {}
    shared::<NewsDb>();
    sent::<Snapshot>();
    sent::<Error>();
};

fn article(number: usize) -> NewArticle {
    NewArticle::new("wire")
        .id(number.to_string())
        .headline(format!("Item {number}"))
        .body("The ferry was late again. ".repeat(20))
        .published("2024-06-10T08:00:00Z".parse().unwrap())
}

fn count(db: &NewsDb) -> u64 {
    db.count(&Query::new()).unwrap()
}

#[test]
fn a_file_keeps_what_was_put_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = NewsDb::open(&path).unwrap();
    db.insert(article(1)).unwrap();
    assert_eq!(db.path(), Some(path.as_path()));
    drop(db);

    let raw = Connection::open(&path).unwrap();
    let pragma = |name: &str| -> i64 { raw.pragma_query_value(None, name, |r| r.get(0)).unwrap() };
    assert_eq!(
        (pragma("application_id"), pragma("user_version")),
        (APPLICATION_ID, SCHEMA_VERSION)
    );
    let loose: Vec<String> = raw
        .prepare("SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND schema = 'main'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .filter(|name: &String| !name.starts_with("sqlite_"))
        .collect();
    assert_eq!(loose, Vec::<String>::new(), "every table is STRICT");
    drop(raw);

    assert_eq!(count(&NewsDb::open(&path).unwrap()), 1);
    assert_eq!(count(&NewsDb::open_read_only(&path).unwrap()), 1);
}

#[test]
fn what_is_not_ours_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);

    let text = path("text.txt");
    std::fs::write(&text, "news-15062024-034527\n\nA text.\n").unwrap();
    let other = path("other.db");
    Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE t (x); PRAGMA application_id = 7;")
        .unwrap();
    let unmarked = path("unmarked.db");
    Connection::open(&unmarked).unwrap().execute_batch("CREATE TABLE t (x);").unwrap();
    let newer = path("newer.db");
    drop(NewsDb::open(&newer).unwrap());
    Connection::open(&newer).unwrap().execute_batch("PRAGMA user_version = 99;").unwrap();

    for file in [&text, &other, &unmarked, &newer] {
        let before = std::fs::read(file).unwrap();
        let writing = NewsDb::open(file).unwrap_err();
        let reading = NewsDb::open_read_only(file).unwrap_err();
        for error in [writing, reading] {
            let expected = match &error {
                Error::NotADatabase(path) => path == &text,
                Error::NotOurs { path, application_id } => {
                    (path == &other && *application_id == 7) || path == &unmarked
                }
                Error::TooNew { path, found, supported } => {
                    path == &newer && (*found, *supported) == (99, SCHEMA_VERSION)
                }
                _ => false,
            };
            assert!(expected, "{error}");
        }
        assert_eq!(std::fs::read(file).unwrap(), before, "{} was changed", file.display());
    }
}

#[test]
fn what_is_missing_or_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.db");
    assert!(
        matches!(NewsDb::open_read_only(&missing), Err(Error::Io { path, .. }) if path == missing)
    );
    assert!(!missing.exists());
    for place in [folder.path().join("no/such/folder/news.db"), folder.path().to_owned()] {
        let error = NewsDb::open(&place).unwrap_err();
        assert!(matches!(&error, Error::Io { path, .. } if path == &place), "{error}");
    }
    // A folder that nobody can write into, not even root.
    #[cfg(target_os = "linux")]
    {
        let place = Path::new("/proc/news.db");
        let error = NewsDb::open(place).unwrap_err();
        assert!(matches!(&error, Error::Io { path, .. } if path == place), "{error}");
    }
}

#[test]
fn a_file_opened_read_only_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    NewsDb::open(&path).unwrap().insert(article(1)).unwrap();
    let db = NewsDb::open_read_only(&path).unwrap();
    assert!(matches!(db.insert(article(2)), Err(Error::ReadOnly)));
    assert!(matches!(db.optimize(&Cancel::new()), Err(Error::ReadOnly)));
    assert_eq!(count(&db), 1);
    assert_eq!(
        db.search(&Query::new().text("ferry"), Sort::Newest, 5, None).unwrap().hits.len(),
        1
    );
}

/// Who may not make a log reads without locks, and SQLite then does not look whether the file has changed.
/// Nothing is closed to root: there this tells nothing.
#[cfg(unix)]
#[test]
fn a_reader_that_can_make_no_log_sees_what_was_written_since() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let allow = |mode| {
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(mode)).unwrap();
    };
    NewsDb::open(&path).unwrap().insert(article(0)).unwrap();
    allow(0o555);
    let reader = NewsDb::open_read_only(&path).unwrap();
    assert_eq!(count(&reader), 1);
    for number in 1..9 {
        allow(0o755);
        NewsDb::open(&path).unwrap().insert(article(number)).unwrap();
        allow(0o555);
        assert_eq!(count(&reader), number as u64 + 1);
    }
    allow(0o755);
}

#[test]
fn an_older_file_opened_read_only_wants_to_be_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let dump = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schema-0001.sql");
    let sql = std::fs::read_to_string(dump).unwrap();
    Connection::open(&path).unwrap().execute_batch(&sql).unwrap();
    let error = NewsDb::open_read_only(&path).unwrap_err();
    assert!(matches!(error, Error::NeedsMigration { found: 1, .. }), "{error}");
    drop(NewsDb::open(&path).unwrap());
    assert_eq!(count(&NewsDb::open_read_only(&path).unwrap()), 4);
}

#[test]
fn a_file_that_was_migrated_while_open_is_not_written_by_the_old_program() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = NewsDb::open(&path).unwrap();
    db.insert(article(1)).unwrap();
    Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 99;").unwrap();
    assert!(matches!(db.insert(article(2)), Err(Error::SchemaChanged)));
    assert!(matches!(db.count(&Query::new()), Err(Error::SchemaChanged)));
}

#[test]
fn a_full_disk_keeps_what_was_committed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = Options::new().max_bytes(1 << 20).open(&path).unwrap();
    let items = (0..100_000).map(|number| {
        // Bodies that do not compress to nothing.
        article(number).body(format!("{number} ").repeat(40 + number % 90))
    });
    let error = db.ingest_with(items, IngestOptions::new().batch(50)).unwrap_err();
    let Error::IngestStopped { report, source } = error else { panic!("{error}") };
    assert!(matches!(*source, Error::Full), "{source}");
    assert!(report.inserted > 0);
    assert_eq!(count(&db), report.inserted, "what the report counts is there, and nothing else");
    assert!(db.check(&Cancel::new()).unwrap().is_clean());
    drop(db);
    let db = NewsDb::open(&path).unwrap();
    db.insert(article(200_000)).unwrap();
    assert_eq!(count(&db), report.inserted + 1);
}

#[test]
fn a_writer_waits_and_then_says_that_the_file_is_busy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let db = Options::new().busy_timeout(Duration::from_millis(50)).open(&path).unwrap();
    db.insert(article(1)).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(db.insert(article(2)), Err(Error::Busy)));
    assert_eq!(count(&db), 1, "readers do not wait");
    other.execute_batch("ROLLBACK").unwrap();
    db.insert(article(2)).unwrap();
    assert_eq!(count(&db), 2);
}

#[test]
fn two_handles_write_by_turns_and_see_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let handles: Vec<NewsDb> = (0..4).map(|_| NewsDb::open(&path).unwrap()).collect();
    std::thread::scope(|scope| {
        for (number, db) in handles.iter().enumerate() {
            scope.spawn(move || {
                for item in 0..25 {
                    db.insert(article(number * 100 + item)).unwrap();
                    assert!(count(db) > item as u64);
                }
            });
        }
    });
    for db in &handles {
        assert_eq!(count(db), 100);
    }
    assert!(handles[0].check(&Cancel::new()).unwrap().is_clean());
}

#[test]
fn more_readers_than_connections_wait_their_turn() {
    let db = Options::new().readers(2).open_temporary().unwrap();
    db.insert(article(1)).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..20).for_each(|_| assert_eq!(count(&db), 1)));
        }
    });
    let db =
        Options::new().readers(1).busy_timeout(Duration::from_millis(30)).open_temporary().unwrap();
    let held = db.snapshot().unwrap();
    assert!(matches!(db.snapshot(), Err(Error::Busy)));
    drop(held);
    db.snapshot().unwrap();
}

#[test]
fn a_snapshot_that_is_too_old_lets_go() {
    let age = Duration::from_millis(500);
    let db = Options::new().snapshot_age(age).open_temporary().unwrap();
    let snapshot = db.snapshot().unwrap();
    std::thread::sleep(age + Duration::from_millis(5));
    assert!(matches!(snapshot.count(&Query::new()), Err(Error::SnapshotExpired)));

    let db = Options::new().open_temporary().unwrap();
    let _open = db.snapshot().unwrap();
    assert_eq!(db.stats().unwrap().open_snapshots.len(), 1);
}

#[test]
fn a_temporary_file_goes_with_its_last_handle() {
    let db = Options::new().open_temporary().unwrap();
    let path = db.path().unwrap().to_owned();
    let other = db.clone();
    drop(db);
    assert!(path.exists());
    other.insert(article(1)).unwrap();
    drop(other);
    assert!(!path.exists());
}

#[test]
fn memory_is_one_connection_for_all() {
    let db = Options::new().busy_timeout(Duration::from_millis(20)).open_in_memory().unwrap();
    assert_eq!(db.path(), None);
    db.insert(article(1)).unwrap();
    let snapshot = db.snapshot().unwrap();
    assert!(matches!(db.insert(article(2)), Err(Error::Busy)));
    drop(snapshot);
    db.insert(article(2)).unwrap();
    assert_eq!(count(&db), 2);
}

#[test]
fn a_backup_made_while_another_writes_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let db =
        Options::new().durability(Durability::Normal).open(folder.path().join("news.db")).unwrap();
    db.ingest((0..200).map(article)).unwrap();
    let copy = folder.path().join("copy.db");
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 1_000..1_040 {
                db.insert(article(number)).unwrap();
            }
        });
        db.backup(&copy).unwrap();
        writer.join().unwrap();
    });
    assert_eq!(count(&db), 240);
    let copied = NewsDb::open(&copy).unwrap();
    let there = count(&copied);
    assert!((200..=240).contains(&there), "{there}");
    assert!(copied.check(&Cancel::new()).unwrap().is_clean());
    // A file that is there is not overwritten by accident.
    assert!(db.backup(&copy).is_err());
    assert_eq!(count(&NewsDb::open(&copy).unwrap()), there);
}

#[test]
fn a_clock_of_the_callers_own_decides_what_is_now() {
    let now = DateTime::<Utc>::from(std::time::SystemTime::now()) + TimeDelta::days(400);
    let db = Options::new().clock(move || now).open_in_memory().unwrap();
    let date = (now - TimeDelta::days(1)).to_rfc3339();
    db.insert(article(1).published(date.parse().unwrap())).unwrap();
    assert_eq!(db.stats().unwrap().undated, 0, "the year after next is believed");
}

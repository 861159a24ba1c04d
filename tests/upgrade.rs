//! Files of every released schema are opened, upgraded and answer as before; what was released
//! is never edited.

use newsdb::{Cancel, NewsDb, Query, SCHEMA_VERSION, Sort};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// XXH3 of each released migration, line ends as `\n`. A change here is a change of files that
/// people have.
const RELEASED: &[(&str, u64)] =
    &[("0001_core.sql", 9_179_300_576_572_020_128), ("0002_readers.sql", 14629309068236210755)];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Every object of a schema with its text, blanks folded.
fn schema(path: &Path) -> BTreeMap<String, String> {
    let connection = Connection::open(path).unwrap();
    let mut statement =
        connection.prepare("SELECT type || ' ' || name, sql FROM sqlite_schema").unwrap();
    statement
        .query_map([], |row| {
            let sql: Option<String> = row.get(1)?;
            let folded = sql.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
            Ok((row.get(0)?, folded))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

#[test]
fn released_migrations_are_never_edited() {
    for (name, expected) in RELEASED {
        let text = std::fs::read_to_string(folder("migrations").join(name)).unwrap();
        let hash = xxhash_rust::xxh3::xxh3_64(text.replace("\r\n", "\n").as_bytes());
        assert_eq!(hash, *expected, "{name} was edited: add a migration instead");
    }
    assert_eq!(RELEASED.len() as i64, SCHEMA_VERSION, "every migration is pinned");
}

#[test]
fn a_file_of_every_released_schema_opens_and_answers() {
    let temporary = tempfile::tempdir().unwrap();
    let fresh = temporary.path().join("fresh.db");
    drop(NewsDb::open(&fresh).unwrap());
    for version in 1..=SCHEMA_VERSION {
        let dump = folder("tests/fixtures").join(format!("schema-{version:04}.sql"));
        let sql = std::fs::read_to_string(dump).expect("a fixture for every schema");
        let path = temporary.path().join(format!("{version}.db"));
        Connection::open(&path).unwrap().execute_batch(&sql).unwrap();

        let db = NewsDb::open(&path).unwrap();
        let check = db.check(&Cancel::new()).unwrap();
        assert!(check.is_clean(), "{:?}", check.findings);
        let stats = db.stats().unwrap();
        assert_eq!((stats.articles, stats.past_versions, stats.duplicates), (4, 1, 1));
        assert_eq!((stats.tombstones, stats.undated, stats.mentions), (1, 1, 3));
        let page = db.search(&Query::new().text("bridges"), Sort::Newest, 10, None).unwrap();
        let headlines: Vec<_> = page.hits.iter().map(|hit| hit.headline.as_str()).collect();
        assert_eq!(headlines, ["Harbour bridge opens at last", "Harbour bridge opens"]);
        assert_eq!(db.count(&Query::new().text("锂")).unwrap(), 1);
        let berg = db.resolve_entity("anna berg").unwrap();
        assert_eq!(db.count(&Query::new().entity(berg)).unwrap(), 2);
        drop(db);
        assert_eq!(
            schema(&path),
            schema(&fresh),
            "schema {version}, upgraded, is not the fresh one"
        );
    }
}

//! Files of every released schema are opened, upgraded and answer as before; what was released
//! is never edited.

use newsdb::{Cancel, Error, NewArticle, NewsDb, Options, Outcome, Query, SCHEMA_VERSION, Sort};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// XXH3 of each released migration, line ends as `\n`. A change here is a change of files that
/// people have.
const RELEASED: &[(&str, u64)] = &[
    ("0001_core.sql", 9_179_300_576_572_020_128),
    ("0002_readers.sql", 14629309068236210755),
    ("0003_index.sql", 9_143_033_910_209_455_487),
    ("0004_names.sql", 11_041_745_781_353_344_030),
    ("0005_mentions.sql", 4302205724924510653),
    ("0006_corrections.sql", 10_958_107_088_258_615_523),
    ("0007_packed.sql", 5_315_679_710_192_735_657),
    ("0008_subjects.sql", 16_283_072_814_546_342_874),
    ("0009_salience.sql", 1_284_799_036_050_771_352),
    ("0010_lists.sql", 13_163_864_928_662_657_301),
    ("0011_windows.sql", 14_929_136_582_715_598_719),
    ("0012_counts.sql", 13_676_855_946_500_143_209),
    ("0013_packs.sql", 18_101_387_898_931_092_624),
];

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
        // What near-duplicates are found by came along.
        let old = db.article(page.hits[0].id).unwrap().unwrap();
        let body = format!("{} Ferries went on for a day.", old.body.unwrap());
        let near = NewArticle::new("echo").id("near").body(body).published(old.published.unwrap());
        let Outcome::Inserted { duplicate_of, .. } = db.insert(near).unwrap() else { panic!() };
        assert!(duplicate_of.is_some(), "schema {version}");
        drop(db);
        assert_eq!(
            schema(&path),
            schema(&fresh),
            "schema {version}, upgraded, is not the fresh one"
        );
    }
}

#[test]
fn urls_are_found_by_the_present_form_and_tombstones_by_the_one_they_had() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("old.db");
    let sql = std::fs::read_to_string(folder("tests/fixtures/schema-0001.sql")).unwrap();
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(&sql).unwrap();
    // As schema 1 wrote them: `www.` stood in the form.
    let key = |form: &str| xxhash_rust::xxh3::xxh3_64(form.as_bytes()) as i64;
    let changed = connection
        .execute(
            "UPDATE sighting SET url = ?1, url_key = ?2 WHERE url = ?3",
            (
                "https://www.baltic-post.example/bridge?utm_source=x",
                key("https://www.baltic-post.example/bridge"),
                "https://baltic-post.example/bridge",
            ),
        )
        .unwrap();
    assert_eq!(changed, 1);
    connection
        .execute(
            "INSERT INTO tombstone_key (kind, key, article_id) SELECT 2, ?1, article_id FROM tombstone",
            [key("https://www.baltic-post.example/ferry")],
        )
        .unwrap();
    drop(connection);

    let db = NewsDb::open(&path).unwrap();
    let found = db.articles_by_url("http://m.baltic-post.example/bridge/").unwrap();
    assert_eq!(found.len(), 1);
    let page = |url: &str| newsdb::NewArticle::new("x").url(url).headline("A page");
    let known = db.insert(page("https://touch.baltic-post.example/bridge#x")).unwrap();
    assert_eq!(known, newsdb::Outcome::Unchanged(found[0].id));
    let ferry = db.insert(page("https://www.baltic-post.example/ferry?gclid=1")).unwrap();
    assert_eq!(ferry, newsdb::Outcome::Suppressed);

    // A file of a newer form is left alone.
    drop(db);
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("UPDATE meta SET value = 99 WHERE key = 'urls_version'").unwrap();
    assert!(matches!(NewsDb::open(&path), Err(newsdb::Error::TooNew { .. })));
}

#[test]
fn mentions_say_the_same_in_the_form_of_schema_13() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("old.db");
    let sql = std::fs::read_to_string(folder("tests/fixtures/schema-0012.sql")).unwrap();
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(&sql).unwrap();
    let list = "[[1,1,0,0,1,0.5,null],[1,1,3,2,9,0.87,1],[1,2,3,12,15,0.123,2],
                 [1,1,1,0,4,1.0,3],[1,2,2,3,6,7.0,1],[1,2,3,20,25,null,1]]";
    connection.execute("UPDATE mention SET list = ?1", [list]).unwrap();
    let said = |path: &Path| {
        let connection = Connection::open(path).unwrap();
        let mut statement = connection
            .prepare(
                "SELECT article_id, recorded_id, annotator, field, start, end, confidence, form
                   FROM mentions ORDER BY 1, 2, 4, 5",
            )
            .unwrap();
        let rows = statement.query_map([], |row| {
            Ok((0..8).map(|n| format!("{:?}", row.get_ref(n).unwrap())).collect::<Vec<_>>())
        });
        rows.unwrap().map(Result::unwrap).collect::<Vec<_>>()
    };
    let before = said(&path);
    assert_eq!(before.len(), 2 * 6);
    drop(NewsDb::open(&path).unwrap());
    assert_eq!(said(&path), before);
    let list: String =
        connection.query_row("SELECT min(list) FROM mention", [], |row| row.get(0)).unwrap();
    assert_eq!(
        list,
        "[[1,1,[0,0,1,50,null],[3,2,7,87],[1,0,4,100,3]],\
          [1,2,[3,12,3,0.123,2],[2,3,3,7.0],[3,20,5,null]]]"
    );
}

#[test]
fn lists_of_another_shape_do_not_keep_a_file_from_opening() {
    let sql = std::fs::read_to_string(folder("tests/fixtures/schema-0012.sql")).unwrap();
    for odd in [
        "[[1,",
        "7",
        "{}",
        "[\"abc\"]",
        "[[1,2]]",
        "[[1,2,\"x\",0,0,null,null]]",
        "[[1,1,3,2,null,0.5,1]]",
    ] {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("old.db");
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch(&sql).unwrap();
        connection.execute("UPDATE mention SET list = ?1", [odd]).unwrap();
        let db = NewsDb::open(&path).unwrap();
        let list: String =
            connection.query_row("SELECT min(list) FROM mention", [], |row| row.get(0)).unwrap();
        // A list of nothing is one of either form.
        assert_eq!(list, if odd == "{}" { "[]" } else { odd });
        db.stats().unwrap();
        db.check(&Cancel::new()).unwrap();
    }
}

#[test]
fn an_index_that_is_not_built_is_an_error_until_it_is() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("news.db");
    let sql = std::fs::read_to_string(folder("tests/fixtures/schema-0002.sql")).unwrap();
    Connection::open(&path).unwrap().execute_batch(&sql).unwrap();
    let later = || Options::new().rebuild_on_open(false).open(&path).unwrap();
    let db = later();
    let bridges = Query::new().text("bridges");
    assert!(matches!(db.count(&bridges), Err(Error::IndexIncomplete)));
    assert!(!db.check(&Cancel::new()).unwrap().is_clean());
    // What is written meanwhile is there when it is built, and what is stopped goes on.
    db.insert(NewArticle::new("wire").id("9").headline("Bridges everywhere").language("en"))
        .unwrap();
    let stopped = Cancel::new();
    stopped.cancel();
    assert!(matches!(db.rebuild(&stopped, |_| {}), Err(Error::Canceled)));
    db.insert(NewArticle::new("wire").id("10").headline("A bridge too far").language("en"))
        .unwrap();
    let mut told = Vec::new();
    later().rebuild(&Cancel::new(), |done| told.push(done)).unwrap();
    assert!(told.is_sorted());
    assert_eq!(db.count(&bridges).unwrap(), 4);
    assert!(db.check(&Cancel::new()).unwrap().is_clean());
    // Built once more beside the one that answers.
    db.rebuild(&Cancel::new(), |_| assert_eq!(db.count(&bridges).unwrap(), 4)).unwrap();
    assert!(db.check(&Cancel::new()).unwrap().is_clean());
}

#[test]
fn mentions_of_schema_4_read_as_before() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("news.db");
    let sql = std::fs::read_to_string(folder("tests/fixtures/schema-0004.sql")).unwrap();
    let rows = |connection: &Connection| -> Vec<Vec<rusqlite::types::Value>> {
        let mut statement =
            connection.prepare("SELECT * FROM mentions ORDER BY 1, 4, 5, 6, 3").unwrap();
        let columns = statement.column_count();
        let read = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
        statement.query_map([], read).unwrap().map(Result::unwrap).collect()
    };
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(&sql).unwrap();
    connection
        .execute_batch(
            "INSERT INTO annotator (annotator_id, name) VALUES (2, 'a model');
             INSERT INTO mention (article_id, entity_id, annotator_id, field, start, end, confidence, form)
             SELECT article_id, 1, 2, 3, 0, 7, 0.75, 1 FROM article
             UNION ALL SELECT article_id, 2, 2, 3, 3, 9, 0.1, 3 FROM article
             UNION ALL SELECT article_id, 2, 2, 1, 10, 12, NULL, NULL FROM article;",
        )
        .unwrap();
    let before = rows(&connection);
    drop(connection);
    let db = NewsDb::open(&path).unwrap();
    // What was added by hand the index of the fixture has not.
    db.rebuild(&Cancel::new(), |_| ()).unwrap();
    let check = db.check(&Cancel::new()).unwrap();
    assert!(check.is_clean(), "{:?}", check.findings);
    assert_eq!(rows(&Connection::open(&path).unwrap()), before);
    assert_eq!(before.len(), 3 + 3 * 4, "what the fixture has, and what was added");
}

//! A process that is killed while it ingests leaves a file that opens, checks clean and holds
//! every batch whose commit was reported. `NEWSDB_KILLS` sets how often each test kills.

use newsdb::{Cancel, IngestOptions, NewArticle, NewsDb, Options, Query, Sort};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const BATCH: u64 = 40;
const KILLS: u64 = 25;

/// Set for the child process: the file that it writes.
const CHILD: &str = "NEWSDB_CRASH_CHILD";
const WORKER: &str = "NEWSDB_CRASH_WORKER";
const UPGRADER: &str = "NEWSDB_CRASH_UPGRADER";

fn kills() -> u64 {
    std::env::var("NEWSDB_KILLS").map_or(KILLS, |text| text.parse().unwrap())
}

/// Runs a test of this file as a process of its own, which works on `path`, kills it, and tells the
/// number of each `WORD NUMBER.` that it had said.
fn run_and_kill(test: &str, variable: &str, path: &Path, milliseconds: u64) -> Vec<u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("crash::{test}"), "--nocapture"])
        .env(variable, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        let lines = output.lines().map_while(Result::ok);
        let number = |line: String| -> Option<u64> {
            line.split_once(' ')?.1.strip_suffix('.')?.parse().ok()
        };
        lines.filter_map(number).collect()
    });
    std::thread::sleep(Duration::from_millis(milliseconds));
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

#[test]
fn killed_at_any_moment_it_keeps_every_reported_batch() {
    if let Ok(path) = std::env::var(CHILD) {
        ingest_until_killed(Path::new(&path));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let mut reported = 0;
    // A small linear congruential generator: the moments differ, the runs do not.
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for kill in 0..kills() {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let said = run_and_kill(
            "killed_at_any_moment_it_keeps_every_reported_batch",
            CHILD,
            &path,
            20 + (random >> 33) % 250,
        );
        reported = said.last().copied().unwrap_or(reported);

        let db = NewsDb::open(&path).unwrap();
        let count = db.count(&Query::new()).unwrap();
        assert!(count >= reported, "kill {kill}: {reported} reported, {count} there");
        assert_eq!(count % BATCH, 0, "kill {kill}: half a batch");
        let check = db.check(&Cancel::new()).unwrap();
        assert!(check.is_clean(), "kill {kill}: {:?}", check.findings);
    }
    assert!(reported > 0, "no batch was ever reported: the test tests nothing");
}

/// Merges, rebuilds, removals with their scrub and tidying are killed too: the file opens, the index
/// says what the tables say, and what was reported as removed is gone from every answer.
#[test]
fn killed_while_the_index_changes_it_answers_as_the_tables_say() {
    if let Ok(path) = std::env::var(WORKER) {
        work_until_killed(Path::new(&path));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut removed = Vec::new();
    for kill in 0..kills() {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        removed.extend(run_and_kill(
            "killed_while_the_index_changes_it_answers_as_the_tables_say",
            WORKER,
            &path,
            30 + (random >> 33) % 400,
        ));

        let db = NewsDb::open(&path).unwrap();
        let check = db.check(&Cancel::new()).unwrap();
        assert!(check.is_clean(), "kill {kill}: {:?}", check.findings);
        let mut counts = BTreeMap::new();
        let mut all = 0;
        db.for_each(&Query::new(), Sort::Newest, |article| {
            let number: u64 = article.external_id.as_ref().unwrap().parse().unwrap();
            assert!(!removed.contains(&number), "kill {kill}: {number} is back");
            *counts.entry(number % 97).or_insert(0u64) += 1;
            all += 1;
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(db.count(&Query::new()).unwrap(), all, "kill {kill}");
        for (word, count) in counts {
            let found = db.count(&Query::new().text(format!("word{word}"))).unwrap();
            // `word96 word88` has either number.
            assert!(found >= count, "kill {kill}: word{word} in {found} of {count}");
        }
    }
    assert!(!removed.is_empty(), "nothing was ever removed: the test tests nothing");
}

/// A file of the first schema is killed while it is brought to the present one and its index is
/// made: it is a file of either, and when the upgrade has come to its end nothing is missing.
#[test]
fn killed_while_it_is_upgraded_a_file_is_the_old_one_or_the_new() {
    if let Ok(path) = std::env::var(UPGRADER) {
        drop(NewsDb::open(path).unwrap());
        std::thread::sleep(Duration::from_secs(60));
    }
    const COPIES: u64 = 4_000;
    let folder = tempfile::tempdir().unwrap();
    let (old, path) = (folder.path().join("old.db"), folder.path().join("news.db"));
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schema-0001.sql");
    let connection = rusqlite::Connection::open(&old).unwrap();
    connection.execute_batch(&std::fs::read_to_string(fixture).unwrap()).unwrap();
    copy_one_article(&connection, COPIES);
    drop(connection);
    let mut random = 0x6c8e_9cf5_7093_2bd5_u64;
    let (mut versions, mut fresh) = (BTreeMap::new(), true);
    for kill in 0..kills() {
        if fresh {
            for end in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{end}", path.display()));
            }
            std::fs::copy(&old, &path).unwrap();
        }
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        run_and_kill(
            "killed_while_it_is_upgraded_a_file_is_the_old_one_or_the_new",
            UPGRADER,
            &path,
            5 + (random >> 33) % 500,
        );
        let connection = rusqlite::Connection::open(&path).unwrap();
        let version: i64 =
            connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        drop(connection);
        *versions.entry(version).or_insert(0) += 1;
        // Every other time the next process goes on, and is killed too.
        fresh = kill % 2 == 1;
        if fresh {
            let db = NewsDb::open(&path).unwrap();
            let check = db.check(&Cancel::new()).unwrap();
            assert!(check.is_clean(), "kill {kill}: {:?}", check.findings);
            assert_eq!(db.count(&Query::new()).unwrap(), 4 + COPIES, "kill {kill}");
            assert_eq!(db.count(&Query::new().text("bridges")).unwrap(), 2 + COPIES, "kill {kill}");
        }
    }
    let (first, present) = (versions.remove(&1), versions.remove(&newsdb::SCHEMA_VERSION));
    assert!(versions.is_empty(), "neither the old schema nor the new: {versions:?}");
    println!("killed before the schema changed {first:?} times, after {present:?}");
}

/// Repeats an article of the fixture, a second later each time.
fn copy_one_article(connection: &rusqlite::Connection, copies: u64) {
    connection.execute_batch("BEGIN; PRAGMA defer_foreign_keys = 1;").unwrap();
    for (table, changes) in [
        (
            "article",
            "article_id = article_id + (?1 << 20), uri = uri || '~' || ?1, external_id = NULL",
        ),
        ("article_body", "article_id = article_id + (?1 << 20)"),
        (
            "sighting",
            "article_id = article_id + (?1 << 20), sighting_id = sighting_id * 1000000 + ?1,
             external_id = NULL, id_key = NULL, url = url || '/' || ?1, url_key = ?1",
        ),
    ] {
        for copy in 1..=copies as i64 {
            connection
                .execute_batch(&format!(
                    "CREATE TEMP TABLE one AS SELECT * FROM {table} WHERE article_id = 1801452729139200"
                ))
                .unwrap();
            connection.execute(&format!("UPDATE one SET {changes}"), [copy]).unwrap();
            connection
                .execute_batch(&format!("INSERT INTO {table} SELECT * FROM one; DROP TABLE one"))
                .unwrap();
        }
    }
    connection.execute_batch("COMMIT").unwrap();
}

/// Ingests, removes, tidies and rebuilds by turns, for ever, in small segments.
fn work_until_killed(path: &Path) -> ! {
    let db = Options::new().merge_bytes(60_000).annotate(false).open(path).unwrap();
    let say = |what: String| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{what}").unwrap();
        out.flush().unwrap();
    };
    for round in 0u64.. {
        let before = db.stats().unwrap();
        let first = before.articles + before.tombstones;
        let options = IngestOptions::new().batch(BATCH as usize);
        db.ingest_with((first..first + 3 * BATCH).map(article), options).unwrap();
        match round % 4 {
            0 => {
                let id = db.ids(&Query::new(), Sort::Oldest, 1, None).unwrap()[0];
                let number = db.article(id).unwrap().unwrap().external_id.unwrap();
                db.remove(id).unwrap();
                say(format!("removed {number}."));
            }
            1 => db.rebuild(&Cancel::new(), |_| {}).unwrap(),
            2 => db.optimize(&Cancel::new()).unwrap(),
            _ => {}
        }
    }
    unreachable!("the rounds never end")
}

fn article(n: u64) -> NewArticle {
    NewArticle::new("wire")
        .id(n.to_string())
        .headline(format!("Item {n}"))
        .body(format!("Word{} word{} and the rest of item {n}. ", n % 97, n % 89).repeat(20))
        .published(
            chrono::DateTime::from_timestamp(1_700_000_000 + (n as i64 * 7_919) % 5_000_000, 0)
                .unwrap()
                .into(),
        )
}

/// Goes on where the last process stopped, for ever.
fn ingest_until_killed(path: &Path) -> ! {
    let db = Options::new().annotate(false).open(path).unwrap();
    let before = db.count(&Query::new()).unwrap();
    let articles = (before..).map(article);
    let options = IngestOptions::new().batch(BATCH as usize).progress(|report| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "committed {}.", before + report.inserted).unwrap();
        out.flush().unwrap();
    });
    db.ingest_with(articles, options).unwrap();
    unreachable!("the articles never end")
}
